import type { RetryPolicy } from '../policy.ts';

/**
 * How long to wait before a repetition: `backoffMs` before the first that waits (`repetition` 0), doubling up to
 * `maxBackoffMs`, and up to a fifth less or more at random, so that callers that failed together come back apart.
 */
export function attemptBackoffMs(policy: Pick<RetryPolicy, 'backoffMs' | 'maxBackoffMs'>, repetition: number, random: () => number): number {
  const full = Math.min(policy.maxBackoffMs, policy.backoffMs * 2 ** Math.min(repetition, 30));
  return spread(full, random);
}

/** `ms`, up to a fifth less or more. */
export function spread(ms: number, random: () => number): number {
  return ms * (0.8 + 0.4 * random());
}
