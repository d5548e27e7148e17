import { checkFunction, invalid, quoted } from '../arguments.ts';
import type { Answer } from '../directory/endpoint.ts';
import type { MikoError } from '../problem.ts';

type At = { readonly service: string; readonly instance: string };

/** What a client tells its observers. Durations are in milliseconds. */
export type ClientEvents = {
  /** An endpoint was chosen for an attempt, or by `pick`. */
  readonly picked: At;
  /** A call is made again; `instance` is the one that failed, `attempt` the number of the one to come, from 2. */
  readonly retried: At & { readonly reason: string; readonly attempt: number };
  /** A second attempt goes to `instance`, for the first has not answered yet. */
  readonly hedged: At;
  /** It gets no calls for `forMs` milliseconds; `reason` is `consecutive_failures` or `success_rate`. */
  readonly ejected: At & { readonly reason: string; readonly forMs: number };
  /** From ejection. */
  readonly returned: At;
  /** The breaker of an endpoint. */
  readonly opened: At;
  readonly half_opened: At;
  readonly closed: At;
  /** It gets no calls for `forMs` milliseconds, as its own `Retry-After` asked. */
  readonly paused: At & { readonly forMs: number };
  /** A call was refused by the bulkhead of its service. */
  readonly overloaded: { readonly service: string };
  /** The adaptive limit of calls in flight is another one now. */
  readonly limit: { readonly service: string; readonly limit: number };
  /** The answer for a watched service is another one now. */
  readonly changed: Answer;
  /** Miko's snapshot says that the service lost all its endpoints at once: the list stays until that is confirmed. */
  readonly held_empty: { readonly service: string };
  /** The stream runs: what the client holds is current. */
  readonly connected: { readonly url: string };
  /** Miko cannot be reached; calls go on with the lists of `since` (null: there are none yet). Once per outage. */
  readonly stale: { readonly since: Date | null; readonly error: MikoError };
  /** Streams are cut somewhere on the way: the client asks again and again. */
  readonly polling: { readonly url: string };
  /** An endpoint of this client stands in the directory, for the first time or again. */
  readonly registered: At & { readonly id: string };
  /** A session was opened, in place of none or of one that ended. */
  readonly session: { readonly id: string };
  /** A failure that the client goes on after. */
  readonly error: { readonly during: 'stream' | 'session' | 'registration' | 'cache' | 'listener'; readonly error: MikoError };
};

export type ClientEvent = keyof ClientEvents;
export type ClientListener<E extends ClientEvent> = (event: ClientEvents[E]) => void;

export type Events = {
  /** Throws `invalid_argument`. */
  readonly on: <E extends ClientEvent>(event: E, listener: ClientListener<E>) => () => void;
  /** Whether anybody listens: what is told often is not even put into words without. */
  readonly heard: (event: ClientEvent) => boolean;
  readonly emit: <E extends ClientEvent>(event: E, value: ClientEvents[E]) => void;
};

/** `thrown` hears what a listener threw; the other listeners are still called. */
export function createEvents(thrown: (error: unknown, event: ClientEvent) => void): Events {
  const listeners: { readonly [E in ClientEvent]: Set<ClientListener<E>> } = {
    picked: new Set(),
    retried: new Set(),
    hedged: new Set(),
    ejected: new Set(),
    returned: new Set(),
    opened: new Set(),
    half_opened: new Set(),
    closed: new Set(),
    paused: new Set(),
    overloaded: new Set(),
    limit: new Set(),
    changed: new Set(),
    held_empty: new Set(),
    connected: new Set(),
    stale: new Set(),
    polling: new Set(),
    registered: new Set(),
    session: new Set(),
    error: new Set(),
  };
  return {
    on: (event, listener) => {
      if (!Object.hasOwn(listeners, event)) throw invalid(`event ${quoted(event)}`, `must be one of ${Object.keys(listeners).join(', ')}`);
      checkFunction('listener', listener);
      listeners[event].add(listener);
      return () => void listeners[event].delete(listener);
    },
    heard: (event) => listeners[event].size > 0,
    emit: (event, value) => {
      for (const listener of listeners[event]) {
        try {
          listener(value);
        } catch (error) {
          thrown(error, event);
        }
      }
    },
  };
}
