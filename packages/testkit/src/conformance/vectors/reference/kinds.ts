import type { Listed } from './balance-input.ts';
import { drawn } from './drawn.ts';
import { murmur3 } from './murmur3.ts';
import type { PeakEwma } from './peak-ewma.ts';

export interface Candidate {
  readonly listed: Listed;
  readonly latency: PeakEwma;
  readonly inFlight: number;
  /** Effective weight. */
  readonly w: number;
}

/** 3.4 and 3.5: two are drawn by weight, the second is taken where it beats the first. */
export function oneOfTwo(candidates: readonly Candidate[], next: () => number, beats: (second: Candidate, first: Candidate) => boolean): Candidate {
  const first = drawn(candidates, next());
  if (candidates.length === 1) return first;
  const second = drawn(candidates.filter(one => one !== first), next());
  return beats(second, first) ? second : first;
}

/** 3.4 */
export const isCheaper = (now: number) => (second: Candidate, first: Candidate): boolean => {
  const greater = Math.max(second.w, first.w);
  const cost = ({ latency, inFlight, w }: Candidate): number => Math.max(latency.at(now, inFlight), 10) * (1 + (inFlight * greater) / w);
  return cost(second) * 1.5 < cost(first);
};

/** 3.5 */
export const hasFewer = (second: Candidate, first: Candidate): boolean => second.inFlight / second.w < first.inFlight / first.w;

/** 3.6 */
export function rotating(candidates: readonly Candidate[], last: string | null, next: () => number): Candidate {
  if (last === null) return candidates[Math.floor(next() * candidates.length)]!;
  return candidates.find(({ listed }) => Buffer.compare(Buffer.from(listed.instance), Buffer.from(last)) > 0) ?? candidates[0]!;
}

/** 3.7, with bounded load. */
export function consistent(candidates: readonly Candidate[], key: string, factor: number): Candidate {
  const points = candidates.flatMap(candidate => Array.from({ length: 64 }, (_, i) => ({ hash: murmur3(`${candidate.listed.instance}#${i}`), candidate })));
  points.sort((a, b) => a.hash - b.hash || Buffer.compare(Buffer.from(a.candidate.listed.instance), Buffer.from(b.candidate.listed.instance)));
  const landed = points.findIndex(({ hash }) => hash >= murmur3(key));
  const start = landed === -1 ? 0 : landed;
  const inFlight = candidates.reduce((total, one) => total + one.inFlight, 0);
  const weight = candidates.reduce((total, { w }) => total + w, 0);
  const isFull = (one: Candidate): boolean => one.inFlight + 1 > Math.ceil((factor * (inFlight + 1) * one.w) / weight);
  const clockwise = [...points.slice(start), ...points.slice(0, start)];
  return (clockwise.find(({ candidate }) => !isFull(candidate)) ?? clockwise[0]!).candidate;
}
