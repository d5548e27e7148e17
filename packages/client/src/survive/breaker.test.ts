import { expect, test } from 'vitest';
import { DEFAULT_POLICY } from '../policy.ts';
import type { BreakerPolicy } from '../policy.ts';
import { Breaker } from './breaker.ts';
import type { OutcomeKind } from './outcome.ts';

const POLICY: BreakerPolicy = { windowMs: 10_000, minRequests: 20, failureShare: 0.5, openMs: 1_000, maxOpenMs: 60_000 };

function breaker(random = 0.5): Breaker {
  return new Breaker(POLICY, () => random);
}

function end(one: Breaker, kind: OutcomeKind, times: number, now = 0): void {
  for (let i = 0; i < times; i += 1) one.end(kind, now);
}

test('the defaults are those of the protocol', () => {
  expect(DEFAULT_POLICY.breaker).toEqual(POLICY);
});

test('it opens when half of twenty attempts failed, not before', () => {
  const one = breaker();
  end(one, 'ok', 10);
  end(one, 'failed', 9);
  expect(one.state).toBe('closed');
  end(one, 'failed', 1);
  expect(one.state).toBe('open');
});

test('less than half leave it closed, and old failures are forgotten', () => {
  const few = breaker();
  end(few, 'ok', 11);
  end(few, 'timeout', 10);
  expect(few.state).toBe('closed');
  const old = breaker();
  end(old, 'failed', 19, 0);
  end(old, 'failed', 1, 10_000);
  expect(old.state).toBe('closed');
});

test('limited is no failure, cancelled is no attempt', () => {
  const one = breaker();
  end(one, 'failed', 19);
  end(one, 'cancelled', 10);
  expect(one.state).toBe('closed');
  end(one, 'limited', 19);
  end(one, 'failed', 1);
  expect(one.state).toBe('open');
});

test('a refused connection opens it at once, for a second give or take a fifth', () => {
  expect([0, 0.5, 0.999_999].map((random) => openFor(breaker(random)))).toEqual([800, 1_000, expect.closeTo(1_200, 1)]);
});

test('it is half open after that, and one attempt is the probe', () => {
  const one = breaker();
  one.end('refused', 0);
  expect([one.isAvailable, one.wake(999), one.state]).toEqual([false, false, 'open']);
  expect([one.wake(1_000), one.state, one.isAvailable]).toEqual([true, 'half_open', true]);
  expect([one.begin(), one.isAvailable, one.begin()]).toEqual([true, false, false]);
});

test.each(['ok', 'limited'] as const)('a probe that is %s closes it, and it forgets', (kind) => {
  const one = breaker();
  end(one, 'failed', 20);
  one.wake(1_000);
  one.begin();
  expect(one.endProbe(kind, 1_001)).toBe('closed');
  end(one, 'failed', 19, 1_002);
  expect(one.state).toBe('closed');
  expect(openFor(one)).toBe(1_000);
});

test('each probe that fails doubles the time, up to a minute', () => {
  const one = breaker();
  const times = [openFor(one)];
  for (let i = 0; i < 8; i += 1) {
    const now = one.openUntil;
    one.wake(now);
    one.begin();
    one.endProbe('overloaded', now);
    times.push(one.openUntil - now);
  }
  expect(times).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000]);
});

test('a probe that was cancelled leaves the way to the next one', () => {
  const one = breaker();
  one.end('refused', 0);
  one.wake(1_000);
  one.begin();
  expect(one.endProbe('cancelled', 1_100)).toBe('half_open');
  expect(one.begin()).toBe(true);
});

test('attempts that began before it opened change nothing any more', () => {
  const one = breaker();
  one.end('refused', 0);
  expect([one.end('ok', 10), one.end('refused', 20), one.openUntil]).toEqual([false, false, 1_000]);
  one.wake(1_000);
  expect([one.end('ok', 1_001), one.end('refused', 1_002), one.state]).toEqual([false, false, 'half_open']);
});

function openFor(one: Breaker): number {
  one.end('refused', 0);
  return one.openUntil;
}
