import { StoreError } from '@miko/store';
import { pino } from 'pino';
import { beforeEach, expect, test } from 'vitest';
import { WriteRefusals } from './write-refusals.ts';

let now: number;
let lines: Record<string, unknown>[];
let writes: WriteRefusals;
beforeEach(() => {
  now = 0;
  lines = [];
  writes = new WriteRefusals(pino({ base: null }, { write: (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>) }), () => now);
});

const unavailable = (code: string, message: string) => new StoreError('unavailable', 'the database cannot be reached', Object.assign(new Error(message), { code }));
const diskFull = unavailable('53100', 'could not extend file "base/5/16384": No space left on device');

test("the database's own words are logged, with the call; /readyz is told the condition and no file", () => {
  writes.failed(diskFull, true, { request_id: 'req_1', method: 'PUT', path: '/v1/x' });
  expect(lines).toEqual([expect.objectContaining({
    level: 50, sqlstate: '53100', cause: 'could not extend file "base/5/16384": No space left on device', request_id: 'req_1', method: 'PUT', path: '/v1/x',
  })]);
  expect(writes.reason).toBe('the database refuses writes (53100, disk full): reads go on, and the log has its words');
});

test('at most one line a second, which counts those that were left out', () => {
  for (now = 0; now <= 2_000; now += 100) writes.failed(diskFull, true);
  expect(lines.map(line => line['more_since_last'])).toEqual([undefined, 9, 9]);
});

test('a committed write ends it, and 15 s without a refusal do', () => {
  writes.failed(diskFull, true);
  writes.committed();
  expect(writes.reason).toBeNull();
  writes.failed(diskFull, true);
  now += 15_000;
  expect(writes.reason).not.toBeNull();
  now += 1;
  expect(writes.reason).toBeNull();
});

test('a read that failed, and a server that is going or gone, are logged and refuse no writes', () => {
  writes.failed(diskFull, false);
  writes.failed(unavailable('57P01', 'terminating connection'), true);
  writes.failed(unavailable('EPIPE', 'write EPIPE'), true);
  expect([lines.length, writes.reason]).toEqual([1, null]);
});
