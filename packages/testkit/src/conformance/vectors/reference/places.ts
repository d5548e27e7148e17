import { consistent } from './kinds.ts';
import { murmur3 } from './murmur3.ts';
import { PeakEwma } from './peak-ewma.ts';

/** Where things belong among the endpoints h0, h1, ... that scenarios list: a scenario names the place, the reference says which it is. */

const named = (count: number): string[] => Array.from({ length: count }, (_, i) => `h${i}`);

/** Whose a key is on a ring of `count` endpoints. */
export const onRing = (key: string, count: number): string =>
  consistent(named(count).map(instance => ({ listed: { instance, weight: 100, zone: null }, latency: new PeakEwma(), inFlight: 0, w: 100 })), key, 1.25).listed.instance;

/** The part of ten endpoints that is the owner's. */
export const subset = (owner: string, size: number): string[] => named(10).toSorted((a, b) => murmur3(`${owner}/${b}`) - murmur3(`${owner}/${a}`)).slice(0, size);
