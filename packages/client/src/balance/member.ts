import type { Endpoint } from '../directory/endpoint.ts';
import type { Breaker } from '../survive/breaker.ts';
import type { OutlierHost } from '../survive/outlier.ts';
import { createOutlierHost } from '../survive/outlier.ts';
import type { Lane } from './draw.ts';
import { createPeakEwma } from './peak-ewma.ts';
import type { PeakEwma } from './peak-ewma.ts';
import type { View } from './view.ts';

/** What a balancer knows of one endpoint. It changes in place and holds all it can itself, for it is read with every pick. */
export type Member = OutlierHost & PeakEwma & {
  /** Its newest form. */
  endpoint: Endpoint;
  /** `unusable`: registered still, and known from when it was usable. `departed`: kept for the attempts to it alone. */
  standing: 'usable' | 'unusable' | 'departed';
  /** Since when it is known as usable, monotonic ms; -Infinity for the first list. */
  since: number;
  inFlight: number;
  /** Null before the first report. */
  breaker: Breaker | null;
  /** Monotonic ms; null when it is not paused, as of the last `advance`. */
  pausedUntil: number | null;
  /** Neither ejected, nor behind an open breaker, nor paused. */
  isAvailable: boolean;
  /** The newest that was made with it since the directory changed; null before that. */
  view: View | null;
  /** Where it lies in the lane that was made last; in others elsewhere or not at all. */
  indexHint: number;
  /** The lane whose attempts in flight include those to it. */
  lane: Lane | null;
};

export function createMember(endpoint: Endpoint, since: number): Member {
  return {
    ...createOutlierHost(),
    ...createPeakEwma(),
    endpoint,
    standing: 'usable',
    since,
    inFlight: 0,
    breaker: null,
    pausedUntil: null,
    isAvailable: true,
    view: null,
    indexHint: 0,
    lane: null,
  };
}

/** It came back after it had left: as a new one, but for the attempts that are still under way. */
export function readmit(member: Member, endpoint: Endpoint, since: number): void {
  const { inFlight, lane } = member;
  Object.assign(member, createMember(endpoint, since), { inFlight, lane });
}
