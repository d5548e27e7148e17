import { StoreError, type Lease } from '@miko/store';
import { pino, type Logger } from 'pino';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { log } from './record.test.support.ts';
import { Rounds } from './rounds.ts';

let lease: { held: boolean };
beforeEach(() => {
  vi.useFakeTimers();
  lease = { held: true };
});
afterEach(() => vi.useRealTimers());

function started(runOnce: () => Promise<{ more: boolean }>, told: Logger = log): Rounds {
  const rounds = new Rounds(lease as Lease, told, [{ name: 'seal', everyMs: 5_000, standsStill: 'nothing is sealed', runOnce }]);
  rounds.start();
  return rounds;
}
const seconds = (count: number) => vi.advanceTimersByTimeAsync(count * 1_000);

test('runs now and then, at once again while there is more, and never twice at once', async () => {
  let [runs, running, most] = [0, 0, 0];
  const rounds = started(async () => {
    most = Math.max(most, ++running);
    await new Promise(resolve => { setTimeout(resolve, 7_000); });
    running--;
    return { more: ++runs < 3 };
  });
  await seconds(22);
  expect([runs, most]).toEqual([3, 1]);
  await seconds(3);
  expect([runs, running]).toEqual([3, 0]);
  await seconds(9);
  expect([runs, most]).toEqual([4, 1]);
  const closed = rounds.close();
  await seconds(7);
  await closed;
});

test('does nothing while another Miko leads', async () => {
  lease.held = false;
  let runs = 0;
  const rounds = started(() => Promise.resolve({ more: ++runs < 0 }));
  await seconds(20);
  expect(runs).toBe(0);
  lease.held = true;
  await seconds(6);
  expect(runs).toBeGreaterThan(0);
  await rounds.close();
});

test('what fails is tried again later, not at once', async () => {
  let runs = 0;
  const rounds = started(() => {
    runs++;
    return Promise.reject(new StoreError('conflict', 'this Miko does not lead'));
  });
  await seconds(12);
  expect(runs).toBe(3);
  await rounds.close();
});

test('what fails three times in a row is an error that says what stands still and since when, until it succeeds', async () => {
  const lines: { level: number; msg: string; failing_since?: string }[] = [];
  const told = pino({ level: 'warn' }, { write: line => void lines.push(JSON.parse(line) as (typeof lines)[number]) });
  const since = new Date().toISOString();
  let runs = 0;
  const rounds = started(() => (++runs === 5 ? Promise.resolve({ more: false }) : Promise.reject(new Error('the target is down'))), told);
  await seconds(26);
  expect(lines.map(({ level }) => level)).toEqual([40, 40, 50, 50, 40]);
  expect(lines[2]).toMatchObject({ msg: 'nothing is sealed', failing_since: since, err: { message: 'the target is down' } });
  await rounds.close();
});

test('a pass that does not end holds up the end for three seconds, no longer', async () => {
  const rounds = started(() => new Promise(() => {}));
  let isClosed = false;
  void rounds.close().then(() => { isClosed = true; });
  await seconds(2);
  expect(isClosed).toBe(false);
  await seconds(2);
  expect(isClosed).toBe(true);
});
