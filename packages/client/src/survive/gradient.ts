import type { AdaptivePolicy } from '../policy.ts';
import type { OutcomeKind } from './outcome.ts';

/**
 * Learns how many calls at once a service bears from how their times grow (Gradient2 of Netflix concurrency-limits):
 * while the newest time is near the long average the limit grows by about the room for a queue; when it is longer the
 * limit shrinks in proportion.
 */
export type Gradient = {
  /** Not whole: a call more fits while `inFlight + 1 <= limit()`. */
  readonly limit: () => number;
  /** A call ended; `inFlight` with that call still among them. */
  readonly record: (kind: OutcomeKind, rttMs: number | undefined, inFlight: number) => void;
};

/** Samples in the memory of the long average, and how many of the first make a plain mean. */
const LONG_SAMPLES = 600;
const WARMUP_SAMPLES = 10;
/** How many more than the limit found are let in, so that growth is seen. */
const QUEUE_ROOM = 4;
const SMOOTHING = 0.2;
/** What counts as no time at all, so that nothing is divided by zero. */
const LEAST_RTT_MS = 0.001;

export function createGradient(policy: AdaptivePolicy, changed?: (limit: number) => void): Gradient {
  let limit = bounded(policy.initial);
  let long = 0;
  let warmupSum = 0;
  let samples = 0;

  return { limit: () => limit, record };

  function record(kind: OutcomeKind, rttMs: number | undefined, inFlight: number): void {
    if (kind === 'ok' && rttMs !== undefined) learn(Math.max(rttMs, LEAST_RTT_MS), inFlight);
    else if (kind === 'limited' || kind === 'overloaded' || kind === 'timeout') move(limit * 0.9);
  }

  function learn(short: number, inFlight: number): void {
    average(short);
    // After a slow phase the average would take long to come down.
    if (long / short > 2) long *= 0.95;
    // A limit that is not used says nothing about whether it is right.
    if (inFlight < limit / 2) return;
    const gradient = Math.max(0.5, Math.min(1, (policy.tolerance * long) / short));
    move(limit * (1 - SMOOTHING) + (limit * gradient + QUEUE_ROOM) * SMOOTHING);
  }

  function average(rtt: number): void {
    if (samples < WARMUP_SAMPLES) {
      samples += 1;
      warmupSum += rtt;
      long = warmupSum / samples;
    } else {
      const share = 2 / (LONG_SAMPLES + 1);
      long = long * (1 - share) + rtt * share;
    }
  }

  function move(to: number): void {
    const before = Math.floor(limit);
    limit = bounded(to);
    if (changed !== undefined && Math.floor(limit) !== before) changed(Math.floor(limit));
  }

  function bounded(value: number): number {
    return Math.max(policy.minLimit, Math.min(policy.maxLimit, value));
  }
}
