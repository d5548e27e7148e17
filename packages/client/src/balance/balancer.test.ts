import fc from 'fast-check';
import { expect, test } from 'vitest';
import { balancing, endpoint, endpoints, manyEndpoints } from '../testing/balancing.ts';
import { dice } from '../testing/dice.ts';

test('an empty list has nothing to pick, and neither has one that is excluded whole', () => {
  const { pick } = balancing();
  expect(pick([])).toBeNull();
  expect(pick(endpoints('a'), { exclude: new Set(['ep_a']) })).toBeNull();
});

test('an attempt is in flight from its pick to its first report', () => {
  const { balancer } = balancing();
  const list = endpoints('a');
  const [first, second] = [balancer.pick(list), balancer.pick(list)];
  expect(balancer.inFlight('ep_a')).toBe(2);
  first?.report({ kind: 'ok', rttMs: 10 });
  first?.report({ kind: 'refused' });
  expect(balancer.inFlight('ep_a')).toBe(1);
  second?.report({ kind: 'cancelled' });
  expect([balancer.inFlight('ep_a'), balancer.inFlight('ep_other')]).toEqual([0, 0]);
  expect(balancer.stats()).toEqual([{ id: 'ep_a', instance: 'a', inFlight: 0, latencyMs: 10, ejectedUntil: null, breaker: 'closed', pausedUntil: null }]);
});

test('lists need not be sorted: the order of the names decides what the dice mean', () => {
  const sorted = balancing({ balance: 'weighted' }, { random: () => 0 }).pick(endpoints('a', 'b', 'c'));
  const mixed = balancing({ balance: 'weighted' }, { random: () => 0 }).pick(endpoints('c', 'a', 'b'));
  expect([sorted, mixed]).toEqual(['a', 'a']);
});

test('what left the list is forgotten, and comes back as new', () => {
  const { balancer, attempt } = balancing({ breaker: null });
  attempt(endpoints('a', 'b', 'c'), 'a', { kind: 'failed' }, 5);
  balancer.pick(endpoints('b', 'c'))?.report({ kind: 'ok' });
  expect(balancer.stats().map((one) => one.instance)).toEqual(['b', 'c']);
  balancer.pick(endpoints('a', 'b', 'c'))?.report({ kind: 'cancelled' });
  expect(balancer.stats().find((one) => one.instance === 'a')).toMatchObject({ ejectedUntil: null, latencyMs: null });
});

test('attempts to an endpoint that left run to their end, and count when it is back', () => {
  const { balancer } = balancing();
  const ticket = balancer.pick(endpoints('a'));
  balancer.update({ endpoints: endpoints('b'), unusable: [] });
  expect(balancer.inFlight('ep_a')).toBe(1);
  balancer.update({ endpoints: endpoints('a', 'b'), unusable: [] });
  expect(balancer.inFlight('ep_a')).toBe(1);
  ticket?.report({ kind: 'ok' });
  balancer.update({ endpoints: endpoints('b'), unusable: [] });
  expect(balancer.stats().map((one) => one.instance)).toEqual(['b']);
});

test('what is known of an endpoint outlasts the time in which it is registered but not usable', () => {
  const { balancer, attempt } = balancing({ breaker: null });
  const [both, one] = [endpoints('a', 'b'), endpoints('b')];
  balancer.update({ endpoints: both, unusable: [] });
  attempt(both, 'a', { kind: 'failed' }, 5);
  balancer.update({ endpoints: one, unusable: [endpoint('a', { health: 'critical' })] });
  balancer.update({ endpoints: endpoints('a', 'b'), unusable: [] });
  expect(balancer.stats()[0]).toMatchObject({ instance: 'a', ejectedUntil: 30_000, latencyMs: 1_000 });
});

test('the head of an answer is enough to learn from; the attempt stays in flight until its end', () => {
  const { balancer, advance, told } = balancing();
  const list = endpoints('a');
  balancer.pick(list)?.report({ kind: 'refused' });
  advance(1_000);
  const probe = balancer.pick(list);
  probe?.answered({ kind: 'ok', rttMs: 20 });
  probe?.answered({ kind: 'refused' });
  expect(told).toEqual(['opened a 1000', 'half_opened a', 'closed a']);
  expect(balancer.inFlight('ep_a')).toBe(1);
  probe?.report({ kind: 'ok', rttMs: 9_000 });
  expect(balancer.inFlight('ep_a')).toBe(0);
  expect(balancer.stats()[0]?.latencyMs).toBeLessThan(1_000);
});

test('a body that breaks off after a good head is a failure of its own', () => {
  const { balancer, told } = balancing({ breaker: null });
  const list = endpoints('a', 'b');
  for (let i = 0; i < 5; i += 1) {
    const ticket = balancer.pick(list, { exclude: new Set(['ep_b']) });
    if (i === 0) ticket?.answered({ kind: 'ok' });
    ticket?.report({ kind: 'broken' });
  }
  expect(told).toEqual(['ejected a consecutive_failures 30000']);
});

test('after an announcement, lists by protocol live beside each other', () => {
  const { balancer, attempt } = balancing({ breaker: null });
  const web = endpoints('a', 'b');
  const grpc = Object.freeze([endpoint('g', { protocol: 'grpc' }), endpoint('h', { protocol: 'grpc' })]);
  balancer.update({ endpoints: [...web, ...grpc], unusable: [] });
  attempt(web, 'a', { kind: 'failed' }, 5);
  attempt(grpc, 'g', { kind: 'failed' }, 5);
  const ejected = balancer.stats().filter((one) => one.ejectedUntil !== null);
  expect(ejected.map((one) => one.instance)).toEqual(['a', 'g']);
});

test('what is kept is bounded by what is listed and in flight, whatever comes and goes', () => {
  const steps = fc.array(fc.record({ names: fc.uniqueArray(fc.integer({ min: 0, max: 30 }), { maxLength: 10 }), ends: fc.boolean(), announced: fc.boolean() }), { maxLength: 60 });
  fc.assert(
    fc.property(steps, (all) => {
      const { balancer } = balancing({}, { random: dice(4) });
      let open: { report: (outcome: { kind: 'ok' }) => void }[] = [];
      for (const { names, ends, announced } of all) {
        const list = endpoints(...names.map((n) => `n${n}`));
        if (announced) balancer.update({ endpoints: list, unusable: [] });
        const ticket = balancer.pick(list);
        if (ticket !== null) open.push(ticket);
        if (ends) for (const one of open.splice(0)) one.report({ kind: 'ok' });
        open = open.slice(-5);
        if (announced) expect(balancer.stats().map((one) => one.instance).toSorted()).toEqual(list.map((one) => one.instance).toSorted());
      }
    }),
  );
});

test('a list of ten thousand is prepared once: later picks ask for two dice and no more work than that', () => {
  let cast = 0;
  const { balancer } = balancing({}, { random: () => ((cast += 1) * 0.137) % 1 });
  const list = manyEndpoints(10_000);
  const read: string[] = [];
  const watched = new Proxy(list, { get: (target, key) => (read.push(String(key)), Reflect.get(target, key) as unknown) });
  balancer.pick(watched)?.report({ kind: 'ok', rttMs: 1 });
  read.length = 0;
  cast = 0;
  for (let i = 0; i < 100; i += 1) balancer.pick(watched)?.report({ kind: 'ok', rttMs: 1 });
  expect([read, cast]).toEqual([[], 200]);
});
