import type { Endpoint } from '../directory/endpoint.ts';
import type { ServicePolicy } from '../policy.ts';
import type { Runtime } from '../runtime.ts';
import type { Breaker } from '../survive/breaker.ts';
import { isBad } from '../survive/outcome.ts';
import type { Outcome } from '../survive/outcome.ts';
import { hasRoomToEject } from '../survive/outlier.ts';
import { createAvailability } from './availability.ts';
import { chooserOf } from './chooser-of.ts';
import { indexIn, NONE } from './draw.ts';
import type { Lane } from './draw.ts';
import { Hold } from './hold.ts';
import type { Learner } from './hold.ts';
import { attach, createLanes, nominalWeight } from './lanes.ts';
import type { Lanes } from './lanes.ts';
import type { Member } from './member.ts';
import { latencyAt, observe } from './peak-ewma.ts';
import { createRoster } from './roster.ts';
import type { BalanceEvents, Balancer, EndpointStats, PickRequest, Ticket } from './ticket.ts';
import type { View } from './view.ts';
import { ownZoneShare } from './zone.ts';

export type { BalanceEvents, Balancer, DirectoryView, EndpointStats, PickRequest, Ticket } from './ticket.ts';
export type { Outcome, OutcomeKind } from '../survive/outcome.ts';

export type BalancerOptions = {
  readonly policy: ServicePolicy;
  /** `now` on the monotonic clock. */
  readonly runtime: Pick<Runtime, 'now' | 'random'>;
  /** The stable id of this client, of which its subset is made. */
  readonly owner: string;
  /** The client's own; null when it has none. */
  readonly zone: string | null;
  readonly events?: BalanceEvents | undefined;
};

/** What counts at least as the time of an attempt that went wrong, however quickly it did. */
const LEAST_BAD_MS = 1_000;
/** While weights grow the lanes of a long list are made anew so often at most; those of a short one with every pick. */
const RAMP_STEP_MS = 100;
const SHORT_LIST = 64;

const NO_REQUEST: PickRequest = {};

