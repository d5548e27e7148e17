import type { Answer } from './endpoint.ts';
import type { MikoError } from './problem.ts';

/** What a client tells its observers. */
export type ClientEvents = {
  /** The answer for a watched service is another one now. */
  readonly change: Answer;
  /** The stream runs: what the client holds is current. */
  readonly connected: { readonly url: string };
  /** Miko cannot be reached; calls go on with the lists of `since` (null: there are none yet). Once per outage. */
  readonly stale: { readonly since: Date | null; readonly error: MikoError };
  /** An endpoint of this client stands in the directory, for the first time or again. */
  readonly registered: { readonly service: string; readonly instance: string; readonly id: string };
  /** A failure that the client goes on after. */
  readonly error: { readonly during: 'stream' | 'session' | 'registration' | 'cache' | 'listener'; readonly error: MikoError };
};

export type ClientEvent = keyof ClientEvents;
export type ClientListener<E extends ClientEvent> = (event: ClientEvents[E]) => void;

export type Events = {
  readonly on: <E extends ClientEvent>(event: E, listener: ClientListener<E>) => () => void;
  readonly emit: <E extends ClientEvent>(event: E, value: ClientEvents[E]) => void;
};

/** `thrown` hears what a listener threw; the other listeners are still called. */
export function createEvents(thrown: (error: unknown, event: ClientEvent) => void): Events {
  const listeners: { readonly [E in ClientEvent]: Set<ClientListener<E>> } = {
    change: new Set(),
    connected: new Set(),
    stale: new Set(),
    registered: new Set(),
    error: new Set(),
  };
  return {
    on: (event, listener) => {
      listeners[event].add(listener);
      return () => void listeners[event].delete(listener);
    },
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
