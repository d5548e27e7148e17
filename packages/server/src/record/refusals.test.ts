import type { RefusalEntry } from '@miko/store';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Refusals, type Refused } from './refusals.ts';

const refused = (more: Partial<Refused> = {}): Refused => ({
  code: 'denied', actor: 'tok_ann', credential: 'tok_ann', remote: '10.0.0.7', userAgent: 'curl', method: 'GET', path: '/v1/tokens', project: null, subject: null, requestId: 'req_1', ...more,
});
const unknown = (more: Partial<Refused> = {}): Refused => refused({ code: 'unauthenticated', actor: null, credential: null, ...more });

let batches: (readonly RefusalEntry[])[] = [];
let failures: unknown[] = [];
let isDown = false;
const rows = () => batches.flat();
const make = () => new Refusals({
  write: entries => {
    if (isDown) return Promise.reject(new Error('down'));
    batches.push(entries);
    return Promise.resolve();
  },
  failed: error => failures.push(error),
});

beforeEach(() => {
  vi.useFakeTimers();
  [batches, failures, isDown] = [[], [], false];
});
afterEach(() => vi.useRealTimers());
const seconds = (count: number) => vi.advanceTimersByTimeAsync(count * 1_000);

test('equal ones of a second are one row with a count, dated by the first', async () => {
  const refusals = make();
  refusals.note(refused({ requestId: 'req_1' }));
  await vi.advanceTimersByTimeAsync(400);
  for (let i = 0; i < 9; i++) refusals.note(refused({ requestId: `req_${i}` }));
  refusals.note(refused({ path: '/v1/zones' }));
  await seconds(1);
  expect(rows()).toMatchObject([{ count: 10, request_id: 'req_1', path: '/v1/tokens', age_ms: 1_000 }, { count: 1, path: '/v1/zones' }]);
  refusals.note(refused());
  await seconds(1);
  expect(rows()[2]).toMatchObject({ count: 1, path: '/v1/tokens' });
  await refusals.close();
});

test('nothing is written, and no timer runs, while nothing is refused', async () => {
  const refusals = make();
  await seconds(10);
  expect(vi.getTimerCount()).toBe(0);
  await refusals.close();
  expect(batches).toEqual([]);
});

test('the query is left out, texts are cut, and what a database does not take is replaced', async () => {
  const refusals = make();
  refusals.note(refused({ path: `/v1/${'x'.repeat(500)}?token=geheim`, userAgent: 'a\u0000b\ud800c' }));
  await refusals.close();
  expect(rows()[0]!.path).toHaveLength(256);
  expect(JSON.stringify(rows())).not.toContain('geheim');
  expect(rows()[0]!.user_agent).toBe('a?b\ufffdc');
});

test('a flood of callers that are not known is written slowly, dropped beyond a bound, and counted', async () => {
  const refusals = make();
  for (let i = 0; i < 7_000; i++) refusals.note(unknown({ path: `/${i}` }));
  await seconds(1);
  expect(rows()).toHaveLength(301);
  expect(rows().at(-1)).toMatchObject({ code: 'dropped', count: 2_000, actor: null });
  await seconds(1);
  expect(rows()).toHaveLength(601);
  await refusals.close();
  expect(rows().filter(({ code }) => code === 'unauthenticated')).toHaveLength(5_000);
  expect(Math.max(...batches.map(batch => batch.length))).toBeLessThanOrEqual(1_000);
});

test('it pushes out nothing of those that are known', async () => {
  const refusals = make();
  for (let i = 0; i < 9_000; i++) refusals.note(unknown({ path: `/${i}` }));
  refusals.note(refused({ code: 'secret_shown', subject: 'tok_new' }));
  await seconds(1);
  expect(rows()[0]).toMatchObject({ code: 'secret_shown', subject: 'tok_new' });
  await refusals.close();
});

test('what could not be written waits and is written later, with all that came meanwhile', async () => {
  const refusals = make();
  isDown = true;
  refusals.note(refused());
  for (let i = 0; i < 6_000; i++) refusals.note(unknown({ path: `/${i}` }));
  await seconds(3);
  refusals.note(refused());
  expect(failures.length).toBeGreaterThan(0);
  isDown = false;
  await seconds(60);
  expect(rows().filter(({ code }) => code === 'denied')).toMatchObject([{ count: 2 }]);
  expect(rows().filter(({ code }) => code === 'dropped').reduce((sum, { count }) => sum + count, 0)).toBe(1_000);
  expect(rows().filter(({ code }) => code === 'unauthenticated')).toHaveLength(5_000);
  await refusals.close();
});

test('closing writes what waits; what comes later is not kept', async () => {
  const refusals = make();
  refusals.note(refused());
  await refusals.close();
  refusals.note(refused());
  await seconds(5);
  expect(rows()).toHaveLength(1);
});
