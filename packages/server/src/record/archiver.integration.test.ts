import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { verifyChain } from '@miko/model';
import { writeRefusals, type Store } from '@miko/store';
import { describe, expect, test } from 'vitest';
import { unpack, type Manifest } from './archive-file.ts';
import { DirectoryTarget, type ArchiveTarget } from './archive-target.ts';
import { Archiver } from './archiver.ts';
import { ageSeals, FailingTarget, log, numbersOf, sealed, testFolder, testStores, writeChanges } from './record.test.support.ts';
import { Sealer } from './sealer.ts';

const stores = testStores();
const DAYS = 90;
const archiver = (store: Store, target: ArchiveTarget, rows = 100) => new Archiver({ store, target, log, auditDays: DAYS, rows });
const seal = async (store: Store) => void (await new Sealer(store.lease).runOnce());
const places = async (store: Store) => (await store.pool.query<{ upto: number; state: string }>('select upto, state from archive_file order by upto')).rows;

/** Every row in the files of the target, by the manifests that stand there. */
async function archivedRows(target: FailingTarget): Promise<number[]> {
  const numbers: number[] = [];
  for (const name of [...target.files.keys()].filter(name => name.endsWith('.manifest.json')).sort()) {
    const manifest = JSON.parse(target.files.get(name)!.toString()) as Manifest;
    const lines = await unpack({ name: manifest.file, sha256: manifest.sha256 }, target.files.get(manifest.file)!);
    expect(await verifyChain(lines)).toMatchObject({ ok: true, start: { hash: manifest.previous_hash }, head: { hash: manifest.hash }, rows: manifest.lines });
    numbers.push(...lines.filter(line => line.startsWith('{"revision"')).map(line => (JSON.parse(line) as { revision: number }).revision));
  }
  return numbers;
}
/** A lease that is lost at one of its statements. */
function failingLease(store: Store, statements: number, afterwards: boolean): Store['lease'] {
  let left = statements;
  return {
    query: async (query: LeaseQuery) => {
      const isLast = left-- === 0;
      if (isLast && !afterwards) throw new Error('killed before');
      const rows = await store.lease.query(query);
      if (isLast) throw new Error('killed afterwards');
      return rows;
    },
  } as unknown as Store['lease'];
}
type LeaseQuery = Parameters<Store['lease']['query']>[0];

const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i + 1);

test('rows are copied into whole files that carry the chain on, and those of objects go when they are old enough', async () => {
  const store = await stores.open();
  const target = new FailingTarget();
  await sealed(store, 60, 100);
  const young = archiver(store, target, 30);
  expect(await young.runOnce()).toMatchObject({ copied: 30, more: true });
  expect(await young.runOnce()).toMatchObject({ copied: 30 });
  for (let i = 0; i < 5; i++) await young.runOnce();
  expect(await young.runOnce()).toEqual({ copied: 0, removed: 0, more: false });
  expect(await archivedRows(target)).toEqual(upTo(60));
  expect(await numbersOf(store)).toEqual([]);
  const manifests = [...target.files].filter(([name]) => name.endsWith('.json')).map(([, bytes]) => JSON.parse(bytes.toString()) as Manifest);
  expect(manifests[1]!.previous_hash).toBe(manifests[0]!.hash);
  expect(manifests[0]).toMatchObject({ format: 1, stream: 'change', since: 0, upto: 30, lines: 30, kinds: ['endpoint', 'service'] });
});

test('what is younger than the audit stays, but rows of endpoints go once they are in a file', async () => {
  const store = await stores.open();
  await sealed(store, 30, DAYS - 1);
  expect(await archiver(store, new FailingTarget()).runOnce()).toMatchObject({ copied: 30, removed: 10 });
  expect(await numbersOf(store)).toEqual(upTo(30).filter(n => n % 3 !== 0));
});

test('what watchers may still resume from, and what is not sealed, is not touched', async () => {
  const store = await stores.open();
  const target = new FailingTarget();
  await sealed(store, 20, 100);
  await writeChanges(store, 5, 100, 21);
  await store.pool.query('update counter set horizon = 10');
  expect(await archiver(store, target).runOnce()).toMatchObject({ copied: 10 });
  expect(await numbersOf(store)).toEqual(upTo(25).slice(10));
  expect(await archivedRows(target)).toEqual(upTo(10));
});

test('too few rows for a file wait a day longer', async () => {
  const store = await stores.open();
  await sealed(store, 10, 1);
  expect(await archiver(store, new FailingTarget()).runOnce()).toMatchObject({ copied: 0, removed: 0 });
  await ageSeals(store, 1);
  expect(await archiver(store, new FailingTarget()).runOnce()).toMatchObject({ copied: 10 });
});

