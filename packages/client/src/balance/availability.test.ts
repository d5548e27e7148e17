import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Endpoint } from '../directory/endpoint.ts';
import { balancing, endpoint, endpoints, manyEndpoints } from '../testing/balancing.ts';
import type { Balancing } from '../testing/balancing.ts';
import { dice } from '../testing/dice.ts';

const FAILED = { kind: 'failed' } as const;
const REFUSED = { kind: 'refused' } as const;

function pickedIn({ balancer }: Balancing, list: readonly Endpoint[], times = 200): ReadonlySet<string | undefined> {
  const picked = new Set<string | undefined>();
  for (let i = 0; i < times; i += 1) {
    const ticket = balancer.pick(list);
    picked.add(ticket?.endpoint.instance);
    ticket?.report({ kind: 'cancelled' });
  }
  return picked;
}

test('an ejected endpoint gets nothing until its time is over', () => {
  const world = balancing({ balance: 'weighted', breaker: null }, { random: dice(1) });
  const list = endpoints('a', 'b', 'c');
  world.attempt(list, 'a', FAILED, 5);
  expect(pickedIn(world, list)).toEqual(new Set(['b', 'c']));
  world.advance(30_000);
  expect(pickedIn(world, list)).toEqual(new Set(['a', 'b', 'c']));
  expect(world.told).toEqual(['ejected a consecutive_failures 30000', 'returned a']);
});

test('an endpoint that refuses connections rests for a second, then gets one attempt', () => {
  const world = balancing({ balance: 'weighted' });
  const list = endpoints('a', 'b', 'c');
  world.attempt(list, 'b', REFUSED);
  expect(pickedIn(world, list, 10)).not.toContain('b');
  world.advance(1_000);
  const probe = world.balancer.pick(list);
  expect(probe?.endpoint.instance).toBe('b');
  expect(pickedIn(world, list, 10)).not.toContain('b');
  probe?.report({ kind: 'ok' });
  expect(pickedIn(world, list, 10)).toContain('b');
  expect(world.told).toEqual(['opened b 1000', 'half_opened b', 'closed b']);
});

test('a probe that is refused opens the breaker for twice as long', () => {
  const world = balancing({ balance: 'weighted' });
  const list = endpoints('a', 'b', 'c');
  world.attempt(list, 'b', REFUSED);
  world.advance(1_000);
  world.attempt(list, 'b', REFUSED);
  expect(world.told).toEqual(['opened b 1000', 'half_opened b', 'opened b 2000']);
});

test.each(['limited', 'overloaded'] as const)('`Retry-After` of an answer that is %s pauses the endpoint, for 300 s at most', (kind) => {
  const world = balancing({ balance: 'weighted', breaker: null });
  const list = endpoints('a', 'b', 'c');
  world.attempt(list, 'b', { kind, retryAfterMs: 2_000 });
  expect(pickedIn(world, list, 10)).not.toContain('b');
  world.advance(2_000);
  expect(pickedIn(world, list, 10)).toContain('b');
  world.attempt(list, 'b', { kind, retryAfterMs: 9_000_000 });
  world.attempt(list, 'a', { kind, retryAfterMs: 0 });
  world.attempt(list, 'c', { kind: 'failed', retryAfterMs: 1_000 });
  expect(world.told).toEqual(['paused b 2000', 'paused b 300000']);
});

test('when all left are paused it says until when; excluded ones do not matter', () => {
  const { balancer, attempt, advance } = balancing();
  const list = endpoints('a', 'b', 'c');
  attempt(list, 'a', { kind: 'limited', retryAfterMs: 5_000 });
  attempt(list, 'b', { kind: 'limited', retryAfterMs: 3_000 });
  const exclude = new Set(['ep_c']);
  expect([balancer.pausedUntil(list), balancer.pausedUntil(list, exclude)]).toEqual([null, 3_000]);
  advance(3_000);
  expect(balancer.pausedUntil(list, exclude)).toBeNull();
  expect(balancer.pausedUntil(list, new Set(['ep_a', 'ep_b', 'ep_c']))).toBeNull();
});

