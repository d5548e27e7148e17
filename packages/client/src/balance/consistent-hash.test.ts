import fc from 'fast-check';
import { expect, test } from 'vitest';
import { balancing, endpoint, endpoints, manyEndpoints } from '../testing/balancing.ts';
import { dice } from '../testing/dice.ts';
import { murmur3 } from './murmur3.ts';
import { createRing, itemAt, landing } from './ring.ts';

const KEYS = Array.from({ length: 1_000 }, (_, i) => `user-${i}`);

function homes(instances: readonly string[]): readonly (string | undefined)[] {
  const ring = createRing(instances, (name) => name);
  return KEYS.map((key) => itemAt(ring, landing(ring, key)));
}

test('a key lands at the first of the 64 points of each endpoint that is not below its hash, around the end as well', () => {
  const points = ['a', 'b', 'c'].flatMap((instance) => Array.from({ length: 64 }, (_, i) => ({ instance, hash: murmur3(`${instance}#${i}`) })));
  points.sort((a, b) => a.hash - b.hash || (a.instance < b.instance ? -1 : 1));
  const expected = KEYS.map((key) => (points.find(({ hash }) => hash >= murmur3(key)) ?? points[0])?.instance);
  expect(homes(['a', 'b', 'c'])).toEqual(expected);
});

test('an endpoint that leaves moves only its own keys', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.stringMatching(/^[a-z]{1,8}$/), { minLength: 2, maxLength: 10 }), fc.nat(), (names, n) => {
      const sorted = names.toSorted();
      const leaving = sorted[n % sorted.length];
      const before = homes(sorted);
      const after = homes(sorted.filter((name) => name !== leaving));
      for (const [i, home] of before.entries()) if (home !== leaving) expect(after[i]).toBe(home);
    }),
    { numRuns: 20 },
  );
});

test('the same key goes to the same endpoint, whatever the dice say', () => {
  const { balancer } = balancing({ balance: 'consistent_hash' }, { random: dice(1) });
  const list = endpoints('a', 'b', 'c', 'd');
  for (const hashKey of ['x', 'y', 'z']) {
    const picked = new Set<string | undefined>();
    for (let i = 0; i < 20; i += 1) {
      const ticket = balancer.pick(list, { hashKey });
      picked.add(ticket?.endpoint.instance);
      ticket?.report({ kind: 'ok' });
    }
    expect(picked.size).toBe(1);
  }
});

test('no endpoint gets more than 1.25 of its part of what is in flight, and the overflow goes clockwise', () => {
  const { balancer, pick } = balancing({ balance: 'consistent_hash' });
  const list = endpoints('a', 'b', 'c', 'd');
  const order = Array.from({ length: 8 }, () => pick(list, { hashKey: 'hot' }));
  for (const { id } of list) expect(balancer.inFlight(id)).toBeLessThanOrEqual(Math.ceil((1.25 * 8) / 4));
  expect(order[1]).not.toBe(order[0]);
});

test('a heavier endpoint bears more of a hot key', () => {
  const { balancer, pick } = balancing({ balance: 'consistent_hash' });
  const list = Object.freeze([endpoint('a', { weight: 100 }), endpoint('b', { weight: 300 })]);
  for (let i = 0; i < 40; i += 1) pick(list, { hashKey: 'hot' });
  expect(balancer.inFlight('ep_a')).toBeLessThanOrEqual(Math.ceil((1.25 * 40) / 4));
  expect(balancer.inFlight('ep_b')).toBeLessThanOrEqual(Math.ceil((1.25 * 40 * 3) / 4));
});

test('what is in flight elsewhere makes room again when it ends, also after an endpoint was away', () => {
  const { balancer, advance, attempt } = balancing({ balance: 'consistent_hash' });
  const list = manyEndpoints(10);
  const held = KEYS.slice(0, 100).map((hashKey) => balancer.pick(list, { hashKey }));
  attempt(list, 'web-00003', { kind: 'limited', retryAfterMs: 1_000 });
  for (const ticket of held.slice(0, 50)) ticket?.report({ kind: 'ok' });
  advance(1_000);
  for (const ticket of held) ticket?.report({ kind: 'ok' });
  const [first, second] = [balancer.pick(list, { hashKey: 'k' }), balancer.pick(list, { hashKey: 'k' })];
  // Of one in flight before, ten endpoints of one weight may have one each: the second goes on.
  expect(second?.endpoint.instance).not.toBe(first?.endpoint.instance);
});

test('a key whose endpoint was tried already goes to the next, and without a key the weights decide', () => {
  const { balancer, pick } = balancing({ balance: 'consistent_hash' }, { random: dice(2) });
  const list = endpoints('a', 'b', 'c');
  const home = balancer.pick(list, { hashKey: 'k' });
  home?.report({ kind: 'ok' });
  expect(pick(list, { hashKey: 'k', exclude: new Set([home?.endpoint.id ?? '']) })).not.toBe(home?.endpoint.instance);
  expect(new Set(Array.from({ length: 50 }, () => pick(list))).size).toBe(3);
});
