import { QUICK, waitAfter } from './backoff.ts';
import { endpointFromWire } from './endpoint.ts';
import type { Endpoint } from './endpoint.ts';
import type { Gate } from './gate.ts';
import type { Http } from './http.ts';
import { asMikoError, isRefusal, MikoError } from './problem.ts';
import type { RegisterOptions } from './register-options.ts';
import { registrationToWire } from './register-options.ts';
import { atMost, createWaker } from './runtime.ts';
import type { Runtime } from './runtime.ts';
import { endsSession } from './session.ts';
import type { Session } from './session.ts';
import { readEndpoint } from './wire.ts';

/** One endpoint of this process in the directory: put there, and put there again under each new session, for ever. */
export type Registration = AsyncDisposable & {
  readonly service: string;
  readonly instance: string;
  /**
   * The endpoint, when it first stands in the directory. Rejects when Miko refuses it for a reason that waiting does
   * not mend (`invalid_request`, `denied` ...), or with `closed`; the attempts go on in the background nevertheless.
   */
  readonly ready: Promise<Endpoint>;
  /** Whether it stands there under the present session. */
  readonly registered: () => boolean;
  /** Reports the health of an endpoint with a `ttl` check; `note`, at most 256 characters, is for people. Throws a MikoError. */
  readonly report: (health: 'passing' | 'warning' | 'critical', note?: string) => Promise<void>;
  /** Takes it out of the directory; `timeout` when that took over 5 s, and then it goes on trying in the background. */
  readonly close: () => Promise<void>;
};

/** What the client, and nobody else, does with a registration. */
export type HeldRegistration = {
  readonly registration: Registration;
  /** The session is another one now. */
  readonly sessionChanged: () => void;
  /** The session it needs is refused for a reason that waiting does not mend. */
  readonly refused: (error: MikoError) => void;
  /** The whole client departs, and the session with it: no more calls. */
  readonly abandon: () => Promise<void>;
};

export type RegistrationOptions = {
  readonly http: Http;
  readonly runtime: Runtime;
  readonly project: string;
  readonly spec: RegisterOptions;
  readonly session: Session;
  readonly gate: Gate;
  readonly onRegistered: (endpoint: Endpoint) => void;
  readonly onError: (error: MikoError) => void;
  /** It is out of the directory for good. */
  readonly onClosed: () => void;
};

const CLOSE_TIMEOUT_MS = 5_000;

export function createRegistration(options: RegistrationOptions): HeldRegistration {
  const { http, runtime, spec, session, gate } = options;
  const { service, instance } = spec;
  const services = `/v1/projects/${encodeURIComponent(options.project)}/services`;
  const path = `${services}/${encodeURIComponent(service)}/endpoints/${encodeURIComponent(instance)}`;
  const waker = createWaker(runtime);
  const ready = Promise.withResolvers<Endpoint>();
  // Who does not wait for `ready` hears of failures through the client's `error` event.
  ready.promise.catch(() => undefined);
  let wanted = true;
  let abandoned = false;
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
  return { registration, sessionChanged: waker.wake, refused: ready.reject, abandon };

  /** Compares what is wanted with what is, and does the one call that brings them nearer. */
  async function run(): Promise<void> {
    for (;;) {
      if (abandoned) break;
      const id = session.current();
      if (wanted && id !== null && id !== under) await attempt(id, put);
      else if (!wanted && id !== null && id === tried) await attempt(id, remove);
      else if (wanted) await waker.wait(Number.POSITIVE_INFINITY);
      // Nothing of it is left under this session; what an older one left lapses by itself.
      else break;
    }
    ready.reject(new MikoError('closed', `the registration of ${service}/${instance} was closed`));
    if (!abandoned) options.onClosed();
  }

  async function attempt(id: string, act: (id: string) => Promise<void>): Promise<void> {
    try {
      await gate(() => act(id));
      failures = 0;
    } catch (thrown) {
      const error = asMikoError(thrown, 'bad_answer', `Miko's answer about ${service}/${instance} cannot be used`);
      options.onError(error);
      if (endsSession(error)) return session.lost(id, error);
      if (isRefusal(error)) ready.reject(error);
      await waker.wait(waitAfter(error, QUICK, failures++, runtime));
    }
  }

  async function put(id: string): Promise<void> {
    tried = id;
    const listed = await http.call('PUT', path, { body: registrationToWire(spec, id) });
    const endpoint = endpointFromWire(service, readEndpoint(listed, 'endpoint'));
    under = id;
    options.onRegistered(endpoint);
    ready.resolve(endpoint);
  }

  async function remove(id: string): Promise<void> {
    try {
      await http.call('DELETE', `${path}?session=${encodeURIComponent(id)}`);
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
    wanted = false;
    waker.wake();
    if (!(await atMost(runtime, CLOSE_TIMEOUT_MS, running))) throw new MikoError('timeout', `${service}/${instance} could not be taken out within ${CLOSE_TIMEOUT_MS} ms`);
  }

  async function abandon(): Promise<void> {
    abandoned = true;
    waker.wake();
    await running;
  }
}
