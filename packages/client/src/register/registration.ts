import { QUICK, waitAfter } from '../backoff.ts';
import { endpointFromWire } from '../directory/endpoint.ts';
import type { Endpoint } from '../directory/endpoint.ts';
import type { Http } from '../http.ts';
import { asMikoError, isRefusal, MikoError } from '../problem.ts';
import { atMost, createWaker, pause } from '../runtime.ts';
import type { Runtime } from '../runtime.ts';
import { readEndpoint } from '../wire.ts';
import type { Gate } from './gate.ts';
import { sayWriter } from './needs-writer.ts';
import type { Readiness, RegisterOptions } from './register-options.ts';
import { registrationToWire } from './register-options.ts';
import { endsSession } from './session.ts';
import type { Session } from './session.ts';

/** One endpoint of this process in the directory: put there, and put there again under each new session, for ever. */
export type Registration = AsyncDisposable & {
  readonly service: string;
  readonly instance: string;
  /**
   * The endpoint, when it first stands in the directory; with a `check` it gets calls when that has risen, which this
   * does not wait for. Rejects when Miko refuses it for a reason that waiting does not mend (`invalid_request`,
   * `denied` ...), or with `closed`; the attempts go on in the background nevertheless.
   */
  readonly ready: Promise<Endpoint>;
  /** Whether it stands there under the present session. */
  readonly registered: () => boolean;
  /** Reports the health of an endpoint with a `ttl` check; `note`, at most 256 characters, is for people. Throws a MikoError. */
  readonly report: (health: 'passing' | 'warning' | 'critical', note?: string) => Promise<void>;
  /**
   * Takes it out of the directory and waits until its callers have let go, `drainSeconds` at most: go on serving until
   * then. Never rejects; after `drainSeconds` and 5 s it goes on in the background.
   */
  readonly close: () => Promise<void>;
};

/** What the client, and nobody else, does with a registration. */
export type HeldRegistration = {
  readonly registration: Registration;
  /** The session is another one now. */
  readonly sessionChanged: () => void;
  /** The session it needs is refused for a reason that waiting does not mend. */
  readonly refused: (error: MikoError) => void;
  /** The whole client departs: it is taken out, in one attempt, for the end of the session does the rest. Never rejects. */
  readonly depart: () => Promise<void>;
};

export type RegistrationOptions = {
  readonly http: Http;
  readonly runtime: Runtime;
  readonly project: string;
  readonly spec: RegisterOptions;
  readonly session: Session;
  readonly gate: Gate;
  /** How long a departure waits for the callers. */
  readonly drainSeconds: number;
  readonly onRegistered: (endpoint: Endpoint) => void;
  readonly onError: (error: MikoError) => void;
  /** It is out of the directory for good. */
  readonly onClosed: () => void;
};

const READINESS_EVERY_MS = 250;
/** What the call itself may take, besides the wait for callers. */
const CLOSE_TIMEOUT_MS = 5_000;

