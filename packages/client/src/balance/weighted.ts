import type { Chooser } from './chooser.ts';
import { draw } from './draw.ts';

/** By weight alone. */
export function createWeighted(random: () => number): Chooser {
  return (lane, skip) => draw(lane, skip, random);
}
