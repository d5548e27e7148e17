import { randomBytes } from 'node:crypto';
import { verifyChain, type Actor } from '@miko/model';
import { writeRefusals, type Store } from '@miko/store';
import { expect, test } from 'vitest';
import type { Stream } from '../api/call.ts';
import type { Operation, Request } from '../api/operation.ts';
import { PageSigner } from '../api/objects/page-token.ts';
import { archiveOperations } from './archive-operations.ts';
import { Archiver } from './archiver.ts';
import { auditOperations } from './audit-operations.ts';
import { chunksOf } from './export.ts';
import { admin, ageSeals, collected, FailingTarget, log, run, testStores, writeChanges } from './record.test.support.ts';
import { Sealer } from './sealer.ts';

const stores = testStores();
const bound: Actor = { ...admin, id: 'tok_shop', credential: 'tok_shop', project: 'shop' };

interface World {
  readonly store: Store;
  readonly target: FailingTarget;
  readonly failures: unknown[];
  operation(id: string): Operation;
}

async function world(): Promise<World> {
  const store = await stores.open();
  const target = new FailingTarget();
  const failures: unknown[] = [];
  const host = { store, archive: target, signer: new PageSigner(randomBytes(32)), failed: (error: unknown) => void failures.push(error) };
  const operations = [...auditOperations(host), ...archiveOperations(host)];
  return { store, target, failures, operation: id => operations.find(one => one.id === id)! };
}

interface Page<Item = { revision: number; project: string | null }> {
  readonly items: readonly Item[];
  readonly next_page_token: string | null;
  readonly unreadable: readonly string[];
}
const get = async <T = Page>(operation: Operation, query: Request['query'] = {}, actor = admin): Promise<T> => JSON.parse((await run(operation, query, actor)).body as string) as T;
const revisions = (page: Page): number[] => page.items.map(({ revision }) => revision);

/** Every page of a list. */
async function everyPage(operation: Operation, query: Request['query']): Promise<number[]> {
  const found: number[] = [];
  for (let token: string | null = null, first = true; first || token !== null; first = false) {
    const page: Page = await get(operation, { ...query, ...(token === null ? {} : { page_token: token }) });
    found.push(...revisions(page));
    token = page.next_page_token;
  }
  return found;
}

/** So many sealed changes, of which the first `archived` are in files. */
async function recorded(w: World, count: number, archived = 0, rows = 10): Promise<void> {
  for (let at = 1; at <= count; at += 5) {
    await writeChanges(w.store, Math.min(5, count - at + 1), 100, at);
    await new Sealer(w.store.lease).runOnce();
  }
  await ageSeals(w.store, 100);
  const archiver = new Archiver({ store: w.store, target: w.target, log, auditDays: 90, rows });
  await w.store.pool.query('update counter set horizon = $1', [archived]);
  for (let at = 0; at <= archived; at += rows) await archiver.runOnce();
}

const exported = async (w: World, query: Request['query'] = {}) => {
  const { text, broken } = await collected((await run(w.operation('audit_export'), query)).body as Stream);
  return { lines: text.trimEnd().split('\n'), broken };
};

test('the list of changes pages, and its tokens are of that list alone', async () => {
  const w = await world();
  await writeChanges(w.store, 9, 1);
  const list = w.operation('audit_list');
  const page = await get(list, { limit: 4 });
  expect(revisions(page)).toEqual([9, 8, 7, 6]);
  expect(revisions(await get(list, { limit: 4, page_token: page.next_page_token! }))).toEqual([5, 4, 3, 2]);
  await expect(get(list, { page_token: page.next_page_token!, kind: 'zone' })).rejects.toMatchObject({ code: 'invalid_request', flaws: [{ pointer: 'page_token' }] });
  await expect(get(w.operation('audit_refusals'), { page_token: page.next_page_token! })).rejects.toMatchObject({ code: 'invalid_request' });
  await expect(get(list, { limit: 1_001 })).rejects.toMatchObject({ flaws: [{ pointer: 'limit', code: 'too_large' }] });
  await expect(get(list, { limit: 0 })).rejects.toMatchObject({ flaws: [{ pointer: 'limit', code: 'too_small' }] });
});

