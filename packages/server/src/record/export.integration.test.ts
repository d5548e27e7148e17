import { verifyChain } from '@miko/model';
import { writeRefusals } from '@miko/store';
import { expect, test } from 'vitest';
import type { Stream } from '../api/call.ts';
import type { Request } from '../api/operation.ts';
import { Archiver } from './archiver.ts';
import { chunksOf } from './export.ts';
import { recorded, world, type World } from './operations.test.support.ts';
import { collected, log, run, testStores, writeChanges } from './record.test.support.ts';
import { Sealer } from './sealer.ts';

const stores = testStores();

const exported = async (w: World, query: Request['query'] = {}) => {
  const { text, broken } = await collected((await run(w.operation('audit_export'), query)).body as Stream);
  return { lines: text.trimEnd().split('\n'), broken };
};

test('an export holds all rows without a seal, however many, up to the newest there was when it began', async () => {
  const w = await world(stores);
  await recorded(w, 10);
  await writeChanges(w.store, 4_500, 0, 11);
  expect(await verifyChain((await exported(w)).lines)).toMatchObject({ ok: true, rows: 4_510, unsealed: 4_500, head: { upto: 10 } });
  const lines: string[] = [];
  for await (const chunk of chunksOf({ store: w.store, archive: w.target, failed: () => {} }, 'change', 0)) {
    if (lines.length === 0) await writeChanges(w.store, 5, 0, 4_511);
    lines.push(...chunk);
  }
  expect(await verifyChain(lines)).toMatchObject({ ok: true, rows: 4_510 });
  expect(lines.at(-1)).toBe('{"end":{"upto":4510}}');
});

test('an export whose newest rows are gone breaks off', async () => {
  const w = await world(stores);
  await recorded(w, 10);
  await writeChanges(w.store, 3, 0, 11);
  await w.store.pool.query('delete from change where revision > 10');
  expect((await exported(w)).broken).toBe(true);
});

test('an export holds every row with its seals, from the archive on into what is not sealed yet', async () => {
  const w = await world(stores);
  await recorded(w, 30, 20);
  await writeChanges(w.store, 3, 0, 31);
  const { lines, broken } = await exported(w);
  expect(broken).toBe(false);
  expect(await verifyChain(lines)).toMatchObject({ ok: true, rows: 33, unsealed: 3, blocks: 6, start: { upto: 0 }, head: { upto: 30 } });
  const known = (await verifyChain(lines)).head;
  for (const [since, start, rows] of [[3, 0, 33], [7, 5, 28], [12, 10, 23], [20, 20, 13], [22, 20, 13], [32, 30, 3], [99, 30, 3]] as const) {
    const report = await verifyChain((await exported(w, { since_revision: since })).lines, known);
    expect([since, report.ok, report.start?.upto, report.rows]).toEqual([since, true, start, rows]);
  }
});

test('an export goes on in the files where its rows are archived while it is read', async () => {
  const w = await world(stores);
  await recorded(w, 40);
  const chunks: string[] = [];
  let isArchived = false;
  for await (const lines of chunksOf({ store: w.store, archive: w.target, failed: () => {} }, 'change', 0)) {
    chunks.push(...lines);
    if (isArchived || chunks.length < 5) continue;
    isArchived = true;
    await w.store.pool.query('update counter set horizon = 40');
    const archiver = new Archiver({ store: w.store, target: w.target, log, auditDays: 90, rows: 15 });
    for (let i = 0; i < 6; i++) await archiver.runOnce();
  }
  expect((await w.store.pool.query('select from change')).rowCount).toBe(0);
  expect(await verifyChain(chunks)).toMatchObject({ ok: true, rows: 40, blocks: 8 });
});

test('an export of refusals is a chain of its own', async () => {
  const w = await world(stores);
  const entry = { age_ms: 0, code: 'denied', count: 1, actor: 'a', credential: null, remote: null, user_agent: null, method: 'GET', path: '/', project: null, subject: null, request_id: 'r' };
  await writeRefusals(w.store.pool, [entry, entry]);
  await new Sealer(w.store.lease).runOnce();
  expect(await verifyChain((await exported(w, { stream: 'refusal' })).lines)).toMatchObject({ ok: true, rows: 2, blocks: 1 });
  await expect(exported(w, { stream: 'other' })).rejects.toMatchObject({ flaws: [{ pointer: 'stream' }] });
});

test.each([
  ['changed', `update change set actor = 'tok_other' where revision = 12`],
  ['deleted', 'delete from change where revision = 12'],
])('one row that was %s by SQL makes verifying fail and name its block', async (_, tamper) => {
  const w = await world(stores);
  await recorded(w, 20);
  await w.store.pool.query(tamper);
  expect(await verifyChain((await exported(w)).lines)).toMatchObject({ ok: false, faults: [{ from: 11, to: 15 }] });
});

test('an export whose file is gone, or is another, breaks off and has no end', async () => {
  const w = await world(stores);
  await recorded(w, 30, 20);
  const [name] = [...w.target.files.keys()].filter(name => name.endsWith('.gz')).sort().toReversed();
  w.target.files.set(name!, Buffer.from('something else'));
  const { lines, broken } = await exported(w);
  expect(broken).toBe(true);
  expect(w.failures).toMatchObject([{ message: `${name!} is not the file that was written` }]);
  expect(await verifyChain(lines)).toMatchObject({ ok: false, faults: [{ detail: 'it has no end: lines are missing' }] });
});

test('a reader that is gone ends the export', async () => {
  const w = await world(stores);
  await recorded(w, 10);
  const body = (await run(w.operation('audit_export'), {})).body as Stream;
  let closed = () => {};
  const destroyed = new Promise<void>(resolve => {
    body.open({ write: () => false, waiting: 1, onDrained: () => {}, onClosed: listener => { closed = listener; }, end: () => {}, destroy: resolve });
  });
  closed();
  await destroyed;
  expect(w.failures).toEqual([]);
});
