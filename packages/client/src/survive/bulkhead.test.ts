import { expect, test } from 'vitest';
import { createWorld } from '../testing/world.ts';
import type { World } from '../testing/world.ts';
import { createBulkhead } from './bulkhead.ts';
import type { Bulkhead } from './bulkhead.ts';

type Trial = { readonly world: World; readonly bulkhead: Bulkhead; readonly refusals: () => number; limit: number };

function trial(maxInFlight: number, maxQueue: number, maxWaitMs = 1_000): Trial {
  const world = createWorld();
  let refusals = 0;
  const one: Trial = { world, refusals: () => refusals, limit: maxInFlight, bulkhead: createBulkhead({
    service: 'web',
    policy: { maxInFlight, maxQueue, maxWaitMs },
    runtime: world.runtime,
    limit: () => one.limit,
    overloaded: () => (refusals += 1),
  }) };
  return one;
}

/** What became of it, for tests that go on meanwhile. */
function outcome(entering: Promise<void>): Promise<'in' | Error> {
  return entering.then(
    () => 'in' as const,
    (error: Error) => error,
  );
}

test('so many at once, without waiting', async () => {
  const { bulkhead } = trial(2, 10);
  expect(bulkhead.tryEnter()).toBe(true);
  await bulkhead.enter();
  expect([bulkhead.tryEnter(), bulkhead.inFlight()]).toEqual([false, 2]);
});

test('the next ones wait in order, and nobody overtakes them', async () => {
  const { bulkhead } = trial(1, 10);
  bulkhead.tryEnter();
  const entered: string[] = [];
  const waiting = ['b', 'c'].map((name) => bulkhead.enter().then(() => entered.push(name)));
  expect(bulkhead.queued()).toBe(2);
  bulkhead.leave();
  expect(bulkhead.tryEnter()).toBe(false);
  await waiting[0];
  bulkhead.leave();
  await waiting[1];
  bulkhead.leave();
  expect([entered, bulkhead.inFlight(), bulkhead.queued()]).toEqual([['b', 'c'], 0, 0]);
});

test('beyond the queue a call is refused at once, and told of', async () => {
  const { bulkhead, refusals } = trial(1, 1);
  bulkhead.tryEnter();
  const waiting = outcome(bulkhead.enter());
  await expect(bulkhead.enter()).rejects.toMatchObject({ code: 'overloaded', message: 'web is called too much: 1 calls are in flight and 1 wait' });
  expect(refusals()).toBe(1);
  expect(bulkhead.queued()).toBe(1);
  void waiting;
});

test.each([0, -5])('a call that must not wait is refused at once: deadline in %d ms', async (left) => {
  const { bulkhead, world } = trial(1, 1);
  bulkhead.tryEnter();
  await expect(bulkhead.enter({ deadline: world.runtime.now() + left })).rejects.toMatchObject({ code: 'overloaded' });
});

test.each([
  [null, 1_000],
  [5_000, 1_000],
  [300, 300],
])('with a deadline in %s ms a call waits %d ms', async (left, patience) => {
  const { bulkhead, world, refusals } = trial(1, 1);
  bulkhead.tryEnter();
  const waiting = outcome(bulkhead.enter({ deadline: left === null ? null : world.runtime.now() + left }));
  world.advance(patience - 1);
  expect(bulkhead.queued()).toBe(1);
  world.advance(1);
  expect(await waiting).toMatchObject({ code: 'overloaded' });
  expect([bulkhead.queued(), refusals()]).toEqual([0, 1]);
});

test('a signal ends the wait with its reason, before it and during it', async () => {
  const { bulkhead, refusals } = trial(1, 1);
  bulkhead.tryEnter();
  const reason = new Error('gone home');
  await expect(bulkhead.enter({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  const stop = new AbortController();
  const waiting = outcome(bulkhead.enter({ signal: stop.signal }));
  stop.abort(reason);
  expect(await waiting).toBe(reason);
  bulkhead.leave();
  expect([bulkhead.inFlight(), bulkhead.queued(), refusals()]).toEqual([0, 0, 0]);
});

test('a limit that grew lets in more of those that wait, one that shrank fewer', async () => {
  const one = trial(2, 10);
  expect([one.bulkhead.tryEnter(), one.bulkhead.tryEnter()]).toEqual([true, true]);
  const waiting = Array.from({ length: 4 }, () => outcome(one.bulkhead.enter()));
  one.limit = 1.9;
  one.bulkhead.leave();
  expect([one.bulkhead.inFlight(), one.bulkhead.queued()]).toEqual([1, 4]);
  one.limit = 3;
  one.bulkhead.leave();
  expect([one.bulkhead.inFlight(), one.bulkhead.queued()]).toEqual([3, 1]);
  expect(await waiting[2]).toBe('in');
});
