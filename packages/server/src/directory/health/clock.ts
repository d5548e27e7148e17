/** Time as the health checker needs it; tests turn their own. */
export interface Clock {
  /** Milliseconds since the epoch that never run backwards. */
  now(): number;
  /** Calls once, not before `delayMs` (at most 2^31 - 1) have gone by; the returned function takes it back. */
  after(delayMs: number, call: () => void): () => void;
}

/** The wall clock as it stood when the process began, carried on monotonically: a corrected host clock moves no deadline. */
export const systemClock: Clock = {
  now: () => performance.timeOrigin + performance.now(),
  after(delayMs, call) {
    const timer = setTimeout(call, delayMs);
    return () => clearTimeout(timer);
  },
};
