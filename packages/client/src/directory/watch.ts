import type { Answer } from './endpoint.ts';

/** Answers of one service as they come. A slow reader finds the newest, not each one in between. */
export type AnswerIterator = AsyncIterableIterator<Answer, undefined> & AsyncDisposable;

/** `start` is given the function that takes each answer, and answers the one that ends the watch. */
export function createAnswerIterator(start: (take: (answer: Answer) => void, end: () => void) => () => void): AnswerIterator {
  let newest: Answer | null = null;
  let ended = false;
  const waiting: ((result: IteratorResult<Answer, undefined>) => void)[] = [];
  let stop = (): void => undefined;
  stop = start(
    (answer) => {
      const reader = waiting.shift();
      if (reader === undefined) newest = answer;
      else reader({ done: false, value: answer });
    },
    end,
  );
  if (ended) stop();

  const iterator: AnswerIterator = {
    next: () => {
      if (newest !== null) {
        const value = newest;
        newest = null;
        return Promise.resolve({ done: false, value });
      }
      if (ended) return Promise.resolve({ done: true, value: undefined });
      return new Promise((resolve) => waiting.push(resolve));
    },
    return: () => {
      newest = null;
      end();
      return Promise.resolve({ done: true, value: undefined });
    },
    [Symbol.asyncIterator]: () => iterator,
    [Symbol.asyncDispose]: async () => {
      await iterator.return?.();
    },
  };
  return iterator;

  function end(): void {
    if (ended) return;
    ended = true;
    stop();
    for (const reader of waiting.splice(0)) reader({ done: true, value: undefined });
  }
}
