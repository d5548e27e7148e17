import { expect, test } from 'vitest';
import { balancing, endpoint } from '../testing/balancing.ts';
import { dice, loadedDice } from '../testing/dice.ts';
import { ownZoneShare } from './zone.ts';

test('all stays at home while 1 / 1.4 of the zone is available, and less in proportion', () => {
  expect(ownZoneShare(1_000, 1_000)).toBe(1);
  expect(ownZoneShare(750, 1_000)).toBe(1);
  expect(ownZoneShare(500, 1_000)).toBe(0.7);
  expect(ownZoneShare(0, 1_000)).toBe(0);
  expect(ownZoneShare(0, 0)).toBe(1);
});

const home = [endpoint('a', { zone: 'x' }), endpoint('b', { zone: 'x' })];
const away = [endpoint('c', { zone: 'y' }), endpoint('d', { zone: null })];
const list = Object.freeze([...home, ...away]);

function picked(zone: string | null, before: (world: ReturnType<typeof balancing>) => void = () => undefined): ReadonlySet<string | null> {
  const world = balancing({ balance: 'weighted', panicThreshold: 0 }, { random: dice(1), zone });
  before(world);
  return new Set(Array.from({ length: 500 }, () => world.pick(list)));
}

test('a client with a zone goes to its own endpoints; no zone is elsewhere', () => {
  expect(picked('x')).toEqual(new Set(['a', 'b']));
  expect(picked('y')).toEqual(new Set(['c']));
});

test('a client without a zone, or with one that has no endpoint, goes everywhere', () => {
  const all = new Set(['a', 'b', 'c', 'd']);
  expect(picked(null)).toEqual(all);
  expect(picked('z')).toEqual(all);
});

test('one die says at home or elsewhere, and none is cast where all stays at home', () => {
  let falls: number[] = [];
  const world = balancing({ balance: 'weighted', panicThreshold: 0 }, { zone: 'x', random: () => falls.shift() ?? 0.5 });
  const picksWith = (...dies: number[]): string => {
    falls = [...dies];
    return `${world.pick(list)}, ${dies.length - falls.length} dice`;
  };
  expect(picksWith(0.99, 0.99)).toBe('b, 1 dice');
  world.attempt(list, 'b', { kind: 'limited', retryAfterMs: 1_000 });
  expect(picksWith(0.69, 0)).toBe('a, 2 dice');
  expect(picksWith(0.7, 0)).toBe('c, 2 dice');
});

test('endpoints of the zone that are registered but not usable still count as part of its strength', () => {
  const strong = balancing({ balance: 'weighted' }, { zone: 'x', random: loadedDice(0.99, 0) });
  const weak = balancing({ balance: 'weighted' }, { zone: 'x', random: loadedDice(0.99, 0) });
  const critical = [endpoint('e', { zone: 'x', health: 'critical' }), endpoint('f', { zone: 'x', health: 'starting' })];
  const draining = endpoint('g', { zone: 'x', state: 'draining' });
  strong.balancer.update({ endpoints: list, unusable: [draining] });
  expect(strong.pick(list)).toBe('b');
  weak.balancer.update({ endpoints: list, unusable: [...critical, draining] });
  expect(weak.pick(list)).toBe('c');
});
