import { verifyChain, type ChainHead } from '@miko/model';
import type pg from 'pg';
import { beforeEach, expect, test } from 'vitest';
import { deregister, register } from '../record-operations.ts';
import type { Store } from '../store.ts';
import { registration, testClient, testServer, testStore } from '../store.test.support.ts';
import { writeRefusals } from './refusals.ts';
import { readLines, sealAfter, sealBefore, sealNext, type Stream } from './seals.ts';

const database = testServer({ services: ['web'] });
let store: Store;
let client: pg.Client;

beforeEach(async () => {
  const connection = await database.database();
  store = testStore(connection);
  client = await testClient(connection);
  expect(await store.lease.tryAcquire()).toBe(true);
});

/** The record as whoever verifies it is given it. */
async function linesOf(stream: Stream, since = 0): Promise<string[]> {
  const start = await sealBefore(store.pool, stream, since);
  const lines = [JSON.stringify({ start: { stream, upto: start.upto, hash: start.hash } })];
  let at = start.upto;
  for (let seal = await sealAfter(store.pool, stream, at); seal !== null; seal = await sealAfter(store.pool, stream, at)) {
    lines.push(...(await readLines(store.pool, stream, at, seal.upto)), JSON.stringify({ seal }));
    at = seal.upto;
  }
  const young = await readLines(store.pool, stream, at, Number.MAX_SAFE_INTEGER);
  return [...lines, ...young, JSON.stringify({ end: { upto: at + young.length } })];
}

const work = async (count: number): Promise<void> => {
  for (let i = 0; i < count; i++) await store.write(register, registration(null, `web-${i}`));
};
const seal = (most?: number) => sealNext(store.lease, 'change', most);
const verify = async (known: ChainHead | null = null) => verifyChain(await linesOf('change'), known);

test('blocks follow one another, and what is younger than the last is told apart', async () => {
  await work(7);
  expect(await seal(3)).toEqual({ sealed: 3, more: true });
  expect(await seal(3)).toEqual({ sealed: 3, more: true });
  expect(await verify()).toMatchObject({ ok: true, blocks: 2, rows: 7, unsealed: 1, head: { upto: 6 } });
  expect(await seal(3)).toEqual({ sealed: 1, more: false });
  expect(await seal(3)).toEqual({ sealed: 0, more: false });
  expect(await verify()).toMatchObject({ ok: true, blocks: 3, rows: 7, unsealed: 0, head: { upto: 7 } });
});

test('a chain can be verified from any seal on', async () => {
  await work(6);
  for (let i = 0; i < 3; i++) await seal(2);
  expect(await verifyChain(await linesOf('change', 3))).toMatchObject({ ok: true, blocks: 2, start: { upto: 2 }, head: { upto: 6 } });
});

test.each([
  ['a row that is changed', `update change set actor = 'tok_other' where revision = 4`, 'its rows are not those that were sealed'],
  ['a time that is moved', `update change set at = at + interval '1 us' where revision = 4`, 'its rows are not those that were sealed'],
  ['a row that is deleted', 'delete from change where revision = 4', 'row 4 is missing: 5 stands in its place'],
  ['a block that is deleted', 'delete from change where revision between 4 and 6', 'it has 0 rows, 3 numbers and a seal over 3'],
])('%s is found, and its block named', async (_, tamper, detail) => {
  await work(9);
  for (let i = 0; i < 3; i++) await seal(3);
  await client.query(tamper);
  expect(await verify()).toMatchObject({ ok: false, faults: [{ from: 4, to: 6, detail }] });
});

test('a seal that is deleted, or made anew over changed rows, is found by the next', async () => {
  await work(9);
  for (let i = 0; i < 3; i++) await seal(3);
  await client.query(`update change set actor = 'tok_other' where revision = 4`);
  await client.query(`update seal s set hash = encode(sha256(decode((select hash from seal p where p.stream = 'change' and p.upto = 3), 'hex')
    || convert_to((select string_agg(line || E'\\n', '' order by number) from change_line where number between 4 and 6), 'UTF8')), 'hex')
    where stream = 'change' and upto = 6`);
  expect(await verify()).toMatchObject({ ok: false, faults: [{ from: 7, to: 9 }] });
});

