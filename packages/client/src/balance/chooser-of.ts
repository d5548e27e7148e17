import type { Balance, ServicePolicy } from '../policy.ts';
import type { Chooser } from './chooser.ts';
import { createConsistentHash } from './consistent-hash.ts';
import { createLeastRequest } from './least-request.ts';
import { createP2c } from './p2c.ts';
import { createRoundRobin } from './round-robin.ts';
import { createWeighted } from './weighted.ts';

/** The chooser that the policy names. */
export function chooserOf(policy: ServicePolicy, random: () => number): Chooser {
  return CHOOSERS[policy.balance](random, policy);
}

const CHOOSERS: { readonly [Name in Balance]: (random: () => number, policy: ServicePolicy) => Chooser } = {
  p2c: createP2c,
  least_request: createLeastRequest,
  round_robin: createRoundRobin,
  weighted: createWeighted,
  consistent_hash: (random, policy) => createConsistentHash(policy.hashLoadFactor, random),
};
