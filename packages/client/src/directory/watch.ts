import { checkFunction } from '../arguments.ts';
import { readSignal } from '../waiting.ts';
import type { WaitOptions } from '../waiting.ts';
import type { Directory } from './directory.ts';
import type { Answer } from './endpoint.ts';

/** Answers of one service as they come. A slow reader finds the newest, not each one in between. */
export type AnswerIterator = AsyncIterableIterator<Answer, undefined> & AsyncDisposable;

export type Watch = {
  (service: string, listener: (answer: Answer) => void, options?: WaitOptions): () => void;
  (service: string, options?: WaitOptions): AnswerIterator;
};

/** Both forms of `watch`. Throws `invalid_argument`, `too_many`, `closed`, and the reason of a signal that is aborted already. */
export function createWatch(directory: Pick<Directory, 'watch'>): Watch {
  return watch as Watch;

  function watch(service: string, how?: ((answer: Answer) => void) | WaitOptions, options?: WaitOptions): AnswerIterator | (() => void) {
    if (how === undefined || isOptions(how)) {
      const signal = readSignal(how ?? options);
      return createAnswerIterator((take, end) => directory.watch(service, take, end), signal);
    }
    checkFunction('listener', how);
    return untilAborted((end) => directory.watch(service, how, end), readSignal(options));
  }
}

function isOptions(how: unknown): how is WaitOptions {
  return typeof how === 'object' && how !== null;
}

/** Starts a watch that the signal ends as well. */
function untilAborted(start: (end: () => void) => () => void, signal: AbortSignal | undefined): () => void {
  if (signal === undefined) return start(() => undefined);
  const stopWatching = start(forget);
  signal.addEventListener('abort', stop, { once: true });
  return stop;

  function stop(): void {
    forget();
    stopWatching();
  }

  function forget(): void {
    signal?.removeEventListener('abort', stop);
  }
}

/**
 * `start` is given the function that takes each answer, and the one that says that no more will come; it answers the one
 * that ends the watch. When the signal aborts, readers are thrown its reason.
 */
function createAnswerIterator(start: (take: (answer: Answer) => void, end: () => void) => () => void, signal: AbortSignal | undefined): AnswerIterator {
  let newest: Answer | null = null;
  let state: 'open' | 'ended' | 'aborted' = 'open';
  const waiting: PromiseWithResolvers<IteratorResult<Answer, undefined>>[] = [];
  const stop = start((answer) => {
    const reader = waiting.shift();
    if (reader === undefined) newest = answer;
    else reader.resolve({ done: false, value: answer });
  }, end);
  signal?.addEventListener('abort', abort, { once: true });

  const iterator: AnswerIterator = {
    next: async () => {
      if (state === 'aborted') throw signal?.reason;
      if (newest !== null) {
        const value = newest;
        newest = null;
        return { done: false, value };
      }
      if (state === 'ended') return { done: true, value: undefined };
      const reader = Promise.withResolvers<IteratorResult<Answer, undefined>>();
      waiting.push(reader);
      return reader.promise;
    },
    return: async () => {
      newest = null;
      end();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]: () => iterator,
    [Symbol.asyncDispose]: async () => {
      await iterator.return?.();
    },
  };
  return iterator;

  function end(): void {
    if (!leave('ended')) return;
    for (const reader of waiting.splice(0)) reader.resolve({ done: true, value: undefined });
  }

  function abort(): void {
    if (!leave('aborted')) return;
    newest = null;
    for (const reader of waiting.splice(0)) reader.reject(signal?.reason);
  }

  /** Answers whether it was open. */
  function leave(how: 'ended' | 'aborted'): boolean {
    if (state !== 'open') return false;
    state = how;
    stop();
    signal?.removeEventListener('abort', abort);
    return true;
  }
}
