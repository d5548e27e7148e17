import fc from 'fast-check';
import { expect, test } from 'vitest';
import { balancing, manyEndpoints } from '../testing/balancing.ts';
import { dice } from '../testing/dice.ts';
import { murmur3 } from './murmur3.ts';
import { subsetOf } from './subset.ts';

const NAMES = Array.from({ length: 60 }, (_, i) => `web-${String(i).padStart(2, '0')}`);

function subset(names: readonly string[], size: number, owner = 'host-1'): readonly string[] {
  return subsetOf(names, size, owner, (name) => name);
}

test('those with the highest hash of owner and instance, in the order of the list', () => {
  const expected = NAMES.toSorted((a, b) => murmur3(`host-1/${b}`) - murmur3(`host-1/${a}`)).slice(0, 5).toSorted();
  expect(subset(NAMES, 5)).toEqual(expected);
});

test('0 takes all, and so does more than there are', () => {
  expect(subset(NAMES, 0)).toBe(NAMES);
  expect(subset(NAMES, 61)).toBe(NAMES);
});

test('when one leaves, at most that one is replaced', () => {
  fc.assert(
    fc.property(fc.nat(59), fc.integer({ min: 1, max: 30 }), fc.string(), (leaving, size, owner) => {
      const after = subset(NAMES.filter((_, i) => i !== leaving), size, owner);
      const kept = subset(NAMES, size, owner).filter((name) => name !== NAMES[leaving]);
      for (const name of kept) expect(after).toContain(name);
    }),
  );
});

test('clients with different owners spread over all endpoints', () => {
  const chosen = new Set(Array.from({ length: 200 }, (_, i) => subset(NAMES, 5, `host-${i}`)).flat());
  expect(chosen.size).toBe(NAMES.length);
});

test('a balancer stays within its subset, even for what was tried already', () => {
  const { pick } = balancing({ subsetSize: 3 }, { random: dice(1) });
  const list = manyEndpoints(50);
  const picked = [...new Set(Array.from({ length: 300 }, () => pick(list)))];
  expect(picked).toHaveLength(3);
  const exclude = new Set(picked.map((instance) => `ep_${instance}`));
  expect(pick(list, { exclude })).toBeNull();
});
