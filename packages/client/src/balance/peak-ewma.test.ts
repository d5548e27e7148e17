import { expect, test } from 'vitest';
import { createPeakEwma, latencyAt, observe } from './peak-ewma.ts';
import type { PeakEwma } from './peak-ewma.ts';

function average(...answers: readonly [atMs: number, rttMs: number][]): PeakEwma {
  const fresh = createPeakEwma();
  for (const [at, rtt] of answers) observe(fresh, rtt, at);
  return fresh;
}

test('nothing is known before the first answer', () => {
  expect(latencyAt(average(), 5_000)).toBeNull();
});

test('the first answer counts in full, and so does every slower one', () => {
  expect(latencyAt(average([0, 20]), 0)).toBe(20);
  expect(latencyAt(average([0, 20], [1, 300]), 1)).toBe(300);
});

test('quicker answers bring it down by the time that went by: after 10 s all but 1/e of the difference is gone', () => {
  const latency = latencyAt(average([0, 300], [10_000, 20]), 10_000);
  expect(latency).toBeCloseTo(300 / Math.E + 20 * (1 - 1 / Math.E), 9);
});

test('without answers it decays towards 0', () => {
  expect(latencyAt(average([0, 300]), 10_000)).toBeCloseTo(300 / Math.E, 9);
  expect(latencyAt(average([0, 300]), 1_000_000)).toBeCloseTo(0, 9);
});
