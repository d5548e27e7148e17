import { expect, test } from 'vitest';
import { balancing, endpoint, endpoints, manyEndpoints } from '../testing/balancing.ts';
import { dice } from '../testing/dice.ts';
import { slowStartShare } from './slow-start.ts';

test('the share grows with the age, from a tenth on', () => {
  const shares = [0, 500, 1_000, 5_000, 9_999, 10_000, Number.POSITIVE_INFINITY].map((age) => slowStartShare(age, 10_000));
  expect(shares).toEqual([0.1, 0.1, 0.1, 0.5, 0.9999, 1, 1]);
  expect(slowStartShare(0, 0)).toBe(1);
});

/** How many of 10,000 picks go to the instance. */
function picksOf(instance: string, before: readonly string[], after: readonly string[], ageMs: number, slowStartMs = 10_000): number {
  const { balancer, advance, pick } = balancing({ balance: 'weighted', slowStartMs }, { random: dice(7) });
  if (before.length > 0) balancer.pick(endpoints(...before));
  const list = endpoints(...after);
  balancer.pick(list);
  advance(ageMs);
  return Array.from({ length: 10_000 }, () => pick(list)).filter((picked) => picked === instance).length;
}

test('a new endpoint gets a tenth of its share at first, half of it in the middle, all of it at the end', () => {
  expect(picksOf('b', ['a'], ['a', 'b'], 0)).toBeCloseTo(10_000 * (0.1 / 1.1), -3);
  expect(picksOf('b', ['a'], ['a', 'b'], 5_000)).toBeCloseTo(10_000 * (0.5 / 1.5), -3);
  expect(picksOf('b', ['a'], ['a', 'b'], 10_000)).toBeCloseTo(5_000, -3);
  expect(picksOf('b', ['a'], ['a', 'b'], 0, 0)).toBeCloseTo(5_000, -3);
});

test('those of the first list are not new, and where all are new none is', () => {
  expect(picksOf('b', [], ['a', 'b'], 0)).toBeCloseTo(5_000, -3);
  expect(picksOf('d', ['a', 'b'], ['c', 'd'], 0)).toBeCloseTo(5_000, -3);
});

test('the same instance with a new id is new', () => {
  const { balancer, pick } = balancing({ balance: 'weighted' }, { random: dice(3) });
  balancer.pick(endpoints('a', 'b'));
  const list = Object.freeze([endpoint('a'), endpoint('b', { id: 'ep_second' })]);
  const picked = Array.from({ length: 10_000 }, () => pick(list));
  expect(picked.filter((instance) => instance === 'b').length).toBeCloseTo(10_000 * (0.1 / 1.1), -3);
});

test('in a long list the weights grow in steps of 100 ms', () => {
  // Falls on the last old endpoint while the new one weighs 10, beyond it from 10.5 on.
  const { balancer, advance, pick } = balancing({ balance: 'weighted' }, { random: () => 10_000 / 10_010.3 });
  const old = manyEndpoints(100);
  balancer.pick(old);
  const list = Object.freeze([...old, endpoint('zz')]);
  const after = (ms: number): string | null => {
    advance(ms);
    return pick(list);
  };
  expect([after(0), after(1_000), after(99), after(1)]).toEqual(['web-00099', 'web-00099', 'web-00099', 'zz']);
});
