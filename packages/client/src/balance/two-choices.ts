import type { Chooser } from './chooser.ts';
import { draw, skippingAlso } from './draw.ts';
import type { Member } from './member.ts';

/** One of the two that were drawn, with its effective weight. */
export type Drawn = { readonly member: Member; readonly weight: number };

/** Two are drawn by weight, and the second is taken where it `beats` the first (the power of two choices, Mitzenmacher 2001). */
export function createTwoChoices(beats: (second: Drawn, first: Drawn, now: number) => boolean, random: () => number): Chooser {
  return (lane, skip, { now }) => {
    const first = draw(lane, skip, random);
    if (lane.members.length - skip.length === 1) return first;
    const second = draw(lane, skippingAlso(skip, first), random);
    const [a, b] = [lane.members[first], lane.members[second]];
    if (a === undefined || b === undefined) return first;
    return beats({ member: b, weight: lane.weights[second] ?? 1 }, { member: a, weight: lane.weights[first] ?? 1 }, now) ? second : first;
  };
}
