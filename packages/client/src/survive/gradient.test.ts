import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AdaptivePolicy } from '../policy.ts';
import { createGradient } from './gradient.ts';
import type { OutcomeKind } from './outcome.ts';

const POLICY: AdaptivePolicy = { initial: 20, minLimit: 4, maxLimit: 1_000, tolerance: 1.5 };

test('at an even pace the limit grows by a fifth of four with each answer', () => {
  const gradient = createGradient(POLICY);
  gradient.record('ok', 10, 10);
  expect(gradient.limit()).toBeCloseTo(20.8, 9);
  gradient.record('ok', 10, 11);
  expect(gradient.limit()).toBeCloseTo(21.6, 9);
});

test('a limit that is not half used says nothing', () => {
  const gradient = createGradient(POLICY);
  gradient.record('ok', 10, 9);
  expect(gradient.limit()).toBe(20);
});

test('answers that take longer than 1.5 times the average bring it down, by half at most', () => {
  const gradient = createGradient(POLICY);
  gradient.record('ok', 10, 0);
  gradient.record('ok', 30, 20);
  // The mean of the first ten is plain: (10 + 30) / 2 = 20, and 1.5 × 20 / 30 = 1.
  expect(gradient.limit()).toBeCloseTo(20.8, 9);
  gradient.record('ok', 1_000, 20);
  const long = (10 + 30 + 1_000) / 3;
  const slope = (1.5 * long) / 1_000;
  expect(gradient.limit()).toBeCloseTo(20.8 * 0.8 + (20.8 * slope + 4) * 0.2, 9);
});

test('after ten answers the average moves by 2 / 601, and faster while it is more than twice the newest', () => {
  const gradient = createGradient(POLICY);
  for (let i = 0; i < 10; i += 1) gradient.record('ok', 100, 0);
  gradient.record('ok', 10, 0);
  const long = (100 * (599 / 601) + 10 * (2 / 601)) * 0.95;
  gradient.record('ok', 300, 20);
  const longer = long * (599 / 601) + 300 * (2 / 601);
  const slope = Math.max(0.5, (1.5 * longer) / 300);
  expect(gradient.limit()).toBeCloseTo(20 * 0.8 + (20 * slope + 4) * 0.2, 9);
});

test.each(['limited', 'overloaded', 'timeout'] as const)('%s takes a tenth off', (kind) => {
  const gradient = createGradient(POLICY);
  gradient.record(kind, undefined, 0);
  expect(gradient.limit()).toBe(18);
});

test.each(['failed', 'refused', 'broken', 'cancelled'] as const)('%s changes nothing', (kind) => {
  const gradient = createGradient(POLICY);
  gradient.record(kind, 5_000, 20);
  expect(gradient.limit()).toBe(20);
});

test('a listener hears of each whole number', () => {
  const heard: number[] = [];
  const gradient = createGradient(POLICY, (limit) => heard.push(limit));
  for (let i = 0; i < 3; i += 1) gradient.record('ok', 10, 20);
  expect(heard).toEqual([21, 22]);
});

test('whatever comes, the limit stays between its bounds', () => {
  const kinds = fc.constantFrom<OutcomeKind>('ok', 'ok', 'ok', 'limited', 'timeout', 'failed');
  const samples = fc.array(fc.tuple(kinds, fc.double({ min: 0, max: 1e6, noNaN: true }), fc.nat(2_000)), { maxLength: 300 });
  fc.assert(
    fc.property(samples, (steps) => {
      const gradient = createGradient({ ...POLICY, maxLimit: 50 });
      for (const [kind, rtt, inFlight] of steps) {
        gradient.record(kind, rtt, inFlight);
        expect(gradient.limit()).toBeGreaterThanOrEqual(4);
        expect(gradient.limit()).toBeLessThanOrEqual(50);
      }
    }),
  );
});
