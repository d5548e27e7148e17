/** Lets so many calls run at once; the rest wait in order. */
export type Gate = <T>(act: () => Promise<T>) => Promise<T>;

/** The queue is as long as its callers are many: each caller waits for one call at a time. */
export function createGate(atOnce: number): Gate {
  const queue: (() => void)[] = [];
  let running = 0;
  return async (act) => {
    if (running < atOnce) running += 1;
    else await new Promise<void>((resolve) => queue.push(resolve));
    try {
      return await act();
    } finally {
      // The place is handed on, not given back, so that nobody overtakes the queue.
      const next = queue.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };
}
