import type { Http } from '../http.ts';
import type { Events } from '../observe/events.ts';
import { createRefusalWarning } from '../observe/refusal-warning.ts';
import { ownerOf } from '../options.ts';
import type { Settings } from '../options.ts';
import { isRefusal, MikoError } from '../problem.ts';
import { atMost } from '../runtime.ts';
import type { Runtime } from '../runtime.ts';
import { createGate } from './gate.ts';
import { checkRegisterOptions } from './register-options.ts';
import type { RegisterOptions } from './register-options.ts';
import { createRegistration } from './registration.ts';
import type { HeldRegistration, Registration } from './registration.ts';
import { createSession, endsSession } from './session.ts';
import type { Session } from './session.ts';

/** What a client puts into the directory, and the one session that holds it there. */
export type Registrations = {
  /** Throws `invalid_argument` or `too_many`. */
  readonly register: (spec: RegisterOptions) => Registration;
  readonly all: () => readonly Registration[];
  /** The id of the open session; null while there is none. */
  readonly session: () => string | null;
  /** The session that should speak for a stream about to be opened; waits a moment for one that is being opened. */
  readonly sessionForStream: () => Promise<string | null>;
  /** A call under that session failed: it may be over. */
  readonly streamFailed: (error: MikoError, under: string | null) => void;
  /** Something was let go of: Miko should hear of it at once. */
  readonly acknowledge: () => void;
  /** Takes all out, and waits until their callers have let go, `drainSeconds` at most. */
  readonly depart: () => Promise<void>;
  /** Ends the session, and whatever of it still stands in the directory. Never rejects. */
  readonly close: () => Promise<void>;
};

export type RegistrationsOptions = {
  readonly http: Http;
  readonly runtime: Runtime;
  readonly settings: Pick<Settings, 'url' | 'project' | 'owner' | 'name' | 'ttlSeconds' | 'drainSeconds'>;
  readonly events: Events;
  /** The revision that is applied; null before the first frame. */
  readonly applied: () => number | null;
  readonly onSession: () => void;
};

/** How long the stream waits for the session that should speak for it. */
const SESSION_FIRST_MS = 1_000;
const AT_ONCE = 16;
const MAX_REGISTRATIONS = 1_000;

export function createRegistrations(options: RegistrationsOptions): Registrations {
  const { http, runtime, settings, events } = options;
  const { url, project, drainSeconds } = settings;
  const gate = createGate(AT_ONCE);
  const held = new Map<string, HeldRegistration>();
  let session: Session | null = null;
  if (settings.owner !== null) open(settings.owner);

  return {
    register,
    all: () => [...held.values()].map(({ registration }) => registration),
    session: () => session?.current() ?? null,
    sessionForStream: async () => {
      if (session !== null) await atMost(runtime, SESSION_FIRST_MS, session.firstAttempt);
      return session?.current() ?? null;
    },
    streamFailed: (error, under) => {
      if (under !== null && endsSession(error)) session?.lost(under, error);
    },
    acknowledge: () => session?.acknowledge(),
    depart: async () => {
      await Promise.all([...held.values()].map((one) => one.depart()));
      held.clear();
    },
    close: async () => session?.close(),
  };

  function register(spec: RegisterOptions): Registration {
    checkRegisterOptions(spec);
    const key = `${spec.service}/${spec.instance}`;
    if (held.has(key)) throw new MikoError('invalid_argument', `${key} is registered by this client already`);
    if (held.size >= MAX_REGISTRATIONS) throw new MikoError('too_many', `one client registers at most ${MAX_REGISTRATIONS} endpoints`);
    const refusal = createRefusalWarning(runtime, url, `to register ${key}`);
    const one = createRegistration({
      http,
      runtime,
      project,
      spec,
      session: session ?? open(ownerOf(spec.service, spec.instance)),
      gate,
      drainSeconds,
      onRegistered: ({ service, instance, id }) => {
        refusal.works();
        events.emit('registered', { service, instance, id });
      },
      onError: (error) => {
        refusal.failed(error);
        events.emit('error', { during: 'registration', error });
      },
      onClosed: () => void held.delete(key),
    });
    held.set(key, one);
    return one.registration;
  }

  function open(owner: string): Session {
    const refusal = createRefusalWarning(runtime, url, 'the session of this client, without which it registers nothing');
    session = createSession({
      http,
      runtime,
      project,
      owner,
      name: settings.name,
      ttlSeconds: settings.ttlSeconds,
      applied: options.applied,
      onOpen: (id) => {
        events.emit('session', { id });
        for (const one of held.values()) one.sessionChanged();
        options.onSession();
      },
      onWorks: refusal.works,
      onError: (error) => {
        refusal.failed(error);
        events.emit('error', { during: 'session', error });
        if (isRefusal(error)) for (const one of held.values()) one.refused(error);
      },
    });
    return session;
  }
}
