import type { CallBody } from './http-call.ts';

/** A body that the caller's own code yields piece by piece: when that fails, no endpoint and no connection is to blame. */
export type OwnBody = {
  /** Undici reads and ends only this, so that an attempt which sends nothing of the body takes nothing from the next one. */
  readonly body: CallBody;
  /** Whether the caller's code failed with just this error. */
  readonly failedWith: (error: unknown) => boolean;
  /** The call is over: a stream that was not read to its end is closed. */
  readonly drop: () => void;
};

/** Null for a body that is there as a whole, and for streams older than `for await`. */
export function ownBody(given: unknown): OwnBody | null {
  if (!isAsyncIterable(given)) return null;
  const source = given;
  const failures = new Set<unknown>();
  const isStream = 'on' in given && typeof given.on === 'function' && 'destroy' in given && typeof given.destroy === 'function';
  // It may fail before anybody reads it, and Node ends a process over an error that nobody hears.
  if (isStream) (given as unknown as NodeStream).on('error', (error) => failures.add(error));
  return {
    body: { [Symbol.asyncIterator]: pieces } as unknown as CallBody,
    failedWith: (error) => failures.has(error),
    drop: () => {
      if (isStream) (given as unknown as NodeStream).destroy();
    },
  };

  async function* pieces(): AsyncGenerator {
    try {
      yield* source;
    } catch (error) {
      failures.add(error);
      throw error;
    }
  }
}

type NodeStream = { readonly on: (event: 'error', listener: (error: unknown) => void) => void; readonly destroy: () => void };

function isAsyncIterable(body: unknown): body is AsyncIterable<unknown> {
  return typeof body === 'object' && body !== null && Symbol.asyncIterator in body;
}
