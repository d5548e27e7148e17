import { Problem } from '@miko/model';
import { pino } from 'pino';
import { expect, test, vi } from 'vitest';
import type { Call } from '../api/call.ts';
import { openTarget } from './open-target.ts';
import { RecordKeeping } from './record-keeping.ts';
import { ageSeals, numbersOf, testStores, writeChanges } from './record.test.support.ts';
import { Sealer } from './sealer.ts';

const stores = testStores();

test('without an archive rows are sealed and stay, and the log says why, once', async () => {
  const store = await stores.open();
  await writeChanges(store, 20, 1_000);
  await new Sealer(store.lease).runOnce();
  await ageSeals(store, 1_000);
  await writeChanges(store, 5, 1_000, 21);
  const lines: { msg: string }[] = [];
  const log = pino({ level: 'warn' }, { write: line => void lines.push(JSON.parse(line) as { msg: string }) });
  const record = new RecordKeeping({ store, log, target: openTarget(null), auditDays: 1 });
  record.start();
  await vi.waitFor(async () => expect((await store.pool.query(`select from seal where stream = 'change' and upto = 25`)).rowCount).toBe(1), { timeout: 10_000 });
  await record.close();
  expect(await numbersOf(store)).toHaveLength(25);
  expect((await store.pool.query('select from archive_file')).rowCount).toBe(0);
  expect(lines).toMatchObject([{ msg: expect.stringContaining('set MIKO_ARCHIVE') as string }]);
});

test.each([
  ['as it was found out', '/v1/projects/prj_01m7yzz7yaewr8wctjakt0rdqk', 'shop', 'shop'],
  ['as its address says, where nothing was looked up', '/v1/projects/shop/services?x=1', null, 'shop'],
  ['as a whole address says it', 'https://miko.example:7450/v1/projects/shop:act', null, 'shop'],
  ['not, where it is about the fleet', '/v1/tokens', null, null],
])('a refusal names its project %s', async (_, url, project, told) => {
  const store = await stores.open();
  const record = new RecordKeeping({ store, log: pino({ level: 'silent' }), target: null, auditDays: 1 });
  const call: Call = { method: 'GET', url, headers: {}, remote: '127.0.0.1', body: () => Promise.resolve(Buffer.alloc(0)) };
  record.refused(new Problem('denied', 'no'), 'req_1', call, null, project);
  await record.close();
  expect((await store.pool.query('select project from refusal')).rows).toEqual([{ project: told }]);
});
