import { expect, test } from 'vitest';
import { balancing, endpoint, endpoints } from '../testing/balancing.ts';
import { loadedDice } from '../testing/dice.ts';

test('the one with fewer in flight is taken, however slow it was', () => {
  const { attempt, hold, pick } = balancing({ balance: 'least_request' }, { random: loadedDice(0) });
  const list = endpoints('a', 'b');
  attempt(list, 'b', { kind: 'ok', rttMs: 5_000 });
  hold(list, 'a');
  expect(pick(list)).toBe('b');
});

test('in flight counts for its weight', () => {
  const { hold, pick } = balancing({ balance: 'least_request' }, { random: loadedDice(0) });
  const list = Object.freeze([endpoint('a', { weight: 100 }), endpoint('b', { weight: 300 })]);
  hold(list, 'a');
  hold(list, 'b');
  expect(pick(list)).toBe('b');
});