export function createRegistration(options: RegistrationOptions): HeldRegistration {
  const { http, runtime, spec, session, gate, drainSeconds } = options;
  const { service, instance } = spec;
  const services = `/v1/projects/${encodeURIComponent(options.project)}/services`;
  const path = `${services}/${encodeURIComponent(service)}/endpoints/${encodeURIComponent(instance)}`;
  const waker = createWaker(runtime);
  const ready = Promise.withResolvers<Endpoint>();
  // Who does not wait for `ready` hears of failures through the client's `error` event.
  ready.promise.catch(() => undefined);
  const leaving = new AbortController();
  let departing = false;
  /** The session under which it stands in the directory. */
  let under: string | null = null;
  /** The session under which it may stand there: a call was sent, whatever became of its answer. */
  let tried: string | null = null;
  let failures = 0;
  const running = run();

  const registration: Registration = {
    service,
    instance,
    ready: ready.promise,
    registered: () => under !== null && under === session.current(),
    report,
    close,
    [Symbol.asyncDispose]: close,
  };
  return { registration, sessionChanged: waker.wake, refused: ready.reject, depart };

  /** Compares what is wanted with what is, and does the one call that brings them nearer. */
  async function run(): Promise<void> {
    await untilReady();
    while (!leaving.signal.aborted) {
      const id = session.current();
      if (id !== null && id !== under) await attempt(id, put);
      else await waker.wait(Number.POSITIVE_INFINITY);
    }
    // What an older session left lapses by itself.
    for (let id = session.current(); id !== null && id === tried; id = session.current()) {
      await attempt(id, remove);
      if (departing) break;
    }
    ready.reject(new MikoError('closed', `the registration of ${service}/${instance} was closed`));
    if (!departing) options.onClosed();
  }

  async function untilReady(): Promise<void> {
    const { readiness } = spec;
    if (readiness === undefined) return;
    while (!leaving.signal.aborted) {
      if (await isReady(readiness)) return;
      await pause(runtime, READINESS_EVERY_MS, leaving.signal);
    }
  }

  /** Waits for its answer, however long, for a second question would only add to what keeps it busy. */
  async function isReady(readiness: Readiness): Promise<boolean> {
    const left = Promise.withResolvers<boolean>();
    const leave = (): void => left.resolve(false);
    leaving.signal.addEventListener('abort', leave, { once: true });
    try {
      const asked = (async () => readiness())();
      return await Promise.race([asked, left.promise]);
    } catch (error) {
      options.onError(asMikoError(error, 'listener_failed', `the readiness function of ${service}/${instance} threw`));
      return false;
    } finally {
      leaving.signal.removeEventListener('abort', leave);
    }
  }

  async function attempt(id: string, act: (id: string) => Promise<void>): Promise<void> {
    try {
      await act(id);
      failures = 0;
    } catch (thrown) {
      const error = sayWriter(asMikoError(thrown, 'bad_answer', `Miko's answer about ${service}/${instance} cannot be used`));
      options.onError(error);
      if (endsSession(error)) return session.lost(id, error);
      if (isRefusal(error)) ready.reject(error);
      if (!departing) await waker.wait(waitAfter(error, QUICK, failures++, runtime));
    }
  }

  async function put(id: string): Promise<void> {
    await gate(async () => {
      if (leaving.signal.aborted) return;
      tried = id;
      const listed = await http.call('PUT', path, { body: registrationToWire(spec, id) });
      const endpoint = endpointFromWire(service, readEndpoint(listed, 'endpoint'));
      under = id;
      options.onRegistered(endpoint);
      ready.resolve(endpoint);
    });
  }

  /** Miko answers when every watcher has let go of it, or after the wait: past the gate, for nobody's wait begins after another's. */
  async function remove(id: string): Promise<void> {
    const query = `session=${encodeURIComponent(id)}&wait_seconds=${drainSeconds}`;
    try {
      await http.call('DELETE', `${path}?${query}`, { timeoutMs: drainSeconds * 1000 + CLOSE_TIMEOUT_MS });
    } catch (error) {
      // Absent, or no longer this session's: either way it is not ours to take out.
      if (!(error instanceof MikoError) || (error.status !== 404 && error.status !== 409)) throw error;
    }
    under = null;
    tried = null;
  }

  async function report(health: 'passing' | 'warning' | 'critical', note = ''): Promise<void> {
    const id = session.current();
    if (id === null) throw new MikoError('not_ready', `${service}/${instance} has no session at the moment`);
    await http.call('PUT', `${path}/health`, { body: { session: id, health, note } });
  }

  async function close(): Promise<void> {
    leave();
    await atMost(runtime, drainSeconds * 1000 + CLOSE_TIMEOUT_MS, running);
  }

  async function depart(): Promise<void> {
    departing = true;
    leave();
    await running;
  }

  function leave(): void {
    leaving.abort();
    waker.wake();
  }
}
