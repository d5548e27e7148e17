import { expect, test } from 'vitest';
import { balancing, endpoint, endpoints } from '../testing/balancing.ts';
import { loadedDice } from '../testing/dice.ts';

function roundRobin(random = loadedDice(0)): ReturnType<typeof balancing> {
  return balancing({ balance: 'round_robin' }, { random });
}

test('each in turn by name, from a place that one die says', () => {
  const { pick } = roundRobin(loadedDice(0.4));
  const list = endpoints('a', 'b', 'c');
  expect([pick(list), pick(list), pick(list), pick(list)]).toEqual(['b', 'c', 'a', 'b']);
});

test('weights do not count, but those of 0 come only where all are', () => {
  const { pick } = roundRobin();
  const list = Object.freeze([endpoint('a', { weight: 1 }), endpoint('b', { weight: 0 }), endpoint('c', { weight: 1_000 })]);
  expect([pick(list), pick(list), pick(list)]).toEqual(['a', 'c', 'a']);
  const idle = Object.freeze([endpoint('d', { weight: 0 }), endpoint('e', { weight: 0 })]);
  expect([pick(idle), pick(idle)]).toEqual(['d', 'e']);
});

test('it goes on after the last name when the list has changed', () => {
  const { pick } = roundRobin();
  expect(pick(endpoints('a', 'c', 'e'))).toBe('a');
  expect(pick(endpoints('a', 'c', 'e'))).toBe('c');
  expect(pick(endpoints('a', 'd', 'e'))).toBe('d');
  expect(pick(endpoints('a', 'b'))).toBe('a');
});

test('what is excluded is passed over', () => {
  const { pick } = roundRobin();
  const list = endpoints('a', 'b', 'c', 'd');
  expect(pick(list)).toBe('a');
  expect(pick(list, { exclude: new Set(['ep_b', 'ep_c']) })).toBe('d');
  expect(pick(list, { exclude: new Set(['ep_a']) })).toBe('b');
});
