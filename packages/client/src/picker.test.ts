import fc from 'fast-check';
import { expect, test } from 'vitest';
import { endpointFromWire } from './endpoint.ts';
import type { Endpoint } from './endpoint.ts';
import { createPicker } from './picker.ts';
import { wireEndpoint } from './testing/fake-miko.ts';

function endpoints(...weights: number[]): Endpoint[] {
  return weights.map((weight, i) => endpointFromWire('web', wireEndpoint(`web-${i}`, { weight })));
}

/** Dice with a seed (mulberry32), so that a property that fails can be run again. */
function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const seeds = fc.integer();
const weights = fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 1, maxLength: 20 });

test('a pick is always one of the allowed endpoints, and there is one as long as one is allowed', () => {
  fc.assert(
    fc.property(weights, seeds, fc.func(fc.boolean()), (given, seed, coin) => {
      const list = endpoints(...given);
      const allowed = (endpoint: Endpoint): boolean => coin(endpoint.id);
      const picked = createPicker({ now: () => 0, random: dice(seed) }).pick(list, allowed);
      if (list.some(allowed)) expect(list.filter(allowed)).toContain(picked?.endpoint);
      else expect(picked).toBeNull();
    }),
  );
});

test('weight 0 is chosen only when nothing else is there', () => {
  fc.assert(
    fc.property(weights, seeds, (given, seed) => {
      const picked = createPicker({ now: () => 0, random: dice(seed) }).pick(endpoints(...given));
      expect(picked?.endpoint.weight === 0).toBe(given.every((weight) => weight === 0));
    }),
  );
});

test('of two drawn, the one with fewer requests in flight is taken: with two endpoints the counts never part by more than one', () => {
  fc.assert(
    fc.property(seeds, fc.integer({ min: 1, max: 200 }), (seed, requests) => {
      const list = endpoints(100, 100);
      const picker = createPicker({ now: () => 0, random: dice(seed) });
      for (let i = 0; i < requests; i++) picker.pick(list);
      const [a = 0, b = 0] = list.map((endpoint) => picker.inFlight(endpoint.id));
      expect(a + b).toBe(requests);
      expect(Math.abs(a - b)).toBeLessThanOrEqual(1);
    }),
  );
});

test('requests in flight follow the weights', () => {
  fc.assert(
    fc.property(seeds, (seed) => {
      const list = endpoints(100, 300);
      const picker = createPicker({ now: () => 0, random: dice(seed) });
      for (let i = 0; i < 400; i++) picker.pick(list);
      expect(picker.inFlight('ep_web-0')).toBeGreaterThanOrEqual(99);
      expect(picker.inFlight('ep_web-0')).toBeLessThanOrEqual(101);
    }),
  );
});

test('idle endpoints are chosen in proportion to their weights', () => {
  const list = endpoints(100, 200, 700);
  const picker = createPicker({ now: () => 0, random: dice(7) });
  const chosen = new Map<string, number>();
  for (let i = 0; i < 20_000; i++) {
    const picked = picker.pick(list);
    picked?.release();
    chosen.set(picked?.endpoint.instance ?? '', (chosen.get(picked?.endpoint.instance ?? '') ?? 0) + 1);
  }
  expect((chosen.get('web-0') ?? 0) / 20_000).toBeCloseTo(0.1, 1);
  expect((chosen.get('web-1') ?? 0) / 20_000).toBeCloseTo(0.2, 1);
  expect((chosen.get('web-2') ?? 0) / 20_000).toBeCloseTo(0.7, 1);
});

test('the load of many endpoints stays close together', () => {
  fc.assert(
    fc.property(seeds, (seed) => {
      const list = endpoints(...Array.from({ length: 50 }, () => 100));
      const picker = createPicker({ now: () => 0, random: dice(seed) });
      for (let i = 0; i < 5_000; i++) picker.pick(list);
      const most = Math.max(...list.map((endpoint) => picker.inFlight(endpoint.id)));
      // One random choice would reach about 100 + 3 * sqrt(100); two choices stay within a few of the mean.
      expect(most).toBeLessThanOrEqual(110);
    }),
    { numRuns: 30 },
  );
});

test('a release counts once, however it is called', () => {
  const list = endpoints(100);
  const picker = createPicker({ now: () => 0, random: () => 0.5 });
  const first = picker.pick(list);
  picker.pick(list);
  first?.release();
  first?.release();
  first?.[Symbol.dispose]();
  expect(picker.inFlight('ep_web-0')).toBe(1);
});

test('an endpoint that refused is avoided for a second, and longer each time, unless it is the only one', () => {
  let now = 0;
  const [a, b] = endpoints(100, 100);
  if (a === undefined || b === undefined) throw new Error('two endpoints');
  const picker = createPicker({ now: () => now, random: () => 0 });
  const chosen = (list: readonly Endpoint[]): string | undefined => {
    const picked = picker.pick(list);
    picked?.release();
    return picked?.endpoint.instance;
  };
  expect(chosen([a, b])).toBe('web-0');
  picker.refused(a.id);
  expect(chosen([a, b])).toBe('web-1');
  expect(chosen([a])).toBe('web-0');
  now = 1_000;
  expect(chosen([a, b])).toBe('web-0');
  picker.refused(a.id);
  now = 2_999;
  expect(chosen([a, b])).toBe('web-1');
  now = 3_000;
  expect(chosen([a, b])).toBe('web-0');
  picker.answered(a.id);
  picker.refused(a.id);
  now = 4_000;
  expect(chosen([a, b])).toBe('web-0');
});
