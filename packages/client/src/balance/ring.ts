import { murmur3 } from './murmur3.ts';

/** A consistent hash ring (Karger 1997): an item that comes or goes moves only the keys beside its own points. */
export type Ring<T> = {
  readonly items: readonly T[];
  /** `hash × 2^21 + index of the item`, ascending: by hash, then by the order of the items. */
  readonly points: Float64Array;
};

const POINTS_PER_ITEM = 64;
/** More items than anybody registers; hash and index fit into the 53 bits of a number. */
const MAX_ITEMS = 2 ** 21;

/** `items` in the order of their instance names. */
export function createRing<T>(items: readonly T[], instanceOf: (item: T) => string): Ring<T> {
  const points = new Float64Array(Math.min(items.length, MAX_ITEMS) * POINTS_PER_ITEM);
  for (let at = 0; at < points.length; at += 1) {
    const index = Math.floor(at / POINTS_PER_ITEM);
    const item = items[index];
    if (item !== undefined) points[at] = murmur3(`${instanceOf(item)}#${at % POINTS_PER_ITEM}`) * MAX_ITEMS + index;
  }
  return { items, points: points.sort() };
}

/** The place where `key` lands: from there on the items are asked, clockwise, once around. */
export function landing<T>(ring: Ring<T>, key: string): number {
  return firstFrom(ring.points, murmur3(key) * MAX_ITEMS);
}

/** The item at a place, which may lie beyond the end: the ring begins again there. Undefined on an empty ring. */
export function itemAt<T>(ring: Ring<T>, place: number): T | undefined {
  const point = ring.points[place % ring.points.length] ?? 0;
  return ring.items[point % MAX_ITEMS];
}

/** The index of the first point that is at least `least`; the number of points when none is. */
function firstFrom(points: Float64Array, least: number): number {
  let low = 0;
  let high = points.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((points[middle] ?? 0) < least) low = middle + 1;
    else high = middle;
  }
  return low;
}
