import { expect, test } from 'vitest';
import { AttemptWindow } from './attempt-window.ts';

test('attempts count for ten slices of the window, their own included', () => {
  const window = new AttemptWindow(10_000);
  window.add(true, 500);
  window.add(false, 999);
  window.add(true, 1_000);
  expect([window.attempts(9_999), window.failures(9_999)]).toEqual([3, 2]);
  expect([window.attempts(10_000), window.failures(10_000)]).toEqual([1, 1]);
  expect([window.attempts(11_000), window.failures(11_000)]).toEqual([0, 0]);
});

test('after a long silence nothing is left, and counting begins anew', () => {
  const window = new AttemptWindow(10_000);
  window.add(true, 0);
  window.add(false, 1_000_000_500);
  expect([window.attempts(1_000_000_500), window.failures(1_000_000_500)]).toEqual([1, 0]);
});

test('what is cleared is forgotten', () => {
  const window = new AttemptWindow(100);
  window.add(true, 5);
  window.clear();
  expect([window.attempts(5), window.failures(5)]).toEqual([0, 0]);
});
