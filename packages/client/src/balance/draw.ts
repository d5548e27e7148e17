import type { Member } from './member.ts';

/** Endpoints on a line, each as wide as its effective weight, in the order of their instance names. */
export type Lane = {
  readonly members: readonly Member[];
  readonly weights: Float64Array;
  /** Where each ends: the running sum of the weights. */
  readonly ends: Float64Array;
  /** Where the last ends. */
  readonly total: number;
  /** Attempts in flight to all of them; kept for `consistent_hash`. */
  inFlight: number;
};

export const NONE: readonly number[] = [];

export function createLane(members: readonly Member[], weightOf: (member: Member) => number): Lane {
  const weights = new Float64Array(members.length);
  const ends = new Float64Array(members.length);
  let total = 0;
  let inFlight = 0;
  let i = 0;
  for (const member of members) {
    const weight = weightOf(member);
    member.indexHint = i;
    weights[i] = weight;
    total += weight;
    ends[i] = total;
    inFlight += member.inFlight;
    i += 1;
  }
  return { members, weights, ends, total, inFlight };
}

/**
 * The index of an endpoint drawn by weight, with one call of `random`. The indexes in `skip` (ascending, not all of
 * them) are never drawn: their stretches of the line are left out.
 */
export function draw(lane: Lane, skip: readonly number[], random: () => number): number {
  let range = lane.total;
  for (const index of skip) range -= lane.weights[index] ?? 0;
  let x = random() * range;
  for (const index of skip) if (x >= startOf(lane, index)) x += lane.weights[index] ?? 0;
  const drawn = firstEndingBeyond(lane, x);
  return skip.includes(drawn) ? nearestNotIn(skip, drawn, lane.members.length) : drawn;
}

/** `skip` with one index more, in order. */
export function skippingAlso(skip: readonly number[], index: number): readonly number[] {
  return skip.length === 0 ? [index] : [...skip, index].sort((a, b) => a - b);
}

/** Where the member lies in the lane; null when it does not. */
export function indexIn(lane: Lane, member: Member): number | null {
  if (lane.members[member.indexHint] === member) return member.indexHint;
  const index = firstNotBefore(lane.members, member.endpoint.instance);
  return lane.members[index] === member ? index : null;
}

/** The first index whose instance name is not before `instance`; the length when all are. */
export function firstNotBefore(members: readonly Member[], instance: string): number {
  let low = 0;
  let high = members.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((members[middle]?.endpoint.instance ?? '') < instance) low = middle + 1;
    else high = middle;
  }
  return low;
}

function startOf(lane: Lane, index: number): number {
  return index === 0 ? 0 : (lane.ends[index - 1] ?? 0);
}

function firstEndingBeyond(lane: Lane, x: number): number {
  const { ends } = lane;
  // Where all weigh the same, this is it, without a search through memory that is in no cache.
  const likely = Math.floor((x / lane.total) * ends.length);
  if ((ends[likely] ?? 0) > x && startOf(lane, likely) <= x) return likely;
  let low = 0;
  let high = ends.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ends[middle] ?? 0) > x) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Sums of fractions are not exact: `x` may fall a hair's breadth into a stretch that was left out. */
function nearestNotIn(skip: readonly number[], index: number, length: number): number {
  for (let distance = 1; distance < length; distance += 1) {
    if (index + distance < length && !skip.includes(index + distance)) return index + distance;
    if (index - distance >= 0 && !skip.includes(index - distance)) return index - distance;
  }
  return index;
}
