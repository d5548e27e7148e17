/** No new endpoint counts for less: it must get something to do. */
const LEAST_SHARE = 0.1;

/** The share of its weight for which an endpoint of this age counts. `slowStartMs` 0: all of it at once. */
export function slowStartShare(ageMs: number, slowStartMs: number): number {
  return ageMs >= slowStartMs ? 1 : Math.max(LEAST_SHARE, ageMs / slowStartMs);
}
