import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { correctedForOmission, mean, median, percentile } from './statistics.ts';

describe('median', () => {
  it('is the middle of an odd number of values, whatever their order', () => expect(median([9, 1, 5])).toBe(5));
  it('is the mean of the two in the middle of an even number', () => expect(median([10, 1, 2, 5])).toBe(3.5));
  it('is NaN when there is nothing', () => expect(median([])).toBeNaN());
  it('sorts by size and not by text', () => expect(median([100, 9, 10])).toBe(10));
});

describe('percentile', () => {
  it('takes the nearest rank', () => {
    const hundred = Array.from({ length: 100 }, (_, index) => index + 1);
    expect(percentile(hundred, 0.5)).toBe(50);
    expect(percentile(hundred, 0.99)).toBe(99);
    expect(percentile(hundred, 1)).toBe(100);
    expect(percentile(hundred, 0)).toBe(1);
  });
  it('is one of the values, and no larger share gives a smaller one', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ noNaN: true }), { minLength: 1, maxLength: 50 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (values, a, b) => {
          expect(values).toContain(percentile(values, a));
          expect(percentile(values, Math.min(a, b))).toBeLessThanOrEqual(percentile(values, Math.max(a, b)));
        },
      ),
    );
  });
});

describe('mean', () => {
  it('is the sum over the number', () => expect(mean([1, 2, 6])).toBe(3));
  it('is NaN when there is nothing', () => expect(mean([])).toBeNaN());
});

describe('correctedForOmission', () => {
  it('adds what a stall hid', () => expect(correctedForOmission([1, 1, 4.5], 1)).toEqual([1, 1, 4.5, 3.5, 2.5, 1.5]));
  it('leaves latencies under two intervals alone', () => expect(correctedForOmission([1, 1.9], 1)).toEqual([1, 1.9]));
  it('leaves everything alone when there is no interval', () => expect(correctedForOmission([5], 0)).toEqual([5]));
});
