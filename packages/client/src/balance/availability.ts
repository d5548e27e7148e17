import type { ServicePolicy } from '../policy.ts';
import { Breaker } from '../survive/breaker.ts';
import { isFailure } from '../survive/outcome.ts';
import type { Outcome } from '../survive/outcome.ts';
import { createOutlier } from '../survive/outlier.ts';
import type { Outlier } from '../survive/outlier.ts';
import type { Member } from './member.ts';
import type { BalanceEvents } from './ticket.ts';

/** Which endpoints may get attempts: those neither ejected, nor behind an open breaker, nor paused by `Retry-After`. */
export type Availability = {
  /** Another number whenever it changed who is available, or who is ejected. */
  readonly epoch: () => number;
  /** Ends the ejections, open breakers and pauses whose time has come. Cheap when there are none. */
  readonly advance: (now: number) => void;
  /** An attempt goes there; the breaker whose probe it is, null for any other attempt. */
  readonly begin: (member: Member) => Breaker | null;
  /** Learns from how it ended. Call `advance` with the same `now` before. */
  readonly end: (member: Member, outcome: Outcome, probeOf: Breaker | null, now: number) => void;
  /** The endpoint left. */
  readonly forget: (member: Member) => void;
};

export type AvailabilityOptions = {
  readonly policy: Pick<ServicePolicy, 'outlier' | 'breaker'>;
  readonly random: () => number;
  readonly startMs: number;
  readonly members: () => Iterable<Member>;
  /** Whether one more may be ejected. */
  readonly mayEject: (member: Member) => boolean;
  readonly events: BalanceEvents | undefined;
};

const MAX_PAUSE_MS = 300_000;

export function createAvailability(options: AvailabilityOptions): Availability {
  const { policy, random, events } = options;
  const outlier = policy.outlier === null ? null : createOutlierOf(policy.outlier);
  /** Those that are paused or whose breaker is open: time will change them. */
  const waiting = new Set<Member>();
  let firstWaitEnd = Number.POSITIVE_INFINITY;
  let epoch = 0;

  return { epoch: () => epoch, advance, begin, end, forget };

  function createOutlierOf(outlierPolicy: NonNullable<ServicePolicy['outlier']>): Outlier<Member> {
    return createOutlier<Member>({
      policy: outlierPolicy,
      startMs: options.startMs,
      hosts: options.members,
      mayEject: options.mayEject,
      ejected: (member, reason, forMs) => {
        judge(member);
        // Also where it was not available before: how many are ejected is part of what the epoch stands for.
        epoch += 1;
        events?.ejected(member.endpoint, reason, forMs);
      },
      returned: (member) => {
        judge(member);
        epoch += 1;
        events?.returned(member.endpoint);
      },
    });
  }

  function advance(now: number): void {
    if (outlier !== null && now >= outlier.dueAt()) outlier.advance(now);
    if (now >= firstWaitEnd) endWaits(now);
  }

  function endWaits(now: number): void {
    firstWaitEnd = Number.POSITIVE_INFINITY;
    for (const member of waiting) {
      const woke = member.breaker?.wake(now) === true;
      if (member.pausedUntil !== null && member.pausedUntil <= now) member.pausedUntil = null;
      noteWait(member);
      judge(member);
      if (woke) events?.halfOpened(member.endpoint);
    }
  }

  function begin(member: Member): Breaker | null {
    if (member.breaker?.begin() !== true) return null;
    judge(member);
    return member.breaker;
  }

  function end(member: Member, outcome: Outcome, probeOf: Breaker | null, now: number): void {
    const { kind } = outcome;
    if (kind !== 'cancelled') outlier?.record(member, isFailure(kind), now);
    if (policy.breaker !== null) {
      member.breaker ??= new Breaker(policy.breaker, random);
      if (member.breaker === probeOf) endProbe(member, probeOf, outcome, now);
      else if (member.breaker.end(kind, now)) events?.opened(member.endpoint, member.breaker.openUntil - now);
    }
    if ((kind === 'limited' || kind === 'overloaded') && outcome.retryAfterMs !== undefined) pause(member, outcome.retryAfterMs, now);
    noteWait(member);
    judge(member);
  }

  function endProbe(member: Member, breaker: Breaker, outcome: Outcome, now: number): void {
    const state = breaker.endProbe(outcome.kind, now);
    if (state === 'closed') events?.closed(member.endpoint);
    else if (state === 'open') events?.opened(member.endpoint, breaker.openUntil - now);
  }

  function pause(member: Member, retryAfterMs: number, now: number): void {
    const forMs = Math.min(retryAfterMs, MAX_PAUSE_MS);
    if (forMs <= 0) return;
    member.pausedUntil = Math.max(member.pausedUntil ?? 0, now + forMs);
    events?.paused(member.endpoint, forMs);
  }

  function forget(member: Member): void {
    outlier?.forget(member);
    waiting.delete(member);
    member.isAvailable = false;
    epoch += 1;
  }

  /** Notes when time alone will change it next. */
  function noteWait(member: Member): void {
    const { breaker } = member;
    const halfOpens = breaker?.state === 'open' ? breaker.openUntil : Number.POSITIVE_INFINITY;
    const resumes = member.pausedUntil ?? Number.POSITIVE_INFINITY;
    const until = Math.min(halfOpens, resumes);
    if (until === Number.POSITIVE_INFINITY) {
      if (waiting.size > 0) waiting.delete(member);
    } else {
      waiting.add(member);
      firstWaitEnd = Math.min(firstWaitEnd, until);
    }
  }

  function judge(member: Member): void {
    const isAvailable = !member.isEjected && member.pausedUntil === null && (member.breaker === null || member.breaker.isAvailable);
    if (isAvailable === member.isAvailable) return;
    member.isAvailable = isAvailable;
    epoch += 1;
  }
}
