import type { ServicePolicy } from '../policy.ts';
import { createLane } from './draw.ts';
import type { Lane } from './draw.ts';
import type { Member } from './member.ts';
import { slowStartShare } from './slow-start.ts';

/**
 * Those an attempt may go to now, in the two lanes between which the zone decides: first those available (all in a
 * panic), then those with a weight, then by zone.
 */
export type Lanes = {
  readonly own: Lane;
  /** All of them, for a client without a zone. */
  readonly elsewhere: Lane;
  /** Of the lane `own`, without slow start. */
  readonly ownAvailableWeight: number;
  /** Of the client's own zone: what is registered and active, whatever its health. */
  readonly ownRegisteredWeight: number;
  /** How many of the view are available, and how many of it are ejected. */
  readonly available: number;
  readonly ejected: number;
  readonly epoch: number;
  readonly madeAt: number;
  /** Whether weights are still growing. */
  readonly isRamping: boolean;
};

export type LanesOptions = {
  readonly policy: Pick<ServicePolicy, 'panicThreshold' | 'slowStartMs'>;
  readonly zone: string | null;
  readonly ownRegisteredWeight: number;
  readonly epoch: number;
  readonly now: number;
};

/** The lanes of all `members`, less those excluded. */
export function createLanes(members: readonly Member[], exclude: ReadonlySet<string> | null, options: LanesOptions): Lanes {
  const { policy, zone, now, epoch, ownRegisteredWeight } = options;
  const { available, ejected, ramping } = survey(members, now - policy.slowStartMs);
  const isPanic = available < policy.panicThreshold * members.length;
  const left = exclude === null ? members : members.filter((member) => !exclude.has(member.endpoint.id));
  const candidates = withWeight(isPanic ? left : thoseOrAll(left, (member) => member.isAvailable));
  // Where all are new there is nobody to take their part.
  const isRamping = ramping > 0 && ramping < members.length;
  const weightOf = isRamping ? (member: Member): number => nominalWeight(member) * slowStartShare(now - member.since, policy.slowStartMs) : nominalWeight;
  const isOwn = (member: Member): boolean => zone !== null && member.endpoint.zone === zone;
  const own = zone === null ? [] : candidates.filter(isOwn);
  return {
    own: createLane(own, weightOf),
    elsewhere: createLane(zone === null ? candidates : candidates.filter((member) => !isOwn(member)), weightOf),
    ownAvailableWeight: own.reduce((sum, member) => sum + nominalWeight(member), 0),
    ownRegisteredWeight,
    available,
    ejected,
    epoch,
    madeAt: now,
    isRamping: ramping > 0,
  };
}

/** Has the lanes count the attempts in flight to their endpoints from now on. */
export function attach(lanes: Lanes): Lanes {
  for (const lane of [lanes.own, lanes.elsewhere]) {
    lane.inFlight = 0;
    for (const member of lane.members) {
      lane.inFlight += member.inFlight;
      member.lane = lane;
    }
  }
  return lanes;
}

/** Those of weight 0 are candidates only where all are of weight 0, and then each counts as 1. */
export function nominalWeight(member: Member): number {
  return Math.max(1, member.endpoint.weight);
}

function withWeight(members: readonly Member[]): readonly Member[] {
  return thoseOrAll(members, (member) => member.endpoint.weight > 0);
}

function thoseOrAll(members: readonly Member[], wanted: (member: Member) => boolean): readonly Member[] {
  if (members.every(wanted)) return members;
  const those = members.filter(wanted);
  return those.length > 0 ? those : members;
}

/** Counted in one pass: it is done again whenever an endpoint comes or goes. `grownSince`: who is older has grown. */
function survey(members: readonly Member[], grownSince: number): { readonly available: number; readonly ejected: number; readonly ramping: number } {
  let [available, ejected, ramping] = [0, 0, 0];
  for (const member of members) {
    if (member.isAvailable) available += 1;
    if (member.isEjected) ejected += 1;
    if (member.since > grownSince) ramping += 1;
  }
  return { available, ejected, ramping };
}
