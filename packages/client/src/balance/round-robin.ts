import type { Chooser } from './chooser.ts';
import { firstNotBefore } from './draw.ts';
import type { Lane } from './draw.ts';

/**
 * In turn by name, weights ignored. The first is drawn, so that clients that start together do not march together;
 * then it goes on after the name picked last, whatever became of the list.
 */
export function createRoundRobin(random: () => number): Chooser {
  let last: string | null = null;
  return (lane, skip) => {
    const index = last === null ? nthLeft(lane, skip, Math.floor(random() * (lane.members.length - skip.length))) : nextLeft(lane, skip, last);
    last = lane.members[index]?.endpoint.instance ?? last;
    return index;
  };
}

function nthLeft(lane: Lane, skip: readonly number[], n: number): number {
  let index = n;
  for (const skipped of skip) if (skipped <= index) index += 1;
  return Math.min(index, lane.members.length - 1);
}

function nextLeft(lane: Lane, skip: readonly number[], last: string): number {
  const { members } = lane;
  const place = firstNotBefore(members, last);
  let index = members[place]?.endpoint.instance === last ? place + 1 : place;
  while (index >= members.length || skip.includes(index)) index = index >= members.length ? 0 : index + 1;
  return index;
}
