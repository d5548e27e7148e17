import fc from 'fast-check';
import { expect, test } from 'vitest';
import { balancing, endpoint, endpoints } from '../testing/balancing.ts';
import { dice, loadedDice } from '../testing/dice.ts';

/** Draws the first and the second of two endpoints of equal weight, in this order. */
const FIRST_THEN_SECOND = loadedDice(0);

test('of two that are alike the first drawn is taken', () => {
  expect(balancing({}, { random: FIRST_THEN_SECOND }).pick(endpoints('a', 'b'))).toBe('a');
  expect(balancing({}, { random: loadedDice(0.99, 0) }).pick(endpoints('a', 'b'))).toBe('b');
});

test.each([
  ['clearly quicker', 50, 30, 'b'],
  ['much the same: the draw decides', 50, 40, 'a'],
  ['both below 10 ms: the draw decides', 9, 1, 'a'],
])('%s: %i ms, then %i ms', (_, first, second, taken) => {
  const { attempt, pick } = balancing({}, { random: FIRST_THEN_SECOND });
  const list = endpoints('a', 'b');
  attempt(list, 'a', { kind: 'ok', rttMs: first });
  attempt(list, 'b', { kind: 'ok', rttMs: second });
  expect(pick(list)).toBe(taken);
});

test('what is in flight makes it dear: 30 ms with one in flight are no better than 50 ms', () => {
  const { attempt, hold, pick } = balancing({}, { random: FIRST_THEN_SECOND });
  const list = endpoints('a', 'b');
  attempt(list, 'a', { kind: 'ok', rttMs: 50 });
  attempt(list, 'b', { kind: 'ok', rttMs: 30 });
  hold(list, 'b');
  expect(pick(list)).toBe('a');
});

test('in flight counts for its weight', () => {
  const { attempt, hold, pick } = balancing({}, { random: FIRST_THEN_SECOND });
  const list = Object.freeze([endpoint('a', { weight: 100 }), endpoint('b', { weight: 300 })]);
  for (const one of ['a', 'b']) attempt(list, one, { kind: 'ok', rttMs: 50 });
  hold(list, 'a');
  hold(list, 'b');
  expect(pick(list)).toBe('b');
});

test('idle and of much the same speed they share by weight', () => {
  const { balancer } = balancing({}, { random: dice(7) });
  const list = Object.freeze([endpoint('a', { weight: 100 }), endpoint('b', { weight: 300 })]);
  let light = 0;
  for (let i = 0; i < 2_000; i += 1) {
    const ticket = balancer.pick(list);
    if (ticket?.endpoint.instance === 'a') light += 1;
    ticket?.report({ kind: 'ok', rttMs: 3 + (i % 5) });
  }
  expect(light / 2_000).toBeGreaterThan(0.22);
  expect(light / 2_000).toBeLessThan(0.28);
});

test('one that was never measured costs 10 ms while it is idle', () => {
  const { attempt, pick } = balancing({}, { random: FIRST_THEN_SECOND });
  const list = endpoints('a', 'b');
  attempt(list, 'a', { kind: 'ok', rttMs: 900 });
  expect(pick(list)).toBe('b');
  attempt(list, 'a', { kind: 'cancelled' });
  expect(pick(list)).toBe('a');
});

test.each(['limited', 'overloaded', 'failed', 'refused', 'broken', 'timeout'] as const)('%s in 1 ms is as bad as an answer after 1,000 ms', (kind) => {
  const { balancer, attempt } = balancing({ breaker: null });
  const list = endpoints('a', 'b');
  attempt(list, 'a', { kind, rttMs: 1 });
  expect(balancer.stats()[0]?.latencyMs).toBe(1_000);
});

test('what was cancelled says nothing', () => {
  const { balancer, attempt } = balancing();
  attempt(endpoints('a', 'b'), 'a', { kind: 'cancelled', rttMs: 5_000 });
  expect(balancer.stats()[0]?.latencyMs).toBeNull();
});

test('at equal speed the one with fewer in flight is taken', () => {
  const { attempt, hold, pick } = balancing({}, { random: FIRST_THEN_SECOND });
  const list = endpoints('a', 'b');
  attempt(list, 'a', { kind: 'ok', rttMs: 0 });
  attempt(list, 'b', { kind: 'ok', rttMs: 0 });
  hold(list, 'a');
  expect(pick(list)).toBe('b');
});

test('one alone is taken, with one die', () => {
  let cast = 0;
  const random = (): number => {
    cast += 1;
    return 0;
  };
  const { pick } = balancing({}, { random });
  expect(pick(endpoints('a'))).toBe('a');
  expect(cast).toBe(1);
});

test('an endpoint that is ten times slower gets less than its share', () => {
  const { balancer, advance } = balancing({}, { random: dice(11) });
  const list = endpoints('a', 'b', 'c');
  const counts: Record<string, number> = { a: 0, b: 0, c: 0 };
  for (let i = 0; i < 3_000; i += 1) {
    const ticket = balancer.pick(list);
    const instance = ticket?.endpoint.instance ?? '';
    counts[instance] = (counts[instance] ?? 0) + 1;
    ticket?.report({ kind: 'ok', rttMs: instance === 'c' ? 200 : 20 });
    advance(5);
  }
  expect(counts.c).toBeLessThan(300);
});

test.each(['p2c', 'least_request', 'round_robin', 'weighted', 'consistent_hash'] as const)('%s: a pick is never an excluded one, and there is one as long as one is left', (balance) => {
  const weights = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(weights, fc.array(fc.nat(11)), fc.integer(), fc.boolean(), (each, excluded, seed, keyed) => {
      const list = Object.freeze(each.map((weight, i) => endpoint(`web-${String(i).padStart(2, '0')}`, { weight, zone: i % 2 === 0 ? 'x' : 'y' })));
      const exclude = new Set(excluded.map((i) => `ep_web-${String(i).padStart(2, '0')}`));
      const { balancer } = balancing({ balance }, { random: dice(seed), zone: 'x' });
      const left = list.filter((one) => !exclude.has(one.id));
      for (let i = 0; i < 5; i += 1) {
        const ticket = balancer.pick(list, { exclude, hashKey: keyed ? `key-${i}` : undefined });
        if (left.length === 0) expect(ticket).toBeNull();
        else expect(left).toContain(ticket?.endpoint);
      }
    }),
  );
});