test('a chain that is made anew as a whole agrees with itself, and not with the head that was kept elsewhere', async () => {
  await work(4);
  await seal(2);
  const { head } = await verify();
  await client.query(`update change set actor = 'tok_other' where revision = 1`);
  await client.query(`delete from seal where stream = 'change' and lines > 0`);
  await seal(2);
  await seal(2);
  expect(await verify()).toMatchObject({ ok: true });
  expect(await verify(head)).toMatchObject({ ok: false, faults: [{ to: 2, detail: 'the seal is not the one that was kept: the chain was made anew' }] });
});

test('a row that was gone before it was sealed stops nothing, and shows', async () => {
  await work(4);
  await client.query('delete from change where revision = 2');
  expect(await seal()).toMatchObject({ sealed: 3 });
  expect(await verify()).toMatchObject({ ok: false, faults: [{ from: 1, to: 4, detail: 'row 2 is missing: 3 stands in its place' }] });
});

test('lines that were cut off have no end', async () => {
  await work(4);
  await seal();
  expect(await verifyChain((await linesOf('change')).slice(0, -1))).toMatchObject({ ok: false, faults: [{ detail: 'it has no end: lines are missing' }] });
});

test('a seal stands whatever time zone reads its rows, and whatever column comes later', async () => {
  await work(2);
  await store.write(deregister, { project: 'default', service: 'web', instance: 'web-1', session: null, actor: 'tok_ann' });
  await seal();
  await client.query(`alter table change add later text default 'x'`);
  await client.query(`alter database ${(await client.query<{ name: string }>('select current_database() as name')).rows[0]!.name} set timezone = 'Asia/Tokyo'`);
  const other = testStore(store.connection);
  const lines = await readLines(other.pool, 'change', 0, 3);
  expect(lines).toEqual(await readLines(store.pool, 'change', 0, 3));
  expect(await verify()).toMatchObject({ ok: true, rows: 3 });
});

test('rows of objects are sealed with what was before and after; a large block ends early', async () => {
  const random = `(select string_agg(md5(random()::text), '') from generate_series(1, 12000) where i > 0)`;
  await client.query(`insert into change (revision, kind, operation, project, name, subject, changed, after)
    select i, 'service', 'create', 'default', 'web', 'svc', '{/spec,/status}', jsonb_build_object('text', ${random}, 'nothing', null) from generate_series(1, 8) i`);
  expect(await seal()).toEqual({ sealed: 3, more: true });
  expect(await seal()).toEqual({ sealed: 3, more: true });
  expect(await seal()).toEqual({ sealed: 2, more: false });
  expect(await verify()).toMatchObject({ ok: true, blocks: 3, rows: 8 });
});

test('refusals have a chain of their own', async () => {
  const entry = {
    age_ms: 0, code: 'denied', count: 1, actor: null, credential: null, remote: null, user_agent: null, method: 'GET', path: '/ü "quoted"', project: null, subject: null, request_id: 'r',
  };
  await writeRefusals(store.pool, [entry, entry, entry]);
  expect(await sealNext(store.lease, 'refusal', 2)).toEqual({ sealed: 2, more: true });
  expect(await sealNext(store.lease, 'refusal', 2)).toEqual({ sealed: 1, more: false });
  expect(await verifyChain(await linesOf('refusal'))).toMatchObject({ ok: true, blocks: 2, rows: 3 });
  await client.query('update refusal set count = 2 where number = 3');
  expect(await verifyChain(await linesOf('refusal'))).toMatchObject({ ok: false, faults: [{ from: 3, to: 3 }] });
});

test('a Miko that kept changes before it sealed any begins where they are whole', async () => {
  await work(6);
  await client.query(`delete from change where revision < 4`);
  await client.query(`update seal set since = 2, upto = 3 where stream = 'change'`);
  await client.query(`update archive_place set first = 3, upto = 3, swept = 3 where stream = 'change'`);
  expect(await seal()).toMatchObject({ sealed: 3 });
  expect(await verify()).toMatchObject({ ok: true, start: { upto: 3 }, rows: 3 });
});

test('who does not lead seals nothing', async () => {
  await work(1);
  await expect(sealNext(testStore(store.connection).lease, 'change')).rejects.toMatchObject({ code: 'conflict' });
});