export function createBalancer(options: BalancerOptions): Balancer {
  const { policy, runtime, zone } = options;
  const { random } = runtime;
  const choose = chooserOf(policy, random);
  const roster = createRoster({ subsetSize: policy.subsetSize, owner: options.owner, departed: (member) => availability.forget(member) });
  const availability = createAvailability({
    policy,
    random,
    startMs: runtime.now(),
    members: () => roster.members.values(),
    mayEject,
    events: options.events,
  });
  /** The lanes that count their attempts in flight; only `consistent_hash` asks for that. */
  const needsLoad = policy.balance === 'consistent_hash';
  let attached: Lanes | null = null;
  const learner: Learner = { learn, ended: roster.attemptEnded, now: runtime.now };

  return { pick, update: (directory) => roster.update(directory, runtime.now()), isLeft, pausedUntil, inFlight: (id) => roster.members.get(id)?.inFlight ?? 0, stats };

  function pick(list: readonly Endpoint[], request: PickRequest = NO_REQUEST, now: number = runtime.now()): Ticket | null {
    availability.advance(now);
    const view = roster.viewOf(list, now);
    const member = chooseMember(view, request, now);
    return member === null ? null : new Hold(member, availability.begin(member), learner);
  }

  function chooseMember(view: View, { exclude, hashKey }: PickRequest, now: number): Member | null {
    const lanes = lanesOf(view, now);
    if (needsLoad && attached !== lanes) attached = attach(lanes);
    const chooser = { now, hashKey, ring: view.ring };
    if (exclude === undefined || exclude.size === 0) return chooseIn(lanes, NONE, NONE, chooser);
    return (
      chooseIn(lanes, indexesIn(lanes.own, exclude), indexesIn(lanes.elsewhere, exclude), chooser) ??
      // Those that come first are all excluded: the others are searched one by one.
      chooseIn(makeLanes(view, exclude, now), NONE, NONE, chooser)
    );
  }

  function chooseIn(lanes: Lanes, skipOwn: readonly number[], skipElsewhere: readonly number[], request: Parameters<typeof choose>[2]): Member | null {
    const leftOwn = lanes.own.members.length - skipOwn.length;
    const leftElsewhere = lanes.elsewhere.members.length - skipElsewhere.length;
    if (leftOwn === 0 && leftElsewhere === 0) return null;
    const staysHome = leftElsewhere === 0 || (leftOwn > 0 && drawsOwnZone(lanes, skipOwn));
    const [lane, skip] = staysHome ? [lanes.own, skipOwn] : [lanes.elsewhere, skipElsewhere];
    return lane.members[choose(lane, skip, request)] ?? null;
  }

  function drawsOwnZone(lanes: Lanes, skipOwn: readonly number[]): boolean {
    let weight = lanes.ownAvailableWeight;
    for (const index of skipOwn) weight -= nominalWeightAt(lanes.own, index);
    const share = ownZoneShare(weight, lanes.ownRegisteredWeight);
    return share >= 1 || random() < share;
  }

  function indexesIn(lane: Lane, ids: ReadonlySet<string>): readonly number[] {
    const indexes: number[] = [];
    for (const id of ids) {
      const member = roster.members.get(id);
      const index = member === undefined ? null : indexIn(lane, member);
      if (index !== null) indexes.push(index);
    }
    return indexes.sort((a, b) => a - b);
  }

  function lanesOf(view: View, now: number): Lanes {
    const { lanes } = view;
    if (lanes !== null && lanes.epoch === availability.epoch() && !isOutgrown(lanes, view, now)) return lanes;
    view.lanes = makeLanes(view, null, now);
    return view.lanes;
  }

  function isOutgrown(lanes: Lanes, view: View, now: number): boolean {
    return lanes.isRamping && now - lanes.madeAt >= (view.members.length <= SHORT_LIST ? Number.MIN_VALUE : RAMP_STEP_MS);
  }

  function makeLanes(view: View, exclude: ReadonlySet<string> | null, now: number): Lanes {
    const ownRegisteredWeight = roster.registeredWeight(view, zone);
    return createLanes(view.members, exclude, { policy, zone, ownRegisteredWeight, epoch: availability.epoch(), now });
  }

  function mayEject(member: Member): boolean {
    if (policy.outlier === null || member.standing !== 'usable' || member.view === null) return false;
    const { available, ejected } = lanesOf(member.view, runtime.now());
    return hasRoomToEject(policy.outlier, member.view.members.length, ejected, available - (member.isAvailable ? 1 : 0));
  }

  function learn(member: Member, outcome: Outcome, probeOf: Breaker | null, now: number): void {
    availability.advance(now);
    const rttMs = isBad(outcome.kind) ? Math.max(LEAST_BAD_MS, outcome.rttMs ?? 0) : outcome.rttMs;
    if (rttMs !== undefined && outcome.kind !== 'cancelled') observe(member, rttMs, now);
    availability.end(member, outcome, probeOf, now);
  }

  function isLeft(list: readonly Endpoint[], exclude: ReadonlySet<string>): boolean {
    return roster.viewOf(list, runtime.now()).members.some((member) => !exclude.has(member.endpoint.id));
  }

  function pausedUntil(list: readonly Endpoint[], exclude?: ReadonlySet<string>): number | null {
    const now = runtime.now();
    availability.advance(now);
    let first: number | null = null;
    for (const member of roster.viewOf(list, now).members) {
      if (exclude?.has(member.endpoint.id) === true) continue;
      if (member.pausedUntil === null) return null;
      first = Math.min(first ?? Number.POSITIVE_INFINITY, member.pausedUntil);
    }
    return first;
  }

  function stats(): readonly EndpointStats[] {
    const now = runtime.now();
    availability.advance(now);
    return [...roster.members.values()].filter((member) => member.standing !== 'departed').map((member) => statsOf(member, now));
  }
}

function nominalWeightAt(lane: Lane, index: number): number {
  const member = lane.members[index];
  return member === undefined ? 0 : nominalWeight(member);
}

function statsOf(member: Member, now: number): EndpointStats {
  return {
    id: member.endpoint.id,
    instance: member.endpoint.instance,
    inFlight: member.inFlight,
    latencyMs: latencyAt(member, now),
    ejectedUntil: member.isEjected ? member.ejectedUntil : null,
    breaker: member.breaker?.state ?? 'closed',
    pausedUntil: member.pausedUntil,
  };
}
