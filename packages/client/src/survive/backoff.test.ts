import { expect, test } from 'vitest';
import { DEFAULT_POLICY } from '../policy.ts';
import { attemptBackoffMs } from './backoff.ts';

const { retry } = DEFAULT_POLICY;

test('25 ms, doubling to 1 s', () => {
  expect([0, 1, 2, 3, 4, 5, 6, 1_000].map((n) => attemptBackoffMs(retry, n, () => 0.5))).toEqual([25, 50, 100, 200, 400, 800, 1_000, 1_000]);
});

test('up to a fifth less or more', () => {
  expect(attemptBackoffMs(retry, 0, () => 0)).toBe(20);
  expect(attemptBackoffMs(retry, 0, () => 0.999_999_999)).toBeCloseTo(30, 5);
});