describe('a pass that fails anywhere is repeated without loss and without doubles', () => {
  // put and get of the file, put and get of the manifest
  test.each([0, 1, 2, 3].flatMap(call => [[call, false], [call, true]] as const))('at call %i of the target, after it happened: %s', async (call, afterwards) => {
    const store = await stores.open();
    const target = new FailingTarget();
    await sealed(store, 40, 100);
    target.callsLeft = call;
    target.failsAfterwards = afterwards;
    await expect(archiver(store, target, 20).runOnce()).rejects.toThrow('the target failed');
    expect(await numbersOf(store)).toEqual(upTo(40));
    expect(await places(store)).toEqual([{ upto: 20, state: 'writing' }]);
    // Time went on, and more could be taken: it is the same file nevertheless.
    target.callsLeft = Number.POSITIVE_INFINITY;
    const again = archiver(store, target, 30);
    for (let i = 0; i < 6; i++) await again.runOnce();
    expect(await archivedRows(target)).toEqual(upTo(40));
    expect(await numbersOf(store)).toEqual([]);
    expect([...target.files.keys()].filter(name => name.endsWith('.gz'))).toHaveLength(2);
  });

  test.each([false, true])('at each statement in the database, after it happened: %s', async afterwards => {
    const store = await stores.open();
    const target = new FailingTarget();
    await sealed(store, 40, 100);
    let failures = 0;
    for (let isDone = false; !isDone;) {
      const failing = { pool: store.pool, lease: failingLease(store, failures, afterwards) };
      isDone = await new Archiver({ store: failing, target, log, auditDays: DAYS, rows: 20 }).runOnce().then(() => true, () => false);
      if (!isDone) failures++;
    }
    expect(failures).toBeGreaterThan(5);
    for (let i = 0; i < 6; i++) await archiver(store, target, 20).runOnce();
    expect(await archivedRows(target)).toEqual(upTo(40));
    expect(await numbersOf(store)).toEqual([]);
  });
});

test.each([
  ['changed', `update change set actor = 'tok_other' where revision = 5`],
  ['missing', 'delete from change where revision = 5'],
])('rows that are %s are neither copied nor removed', async (_, tamper) => {
  const store = await stores.open();
  const target = new FailingTarget();
  await sealed(store, 20, 100);
  await store.pool.query(tamper);
  const before = await numbersOf(store);
  await expect(archiver(store, target).runOnce()).rejects.toThrow(/rows 1 to 10/);
  expect(target.files.size).toBe(0);
  expect(await numbersOf(store)).toEqual(before);
});

test('a target that gives back other bytes keeps every row where it is', async () => {
  const store = await stores.open();
  await sealed(store, 20, 100);
  const lying: ArchiveTarget = { put: () => Promise.resolve(), get: () => Promise.resolve(Buffer.from('something else')) };
  await expect(archiver(store, lying).runOnce()).rejects.toThrow('is not the file that was written');
  await expect(archiver(store, { ...lying, get: () => Promise.resolve(null) }).runOnce()).rejects.toThrow('is not there');
  expect(await numbersOf(store)).toEqual(upTo(20));
});

test('large rows go into files that can be read back, whatever they were compressed to', async () => {
  const store = await stores.open();
  const target = new FailingTarget();
  await writeChanges(store, 40, 100);
  await store.pool.query(`update change set after = jsonb_build_object('text', repeat('x', 1000000))`);
  const sealer = new Sealer(store.lease);
  while ((await sealer.runOnce()).more);
  const { rows } = await store.pool.query<{ most: number; total: number }>('select max(bytes) as most, sum(bytes)::bigint as total from seal');
  expect(rows[0]!.most).toBeLessThan(6_000_000);
  expect(rows[0]!.total).toBeGreaterThan(40_000_000);
  await ageSeals(store, 100);
  const bounded = new Archiver({ store, target, log, auditDays: DAYS, bytes: 12_000_000 });
  for (let i = 0; i < 8; i++) await bounded.runOnce();
  expect(await numbersOf(store)).toEqual([]);
  expect(await archivedRows(target)).toEqual(upTo(40));
  for (const [name, bytes] of target.files) if (name.endsWith('.gz')) expect(gunzipSync(bytes).length).toBeLessThan(12_100_000);
});

test('a plan that never led to a file is planned anew', async () => {
  const store = await stores.open();
  const target = new FailingTarget();
  await sealed(store, 40, 100);
  await store.pool.query(`insert into archive_file (stream, since, upto, state) values ('change', 0, 40, 'writing')`);
  for (let i = 0; i < 4; i++) await archiver(store, target, 20).runOnce();
  expect(await places(store)).toEqual([{ upto: 20, state: 'kept' }, { upto: 40, state: 'kept' }]);
  expect(await archivedRows(target)).toEqual(upTo(40));
});

test('refusals leave in the same way', async () => {
  const store = await stores.open();
  const target = new FailingTarget();
  const entry = {
    age_ms: 100 * 86_400_000, code: 'denied', count: 1, actor: 'tok_ann', credential: null, remote: null, user_agent: null, method: 'GET', path: '/', project: null, subject: null, request_id: 'r',
  };
  await writeRefusals(store.pool, [entry, entry, { ...entry, age_ms: 0 }]);
  await seal(store);
  await ageSeals(store, 3);
  expect(await archiver(store, target).runOnce()).toMatchObject({ copied: 3, removed: 2 });
  expect(await numbersOf(store, 'refusal')).toEqual([3]);
  expect([...target.files.keys()].every(name => name.startsWith('refusal/'))).toBe(true);
});

test('a directory holds files whole, under names in their order, and nothing else', async () => {
  const store = await stores.open();
  const folder = testFolder();
  const target = new DirectoryTarget(join(folder, 'archive'));
  await sealed(store, 40, 100);
  const bounded = archiver(store, target, 20);
  for (let i = 0; i < 4; i++) await bounded.runOnce();
  const names = readdirSync(join(folder, 'archive/change')).sort();
  expect(names).toHaveLength(4);
  expect(names[0]).toMatch(/^0000000000000001-0000000000000020-[0-9a-f]{16}\.manifest\.json$/);
  expect(await target.get('change/absent')).toBeNull();
  await target.put('change/again', Buffer.from('one'));
  await target.put('change/again', Buffer.from('two'));
  expect((await target.get('change/again'))?.toString()).toBe('two');
});

test('who does not lead archives nothing', async () => {
  const store = await stores.open();
  await sealed(store, 10, 100);
  await store.lease.release();
  await expect(archiver(store, new FailingTarget()).runOnce()).rejects.toMatchObject({ code: 'conflict' });
});
