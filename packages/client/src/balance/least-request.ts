import type { Chooser } from './chooser.ts';
import { createTwoChoices } from './two-choices.ts';

/** Two choices by load alone: in flight for its weight (gRPC A48). */
export function createLeastRequest(random: () => number): Chooser {
  return createTwoChoices((second, first) => second.member.inFlight / second.weight < first.member.inFlight / first.weight, random);
}
