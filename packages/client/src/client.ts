import { createCache } from './cache.ts';
import { createDirectory } from './directory.ts';
import type { Answer, Endpoint } from './endpoint.ts';
import { createEvents } from './events.ts';
import type { ClientEvent, ClientListener, Events } from './events.ts';
import { createFailoverFetch } from './failover.ts';
import type { FailoverFetch } from './failover.ts';
import { createGate } from './gate.ts';
import { createHttp } from './http.ts';
import { ownerOf, readSettings } from './options.ts';
import type { ConnectOptions, Settings } from './options.ts';
import { createPicker } from './picker.ts';
import type { Picked } from './picker.ts';
import { asMikoError, isRefusal, MikoError } from './problem.ts';
import type { RegisterOptions } from './register-options.ts';
import { createRegistration } from './registration.ts';
import type { HeldRegistration, Registration } from './registration.ts';
import { atMost, systemRuntime } from './runtime.ts';
import type { Runtime } from './runtime.ts';
import { createSession, endsSession } from './session.ts';
import type { Session } from './session.ts';
import { createAnswerIterator } from './watch.ts';
import type { AnswerIterator } from './watch.ts';

/** A connection to one project of one Miko. Close it: its stream keeps the process alive. */
export type Client = AsyncDisposable & {
  /** Puts an endpoint into the directory and keeps it there until its `close`, or the client's. */
  readonly register: (options: RegisterOptions) => Registration;
  /**
   * What the directory says of the service. From memory after the first time; the first time it waits at most
   * `firstAnswerMs`, and while Miko is down it answers from the disk. The service is watched from then on.
   */
  readonly endpoints: (service: string) => Promise<Answer>;
  /** Calls `listener` with the answer held and with each new one, until the function it answers is called. */
  readonly watch: {
    (service: string, listener: (answer: Answer) => void): () => void;
    (service: string): AnswerIterator;
  };
  /**
   * One endpoint for one request; release it afterwards (`using picked = await client.pick('web')`).
   * Throws `no_endpoint`, `unknown_service` or `not_ready`.
   */
  readonly pick: (service: string, options?: PickOptions) => Promise<Picked>;
  /** `fetch` by service name (`http://web/path`), with fail-over; see `FailoverFetch`. */
  readonly fetch: FailoverFetch;
  readonly on: <E extends ClientEvent>(event: E, listener: ClientListener<E>) => () => void;
  readonly status: () => Status;
  /** Leaves deliberately: its endpoints go at once, the stream ends. Takes some seconds at most and never rejects. */
  readonly close: () => Promise<void>;
};

export type PickOptions = {
  /** Ids of endpoints that must not be chosen: those tried already. */
  readonly exclude?: Iterable<string> | undefined;
};

export type Status = {
  /** The stream runs: the lists are current. */
  readonly connected: boolean;
  /** Since when the lists may be old; null while they are current, and while there are none. */
  readonly staleSince: Date | null;
  /** The revision up to which all is applied; null before Miko's first word. */
  readonly revision: number | null;
  readonly session: string | null;
  /** There are registrations, and all of them stand in the directory. */
  readonly registered: boolean;
  readonly registrations: readonly { readonly service: string; readonly instance: string; readonly registered: boolean }[];
};

/** How long the stream waits for the session that should speak for it. */
const SESSION_FIRST_MS = 1_000;
const REGISTRATIONS_AT_ONCE = 16;
const MAX_REGISTRATIONS = 1_000;

/**
 * A client of the Miko at `url` (default `MIKO_URL`, else http://127.0.0.1:7450). Answers at once, whether Miko is there
 * or not. Throws `invalid_argument`.
 */
export function connect(url?: string, options: ConnectOptions = {}): Client {
  return createClient(readSettings(url, options, process.env), systemRuntime);
}

