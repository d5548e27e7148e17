/** What the client takes from the world around it; tests give their own clock and dice. */
export type Runtime = {
  /** Milliseconds of the monotonic clock, from any start: for waits and ages, which no jump of the wall clock changes. */
  readonly now: () => number;
  /** Milliseconds since 1970, for what people and files are told, and for dates that Miko names. */
  readonly wallNow: () => number;
  /** 0 <= x < 1. */
  readonly random: () => number;
  /** Calls `act` once after `ms`; the function it answers takes that back. */
  readonly after: (ms: number, act: () => void) => () => void;
  readonly fetch: (input: string, init: RequestInit) => Promise<Response>;
  /** Says something on stderr that nobody should miss. */
  readonly warn: (message: string, code: string) => void;
};

export const systemRuntime: Runtime = {
  now: () => performance.now(),
  wallNow: () => Date.now(),
  random: () => Math.random(),
  after: (ms, act) => {
    const timer = setTimeout(act, ms);
    return () => clearTimeout(timer);
  },
  // Looked up at each call: tracing tools put their own in place of the global one.
  fetch: (input, init) => globalThis.fetch(input, init),
  warn: (message, code) => process.emitWarning(message, { type: 'MikoWarning', code }),
};

/** Waits `ms`, or less when the signal ends it; never rejects. */
export function pause(runtime: Runtime, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const cancel = runtime.after(ms, finish);
    signal.addEventListener('abort', finish, { once: true });
    function finish(): void {
      cancel();
      signal.removeEventListener('abort', finish);
      resolve();
    }
  });
}

/** Waits for `work`, at most `ms`; answers whether it was over in time. */
export async function atMost(runtime: Runtime, ms: number, work: Promise<unknown>): Promise<boolean> {
  const over = new AbortController();
  try {
    return await Promise.race([work.then(() => true), pause(runtime, ms, over.signal).then(() => false)]);
  } finally {
    over.abort();
  }
}

/** A wait that others may end early. A wake while nobody waits ends the next wait at once, so none is lost. */
export type Waker = { readonly wait: (ms: number) => Promise<void>; readonly wake: () => void };

export function createWaker(runtime: Runtime): Waker {
  let woken = false;
  let end: (() => void) | null = null;
  return {
    wait: (ms) =>
      new Promise((resolve) => {
        if (woken) {
          woken = false;
          return resolve();
        }
        const cancel = ms === Number.POSITIVE_INFINITY ? () => undefined : runtime.after(ms, finish);
        function finish(): void {
          cancel();
          end = null;
          resolve();
        }
        end = finish;
      }),
    wake: () => {
      if (end === null) woken = true;
      else end();
    },
  };
}
