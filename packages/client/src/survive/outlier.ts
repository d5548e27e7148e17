import type { OutlierPolicy } from '../policy.ts';

/**
 * Takes endpoints out for a while that fail where their siblings do not (gRPC A50, Envoy): at once after so many
 * failures in a row, and at the end of each interval those whose share of successes lies far below the mean.
 */
export type Outlier<Host extends OutlierHost> = {
  /** An attempt that was not cancelled is over. Call `advance` with the same `now` before. */
  readonly record: (host: Host, failed: boolean, now: number) => void;
  /** Does what fell due until `now`, as of the moments at which it did: ends of intervals and of ejections. */
  readonly advance: (now: number) => void;
  /** When `advance` has something to do next; monotonic ms. */
  readonly dueAt: () => number;
  /** The host left; nothing is said of its return. */
  readonly forget: (host: Host) => void;
};

/** What is kept for each host. */
export type OutlierHost = {
  failuresInRow: number;
  /** Those of this interval. */
  attempts: number;
  failures: number;
  /** By how much the next ejection is longer: up by one with each, down by one with each interval without. */
  ejections: number;
  isEjected: boolean;
  /** Monotonic ms, of the last ejection. */
  ejectedUntil: number;
};

export type OutlierReason = 'consecutive_failures' | 'success_rate';

export type OutlierOptions<Host> = {
  readonly policy: OutlierPolicy;
  /** Where the first interval begins. */
  readonly startMs: number;
  /** In the order in which they are ejected while there is room. */
  readonly hosts: () => Iterable<Host>;
  /** Whether there is room to eject this one: see `hasRoomToEject`. */
  readonly mayEject: (host: Host) => boolean;
  readonly ejected: (host: Host, reason: OutlierReason, forMs: number) => void;
  readonly returned: (host: Host) => void;
};

export function createOutlierHost(): OutlierHost {
  return { failuresInRow: 0, attempts: 0, failures: 0, ejections: 0, isEjected: false, ejectedUntil: Number.NEGATIVE_INFINITY };
}

/** Of `size` hosts never more than the share are ejected at once, but one at least; and never the last available one. */
export function hasRoomToEject(policy: OutlierPolicy, size: number, ejected: number, othersAvailable: number): boolean {
  // Shares like 0.29 are not exact in floating point: 0.29 of 100 are 29.
  const most = Math.max(1, Math.floor(policy.maxEjectedShare * size + 1e-9));
  return ejected < most && othersAvailable > 0;
}

export function createOutlier<Host extends OutlierHost>(options: OutlierOptions<Host>): Outlier<Host> {
  const { policy } = options;
  const ejected = new Set<Host>();
  let intervalEnd = options.startMs + policy.intervalMs;
  let firstReturn = Number.POSITIVE_INFINITY;

  return { record, advance, dueAt: () => Math.min(intervalEnd, firstReturn), forget: (host) => void ejected.delete(host) };

  function record(host: Host, failed: boolean, now: number): void {
    host.attempts += 1;
    if (failed) host.failures += 1;
    host.failuresInRow = failed && !host.isEjected ? host.failuresInRow + 1 : 0;
    if (host.failuresInRow >= policy.consecutiveFailures) eject(host, 'consecutive_failures', now);
  }

  function advance(now: number): void {
    if (now >= intervalEnd) endIntervals(now);
    if (now >= firstReturn) returnUntil(now);
  }

  /** Everything counted belongs to the first interval that ended; in those after it nothing was attempted. */
  function endIntervals(now: number): void {
    returnUntil(intervalEnd);
    for (const host of outliers(options.hosts(), policy)) eject(host, 'success_rate', intervalEnd);
    const ended = 1 + Math.floor((now - intervalEnd) / policy.intervalMs);
    const lastEnd = intervalEnd + (ended - 1) * policy.intervalMs;
    for (const host of options.hosts()) {
      host.attempts = 0;
      host.failures = 0;
      if (host.ejections > 0) host.ejections = Math.max(0, host.ejections - Math.min(ended, intervalsWithout(host, lastEnd)));
    }
    intervalEnd = lastEnd + policy.intervalMs;
  }

  /** How many whole intervals lie between the end of its ejection and `lastEnd`. */
  function intervalsWithout(host: Host, lastEnd: number): number {
    return Math.max(0, Math.floor((lastEnd - host.ejectedUntil) / policy.intervalMs));
  }

  function eject(host: Host, reason: OutlierReason, at: number): void {
    if (host.isEjected || !options.mayEject(host)) return;
    host.ejections += 1;
    const forMs = Math.min(policy.maxEjectionMs, policy.baseEjectionMs * host.ejections);
    host.isEjected = true;
    host.ejectedUntil = at + forMs;
    host.failuresInRow = 0;
    ejected.add(host);
    firstReturn = Math.min(firstReturn, host.ejectedUntil);
    options.ejected(host, reason, forMs);
  }

  function returnUntil(now: number): void {
    firstReturn = Number.POSITIVE_INFINITY;
    for (const host of ejected) {
      if (host.ejectedUntil > now) {
        firstReturn = Math.min(firstReturn, host.ejectedUntil);
      } else {
        ejected.delete(host);
        host.isEjected = false;
        options.returned(host);
      }
    }
  }
}

/** Those whose share of successes is too far below the mean of all that had enough to do and are not out already. */
function outliers<Host extends OutlierHost>(hosts: Iterable<Host>, policy: OutlierPolicy): readonly Host[] {
  const busy = [...hosts].filter((host) => host.attempts >= policy.minRequests && !host.isEjected);
  if (busy.length === 0 || busy.length < policy.minHosts) return [];
  const mean = meanOf(busy.map(successShare));
  const deviation = Math.sqrt(meanOf(busy.map((host) => (successShare(host) - mean) ** 2)));
  const least = mean - policy.stdevFactor * deviation;
  return busy.filter((host) => successShare(host) < least);
}

function successShare(host: OutlierHost): number {
  return 1 - host.failures / host.attempts;
}

function meanOf(values: readonly number[]): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}
