import fc from 'fast-check';
import { expect, test } from 'vitest';
import { endpoint } from '../testing/balancing.ts';
import { dice } from '../testing/dice.ts';
import { createLane, draw, skippingAlso } from './draw.ts';
import type { Lane } from './draw.ts';
import { createMember } from './member.ts';

function lane(...weights: number[]): Lane {
  const members = weights.map((_, i) => createMember(endpoint(`web-${String(i).padStart(3, '0')}`), 0));
  return createLane(members, (member) => weights[members.indexOf(member)] ?? 0);
}

test.each([
  [0, 0],
  [0.0999, 0],
  [0.1, 1],
  [0.2999, 1],
  [0.3, 2],
  [0.9999, 2],
])('of weights 1, 2 and 7 the die %d draws number %d', (x, index) => {
  expect(draw(lane(1, 2, 7), [], () => x)).toBe(index);
});

test.each([
  [0, 0],
  [0.12, 0],
  [0.125, 2],
  [0.9999, 2],
])('when the second is left out, its stretch is: the die %d draws number %d', (x, index) => {
  expect(draw(lane(1, 2, 7), [1], () => x)).toBe(index);
});

test('what is left out is never drawn, whatever the weights', () => {
  const weights = fc.array(fc.double({ min: 0.001, max: 1_000, noNaN: true }), { minLength: 2, maxLength: 20 });
  fc.assert(
    fc.property(weights, fc.infiniteStream(fc.nat()), fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (widths, numbers, x) => {
      let skip: readonly number[] = [];
      for (const number of numbers.take(widths.length - 1)) if (!skip.includes(number % widths.length)) skip = skippingAlso(skip, number % widths.length);
      const drawn = draw(lane(...widths), skip, () => x);
      expect(skip).not.toContain(drawn);
      expect(drawn).toBeLessThan(widths.length);
    }),
  );
});

test('in the long run each is drawn by its weight', () => {
  const random = dice(5);
  const drawn = Array.from({ length: 20_000 }, () => draw(lane(100, 300, 600), [], random));
  const counts = [0, 1, 2].map((index) => drawn.filter((one) => one === index).length / 20_000);
  expect(counts).toEqual([expect.closeTo(0.1, 1), expect.closeTo(0.3, 1), expect.closeTo(0.6, 1)]);
});
