import type { Chooser } from './chooser.ts';
import type { Member } from './member.ts';
import { latencyAt } from './peak-ewma.ts';
import { createTwoChoices } from './two-choices.ts';
import type { Drawn } from './two-choices.ts';

/** What an endpoint that has not answered yet, while somebody waits for it, is taken to need. */
const UNMEASURED_BUSY_MS = 1_000;
/** Below it a latency tells more of the moment than of the endpoint. */
const LEAST_MS = 10;
/** How much dearer the first must be. Between endpoints of much the same speed the draw decides, and so the weights do. */
const CLEARLY = 1.5;

/** Two choices by latency, as Peak EWMA, and load. */
export function createP2c(random: () => number): Chooser {
  return createTwoChoices((second, first, now) => {
    const heavier = Math.max(second.weight, first.weight);
    return cost(second, heavier, now) * CLEARLY < cost(first, heavier, now);
  }, random);
}

function cost({ member, weight }: Drawn, heavier: number, now: number): number {
  return Math.max(msOf(member, now), LEAST_MS) * (1 + (member.inFlight * heavier) / weight);
}

/** What an attempt there is taken to need. */
function msOf(member: Member, now: number): number {
  // A short latency only decays, and counts as the least anyhow.
  if (member.latencyMs >= 0 && member.latencyMs <= LEAST_MS) return LEAST_MS;
  return latencyAt(member, now) ?? (member.inFlight === 0 ? 0 : UNMEASURED_BUSY_MS);
}