test('in a panic, with fewer than half available, all count as available', () => {
  const world = balancing({ outlier: null }, { random: dice(1) });
  const list = endpoints('a', 'b', 'c', 'd');
  world.attempt(list, 'a', REFUSED);
  world.attempt(list, 'b', REFUSED);
  expect(pickedIn(world, list)).toEqual(new Set(['c', 'd']));
  world.attempt(list, 'c', REFUSED);
  expect(pickedIn(world, list)).toEqual(new Set(['a', 'b', 'c', 'd']));
});

test('without a panic those not available still serve when nothing else is left', () => {
  const { attempt, pick } = balancing({ panicThreshold: 0 });
  const list = endpoints('a', 'b');
  attempt(list, 'a', REFUSED);
  expect(pick(list, { exclude: new Set(['ep_b']) })).toBe('a');
  attempt(list, 'b', REFUSED);
  expect(pick(list)).not.toBeNull();
});

test('those of weight 0 serve only when nothing else is left', () => {
  const world = balancing({ balance: 'weighted', panicThreshold: 0 }, { random: dice(1) });
  const list = Object.freeze([endpoint('a', { weight: 0 }), endpoint('b', { weight: 0 }), endpoint('c')]);
  expect(pickedIn(world, list)).toEqual(new Set(['c']));
  expect(world.pick(list, { exclude: new Set(['ep_c']) })).toMatch(/[ab]/);
  world.attempt(list, 'c', REFUSED);
  expect(pickedIn(world, list)).toEqual(new Set(['a', 'b']));
});

test('one that shows itself worse than its siblings is ejected at the end of the interval', () => {
  const world = balancing({ breaker: null }, { random: dice(1) });
  const list = manyEndpoints(6);
  for (const { instance } of list) world.attempt(list, instance, { kind: 'ok', rttMs: 5 }, instance === 'web-00003' ? 60 : 100);
  for (let i = 0; i < 40; i += 1) {
    world.attempt(list, 'web-00003', FAILED);
    world.attempt(list, 'web-00003', { kind: 'ok', rttMs: 5 });
  }
  world.advance(10_000);
  expect(pickedIn(world, list)).not.toContain('web-00003');
  expect(world.told).toEqual(['ejected web-00003 success_rate 30000']);
});

test('however attempts end, at most a tenth is ejected, one at least, and never the last available one', () => {
  const kinds = fc.constantFrom('ok', 'failed', 'failed', 'failed', 'refused', 'timeout', 'limited', 'cancelled');
  const steps = fc.array(fc.record({ at: fc.nat(), kind: kinds, ms: fc.nat(3_000), retryAfterMs: fc.option(fc.nat(5_000), { nil: undefined }) }), { maxLength: 400 });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 25 }), steps, fc.boolean(), (size, all, hasBreaker) => {
      const world = balancing({ outlier: { consecutiveFailures: 2 }, ...(hasBreaker ? {} : { breaker: null }) }, { random: dice(9) });
      const list = manyEndpoints(size);
      for (const { at, kind, ms, retryAfterMs } of all) {
        world.attempt(list, list[at % size]?.instance ?? '', { kind, retryAfterMs });
        const before = world.told.length;
        const stats = world.balancer.stats();
        expect(stats.filter((one) => one.ejectedUntil !== null).length).toBeLessThanOrEqual(Math.min(size - 1, Math.max(1, Math.floor(size / 10))));
        expect(world.told.length).toBe(before);
        world.advance(ms);
      }
    }),
    { numRuns: 60 },
  );
});

test('null turns ejection and breaker off', () => {
  const list = endpoints('a', 'b', 'c');
  const { attempt, balancer, told } = balancing({ outlier: null, breaker: null });
  attempt(list, 'a', FAILED, 100);
  attempt(list, 'a', REFUSED, 100);
  expect(balancer.stats()[0]).toMatchObject({ ejectedUntil: null, breaker: 'closed', pausedUntil: null });
  expect(told).toEqual([]);
});
