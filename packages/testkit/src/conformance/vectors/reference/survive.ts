/** The numbers of section 4, and of 1.3. */

/** 4.3: one answer for each `retry`. */
export function retryBudget({ capacity, ratio, steps }: { capacity: number; ratio: number; steps: readonly string[] }): { allowed: boolean[] } {
  const allowed: boolean[] = [];
  let tokens = capacity;
  for (const step of steps) {
    if (step === 'call') tokens = Math.min(capacity, tokens + ratio);
    else {
      allowed.push(tokens >= 1);
      if (tokens >= 1) tokens -= 1;
    }
  }
  return { allowed };
}

export interface Wait {
  readonly base: number;
  readonly cap: number;
  readonly attempt: number;
  readonly random: number;
}

/** 4.3: doubling, ±20 %. */
export const backoff = ({ base, cap, attempt, random }: Wait): { ms: number } => ({ ms: Math.min(cap, base * 2 ** attempt) * (0.8 + 0.4 * random) });

/** 1.3: doubling, the upper half of it random. */
export const reconnect = ({ base, cap, attempt, random }: Wait): { ms: number } => ({ ms: Math.min(cap, base * 2 ** attempt) * (0.5 + 0.5 * random) });

export interface GradientInput {
  readonly initial: number;
  readonly min_limit: number;
  readonly max_limit: number;
  readonly tolerance: number;
  readonly samples: readonly { readonly rtt: number; readonly in_flight: number; readonly kind: string }[];
}

/** 4.8 */
export function gradient({ initial, min_limit, max_limit, tolerance, samples }: GradientInput): { limits: number[] } {
  const clamp = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value));
  const first: number[] = [];
  let limit = initial;
  let long = 0;
  const limits = samples.map(({ rtt, in_flight, kind }) => {
    if (['limited', 'overloaded', 'timeout'].includes(kind)) limit = clamp(limit * 0.9, min_limit, max_limit);
    if (kind !== 'ok') return limit;
    if (first.length < 10) {
      first.push(rtt);
      long = first.reduce((a, b) => a + b, 0) / first.length;
    } else long = long * (1 - 2 / 601) + rtt * (2 / 601);
    if (long / rtt > 2) long *= 0.95;
    if (in_flight >= limit / 2) {
      const slope = clamp((tolerance * long) / rtt, 0.5, 1);
      limit = clamp(limit * 0.8 + (limit * slope + 4) * 0.2, min_limit, max_limit);
    }
    return limit;
  });
  return { limits };
}
