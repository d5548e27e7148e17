import type { MikoError } from './problem.ts';
import type { Runtime } from './runtime.ts';

export type Backoff = { readonly baseMs: number; readonly capMs: number };

/** For what should be back soon: a Miko that restarts. */
export const QUICK: Backoff = { baseMs: 200, capMs: 10_000 };
/** For what only a person can mend: a second process under the same owner. */
export const PATIENT: Backoff = { baseMs: 2_000, capMs: 30_000 };

/**
 * How long to wait before try `attempt` (0 for the first repetition): doubling, capped, and the upper half of it
 * random, so that a fleet that failed together does not come back together.
 */
export function backoffMs(backoff: Backoff, attempt: number, random: () => number): number {
  const full = Math.min(backoff.capMs, backoff.baseMs * 2 ** Math.min(attempt, 30));
  return full / 2 + (full / 2) * random();
}

/** The wait after a failure: never shorter than Miko asked for, and then up to a fifth longer. */
export function waitAfter(error: MikoError, backoff: Backoff, attempt: number, runtime: Runtime): number {
  const own = backoffMs(backoff, attempt, runtime.random);
  return error.retryAfterMs === null ? own : Math.max(own, error.retryAfterMs * (1 + runtime.random() / 5));
}
