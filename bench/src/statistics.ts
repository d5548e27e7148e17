/** The few statistics the tables need. All functions leave their input alone and answer NaN for an empty list. */

/** The middle value; of an even number of values the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = ascending(values);
  const half = sorted.length >> 1;
  if (sorted.length % 2 === 1) return at(sorted, half);
  return (at(sorted, half - 1) + at(sorted, half)) / 2;
}

/** Nearest rank: the smallest value that at least `share` (0 to 1) of all values do not exceed. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = ascending(values);
  return at(sorted, Math.max(0, Math.ceil(share * sorted.length) - 1));
}

export function mean(values: readonly number[]): number {
  return values.length === 0 ? Number.NaN : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/**
 * wrk reports latencies corrected for coordinated omission: a request that took several mean intervals hid the requests
 * a steady caller would have sent meanwhile, so those are added (`stats_correct` in wrk's documentation of `--latency`).
 * Latencies of other generators pass through this before they stand in the same column.
 */
export function correctedForOmission(values: readonly number[], interval: number): number[] {
  const corrected = [...values];
  if (!(interval > 0)) return corrected;
  for (const value of values) {
    if (value < 2 * interval) continue;
    for (let hidden = value - interval; hidden > interval; hidden -= interval) corrected.push(hidden);
  }
  return corrected;
}

function ascending(values: readonly number[]): Float64Array {
  return Float64Array.from(values).sort();
}

function at(sorted: Float64Array, index: number): number {
  return sorted[index] ?? Number.NaN;
}