test('a credential bound to a project is shown that one alone, in every list, and no export', async () => {
  const w = await world();
  await recorded(w, 20, 10);
  expect((await get(w.operation('audit_list'), {}, bound)).items.every(({ project }) => project === 'shop')).toBe(true);
  const archived = await get(w.operation('archive_search'), {}, bound);
  expect(revisions(archived)).toEqual([10, 8, 6, 4, 2]);
  await expect(get(w.operation('archive_search'), { project: 'default' }, bound)).rejects.toMatchObject({ code: 'not_found' });
  const entry = { age_ms: 0, code: 'denied', count: 1, actor: 'a', credential: null, remote: null, user_agent: null, method: 'GET', path: '/', subject: null, request_id: 'r' };
  await writeRefusals(w.store.pool, [{ ...entry, project: 'shop' }, { ...entry, project: null }]);
  expect((await get(w.operation('audit_refusals'), {}, bound)).items).toMatchObject([{ number: 1, project: 'shop' }]);
  expect((await get(w.operation('audit_refusals'))).items).toHaveLength(2);
  expect(w.operation('audit_export').project({}, bound)).toBeNull();
});

test('an export holds every row with its seals, from the archive on into what is not sealed yet', async () => {
  const w = await world();
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
  const w = await world();
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
  const w = await world();
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
  const w = await world();
  await recorded(w, 20);
  await w.store.pool.query(tamper);
  expect(await verifyChain((await exported(w)).lines)).toMatchObject({ ok: false, faults: [{ from: 11, to: 15 }] });
});

test('an export whose file is gone, or is another, breaks off and has no end', async () => {
  const w = await world();
  await recorded(w, 30, 20);
  const [name] = [...w.target.files.keys()].filter(name => name.endsWith('.gz')).sort().toReversed();
  w.target.files.set(name!, Buffer.from('something else'));
  const { lines, broken } = await exported(w);
  expect(broken).toBe(true);
  expect(w.failures).toMatchObject([{ message: `${name!} is not the file that was written` }]);
  expect(await verifyChain(lines)).toMatchObject({ ok: false, faults: [{ detail: 'it has no end: lines are missing' }] });
});

test('a reader that is gone ends the export', async () => {
  const w = await world();
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

test('the archive is searched newest first, by kind, name, project and time, some files a call', async () => {
  const w = await world();
  await recorded(w, 40, 40, 5);
  const search = w.operation('archive_search');
  const first = await get(search);
  expect(first.next_page_token).not.toBeNull();
  expect(revisions(first)).toEqual(Array.from({ length: 25 }, (_, i) => 40 - i));
  expect(await everyPage(search, {})).toEqual(Array.from({ length: 40 }, (_, i) => 40 - i));
  expect(await everyPage(search, { limit: 7 })).toEqual(Array.from({ length: 40 }, (_, i) => 40 - i));
  expect(await everyPage(search, { kind: 'endpoint' })).toEqual([39, 36, 33, 30, 27, 24, 21, 18, 15, 12, 9, 6, 3]);
  expect(await everyPage(search, { name: 'name-7' })).toEqual([7]);
  expect(await everyPage(search, { project: 'shop', kind: 'endpoint' })).toEqual([36, 30, 24, 18, 12, 6]);
  expect(await everyPage(search, { kind: 'absent' })).toEqual([]);
  type Row = { revision: number; project: null; at: string; before: unknown; after: unknown };
  const row = (await get<Page<Row>>(search)).items.find(({ revision }) => revision === 37);
  expect(row).toMatchObject({ before: null, after: { name: 'name-37', nothing: null } });
  expect(await everyPage(search, { until: row!.at })).toContain(37);
  expect(await everyPage(search, { since: new Date(Date.now() - 1_000).toISOString() })).toEqual([]);
  expect(await everyPage(search, { until: '2020-01-01T00:00:00Z' })).toEqual([]);
  await expect(get(search, { since: 'yesterday' })).rejects.toMatchObject({ flaws: [{ pointer: 'since' }] });
});

test('a file that cannot be read is named, and the others are searched', async () => {
  const w = await world();
  await recorded(w, 15, 15, 5);
  const name = [...w.target.files.keys()].filter(name => name.endsWith('.gz')).sort()[1]!;
  w.target.files.delete(name);
  const page = await get(w.operation('archive_search'));
  expect(page.unreadable).toEqual([name]);
  expect(revisions(page)).toEqual([15, 14, 13, 12, 11, 5, 4, 3, 2, 1]);
});