export function createClient(settings: Settings, runtime: Runtime): Client {
  const { url, project } = settings;
  const http = createHttp(url, settings.token, runtime);
  const events: Events = createEvents(listenerFailed);
  const picker = createPicker(runtime);
  const gate = createGate(REGISTRATIONS_AT_ONCE);
  const registrations = new Map<string, HeldRegistration>();
  let session: Session | null = null;
  let closing: Promise<void> | null = null;

  const directory = createDirectory({
    http,
    runtime,
    url,
    project,
    firstAnswerMs: settings.firstAnswerMs,
    cache: settings.cacheDir === null ? null : createCache(settings.cacheDir, url, project),
    events,
    session: sessionForStream,
    onStreamFailed: (error, under) => {
      if (under !== null && endsSession(error)) session?.lost(under, error);
    },
    onReleased: () => session?.acknowledge(),
  });
  if (settings.owner !== null) openSession(settings.owner);

  return {
    register,
    endpoints: async (service) => {
      refuseWhenClosed();
      return directory.answer(service);
    },
    watch,
    pick,
    fetch: createFailoverFetch({ runtime, picker, endpoints: usable, current, attempts: settings.attempts }),
    on: events.on,
    status,
    close,
    [Symbol.asyncDispose]: close,
  };

  function register(spec: RegisterOptions): Registration {
    refuseWhenClosed();
    const key = `${spec.service}/${spec.instance}`;
    if (registrations.has(key)) throw new MikoError('invalid_argument', `${key} is registered by this client already`);
    if (registrations.size >= MAX_REGISTRATIONS) throw new MikoError('too_many', `one client registers at most ${MAX_REGISTRATIONS} endpoints`);
    const held = createRegistration({
      http,
      runtime,
      project,
      spec,
      session: session ?? openSession(ownerOf(spec.service, spec.instance)),
      gate,
      onRegistered: ({ service, instance, id }) => events.emit('registered', { service, instance, id }),
      onError: (error) => events.emit('error', { during: 'registration', error }),
      onClosed: () => void registrations.delete(key),
    });
    registrations.set(key, held);
    return held.registration;
  }

  function openSession(owner: string): Session {
    session = createSession({
      http,
      runtime,
      project,
      owner,
      name: settings.name,
      ttlSeconds: settings.ttlSeconds,
      applied: directory.applied,
      onOpen: () => {
        for (const held of registrations.values()) held.sessionChanged();
        directory.sessionChanged();
      },
      onError: (error) => {
        events.emit('error', { during: 'session', error });
        if (isRefusal(error)) for (const held of registrations.values()) held.refused(error);
      },
    });
    return session;
  }

  async function sessionForStream(): Promise<string | null> {
    if (session === null) return null;
    await atMost(runtime, SESSION_FIRST_MS, session.firstAttempt);
    return session.current();
  }

  function watch(service: string, listener: (answer: Answer) => void): () => void;
  function watch(service: string): AnswerIterator;
  function watch(service: string, listener?: (answer: Answer) => void): AnswerIterator | (() => void) {
    refuseWhenClosed();
    if (listener !== undefined) return directory.watch(service, listener, () => undefined);
    return createAnswerIterator((take, end) => directory.watch(service, take, end));
  }

  async function pick(service: string, options: PickOptions = {}): Promise<Picked> {
    const excluded = new Set(options.exclude);
    const endpoints = await usable(service);
    const picked = picker.pick(endpoints, excluded.size === 0 ? undefined : (endpoint) => !excluded.has(endpoint.id));
    if (picked === null) throw new MikoError('no_endpoint', `${service} has no endpoint besides the ${excluded.size} excluded`);
    return picked;
  }

  async function usable(service: string): Promise<readonly Endpoint[]> {
    refuseWhenClosed();
    const answer = await directory.answer(service);
    if (answer.state === 'known') return answer.endpoints;
    throw nothingToPick(answer);
  }

  function current(service: string): readonly Endpoint[] {
    const answer = directory.current(service);
    return answer?.state === 'known' ? answer.endpoints : [];
  }

  function status(): Status {
    const all = [...registrations.values()].map(({ registration }) => ({
      service: registration.service,
      instance: registration.instance,
      registered: registration.registered(),
    }));
    return {
      connected: directory.connected(),
      staleSince: directory.staleSince(),
      revision: directory.applied(),
      session: session?.current() ?? null,
      registered: all.length > 0 && all.every((one) => one.registered),
      registrations: all,
    };
  }

  function close(): Promise<void> {
    closing ??= leave();
    return closing;
  }

  async function leave(): Promise<void> {
    const abandoned = [...registrations.values()].map((held) => held.abandon());
    await Promise.all([...abandoned, session?.close(), directory.close()]);
    registrations.clear();
  }

  function refuseWhenClosed(): void {
    if (closing !== null) throw new MikoError('closed', 'the client is closed');
  }

  function listenerFailed(thrown: unknown, event: ClientEvent): void {
    const error = asMikoError(thrown, 'listener_failed', `a listener of "${event}" threw`);
    if (event === 'error') runtime.warn(error.message, 'MIKO_LISTENER_FAILED');
    else events.emit('error', { during: 'listener', error });
  }
}

function nothingToPick(answer: Exclude<Answer, { state: 'known' }>): MikoError {
  const { service } = answer;
  if (answer.state === 'empty') return new MikoError('no_endpoint', `${service} has no endpoint that may get requests (${answer.cause ?? 'no cause given'})`);
  if (answer.state === 'unknown') return new MikoError('unknown_service', `Miko knows no service ${service}`);
  const why = answer.error === null ? 'Miko has not answered yet' : answer.error.message;
  return new MikoError('not_ready', `the endpoints of ${service} are not known yet: ${why}`, answer.error === null ? {} : { cause: answer.error });
}
