import type { RetryPolicy } from '../policy.ts';

/**
 * Bounds how much repeating may add to the load of a service that fails: each call adds `budgetRatio` of a token, each
 * repetition or hedge takes one (gRPC's retry throttling; Finagle's retry budget). The bucket is full at first.
 */
export type RetryBudget = {
  /** A call begins. */
  readonly call: () => void;
  /** Takes a token for one repetition; false when there is none, and then it must not be made. */
  readonly take: () => boolean;
  /** What is left. */
  readonly tokens: () => number;
};

/** Counted in whole millionths: ten tenths make one token, which they do not in floating point. */
const TOKEN = 1_000_000;

export function createRetryBudget(policy: Pick<RetryPolicy, 'budgetTokens' | 'budgetRatio'>): RetryBudget {
  const most = Math.round(policy.budgetTokens * TOKEN);
  const each = Math.round(policy.budgetRatio * TOKEN);
  let left = most;
  return {
    call: () => {
      left = Math.min(most, left + each);
    },
    take: () => {
      if (left < TOKEN) return false;
      left -= TOKEN;
      return true;
    },
    tokens: () => left / TOKEN,
  };
}
