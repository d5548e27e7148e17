/**
 * The latency of an endpoint as a moving average that jumps up at once and comes down slowly (Finagle's Peak EWMA): one
 * slow answer counts in full, and time alone forgives it.
 */
export type PeakEwma = {
  latencyMs: number;
  /** Monotonic ms of the last answer; -Infinity before the first. */
  answeredAt: number;
};

const DECAY_MS = 10_000;
/** A number from the beginning, never null: so the engine keeps both in place, and a pick among thousands misses fewer caches. */
const NEVER = Number.NEGATIVE_INFINITY;

export function createPeakEwma(): PeakEwma {
  return { latencyMs: NEVER, answeredAt: NEVER };
}

/** An answer came after `rttMs`. */
export function observe(average: PeakEwma, rttMs: number, now: number): void {
  const keep = Math.exp(-(now - average.answeredAt) / DECAY_MS);
  average.latencyMs = rttMs > average.latencyMs ? rttMs : average.latencyMs * keep + rttMs * (1 - keep);
  average.answeredAt = now;
}

/** Decayed towards 0 since the last answer, so that an endpoint that was slow is tried again; null before the first. */
export function latencyAt(average: PeakEwma, now: number): number | null {
  return average.answeredAt === NEVER ? null : average.latencyMs * Math.exp(-(now - average.answeredAt) / DECAY_MS);
}
