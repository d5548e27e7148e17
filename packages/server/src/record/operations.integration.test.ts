import type { Actor } from '@miko/model';
import { writeRefusals, type Store } from '@miko/store';
import { expect, test } from 'vitest';
import type { Operation, Request } from '../api/operation.ts';
import { recorded, world } from './operations.test.support.ts';
import { admin, run, testStores, writeChanges } from './record.test.support.ts';

const stores = testStores();
const bound: Actor = { ...admin, id: 'tok_shop', credential: 'tok_shop', project: 'shop' };

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

/** A project as it stands, made so many days ago. */
const project = (store: Store, name: string, days: number) => store.pool.query(`insert into object (id, kind, project, name, spec, revision, created_at, updated_at)
  values ('prj_' || $1, 'project', '', $1, '{}', 1, now() - make_interval(days => $2), now())`, [name, days]);

test('the list of changes pages, and its tokens are of that list alone', async () => {
  const w = await world(stores);
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

test('a kind or a code that there is not is refused, and those there are named', async () => {
  const w = await world(stores);
  for (const [id, name, known] of [['audit_list', 'kind', ['service', 'legal_hold', 'endpoint', 'session']], ['archive_search', 'kind', ['token', 'session']], ['audit_refusals', 'code', ['denied', 'secret_shown', 'dropped']]] as const) {
    for (const value of known) expect((await get(w.operation(id), { [name]: value })).items).toEqual([]);
    for (const value of ['absent', 'services', '']) {
      const detail = expect.stringMatching(new RegExp(`^must be one of .*${known.join('.*')}`)) as string;
      await expect(get(w.operation(id), { [name]: value })).rejects.toMatchObject({ code: 'invalid_request', flaws: [{ pointer: name, code: 'not_one_of', detail }] });
    }
  }
});

test('a credential bound to a project is shown that one alone, in every list, and no export', async () => {
  const w = await world(stores);
  await recorded(w, 20, 10);
  await project(w.store, 'shop', 1_000);
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

test('who is bound to a project learns nothing of an older one of the same name', async () => {
  const w = await world(stores);
  await recorded(w, 20, 20, 10);
  await writeChanges(w.store, 10, 0, 21);
  const entry = { code: 'denied', count: 1, actor: 'a', credential: null, remote: null, user_agent: null, method: 'GET', path: '/', subject: null, request_id: 'r', project: 'shop' };
  await writeRefusals(w.store.pool, [{ ...entry, age_ms: 60 * 86_400_000 }, { ...entry, age_ms: 0 }]);
  const shown = async () => [
    revisions(await get(w.operation('audit_list'), {}, bound)), revisions(await get(w.operation('archive_search'), {}, bound)),
    (await get<Page<{ number: number }>>(w.operation('audit_refusals'), {}, bound)).items.map(({ number }) => number),
  ];
  await expect(shown()).rejects.toMatchObject({ code: 'not_found' });
  // Its creation is in the archive alone: its time tells.
  await project(w.store, 'shop', 50);
  expect(await shown()).toEqual([[30, 28, 26, 24, 22], [], [2]]);
  // Made at the same moment as the rows of the older one: its revision tells.
  await w.store.pool.query(`update object set created_at = now() - interval '200 days' where name = 'shop'`);
  expect(await shown()).toEqual([[30, 28, 26, 24, 22], [20, 18, 16, 14, 12, 10, 8, 6, 4, 2], [2, 1]]);
  await w.store.pool.query(`update change set kind = 'project', operation = 'create', project = '', name = 'shop', subject = 'prj_shop' where revision = 25`);
  expect(await shown()).toEqual([[30, 28, 26, 25], [], [2, 1]]);
  // Who is bound to none sees them all.
  expect(revisions(await get(w.operation('archive_search'), { project: 'shop', limit: 3 }))).toEqual([20, 18, 16]);
});

test('two calls read the archive at once, and a third is told to come again', async () => {
  const w = await world(stores);
  await recorded(w, 10, 10);
  let open = (): void => {};
  const opened = new Promise<void>(resolve => { open = resolve; });
  const read = w.target.get.bind(w.target);
  w.target.get = async name => {
    await opened;
    return await read(name);
  };
  const search = w.operation('archive_search');
  const two = [get(search), get(search)];
  await expect(get(search)).rejects.toMatchObject({ code: 'overloaded' });
  open();
  expect((await Promise.all(two)).map(page => page.items.length)).toEqual([10, 10]);
  expect((await get(search)).items).toHaveLength(10);
});

test('the archive is searched newest first, by kind, name, project and time, some files a call', async () => {
  const w = await world(stores);
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
  expect(await everyPage(search, { kind: 'token' })).toEqual([]);
  type Row = { revision: number; project: null; at: string; before: unknown; after: unknown };
  const row = (await get<Page<Row>>(search)).items.find(({ revision }) => revision === 37);
  expect(row).toMatchObject({ before: null, after: { name: 'name-37', nothing: null } });
  expect(await everyPage(search, { until: row!.at })).toContain(37);
  expect(await everyPage(search, { since: new Date(Date.now() - 1_000).toISOString() })).toEqual([]);
  expect(await everyPage(search, { until: '2020-01-01T00:00:00Z' })).toEqual([]);
  for (const since of ['yesterday', '2026-02-30T00:00:00Z', '2026-02-29T00:00:00+01:00', '2026-04-31T12:00:00Z', '2026-01-01T24:00:00Z', '2026-13-01T00:00:00Z']) {
    await expect(get(search, { since })).rejects.toMatchObject({ code: 'invalid_request', flaws: [{ pointer: 'since' }] });
  }
  for (const since of ['2028-02-29T23:59:59.5-11:00', '2026-12-31T23:00:00-02:00']) expect(await everyPage(search, { since })).toEqual([]);
});

test('a file that cannot be read is named, and the others are searched', async () => {
  const w = await world(stores);
  await recorded(w, 15, 15, 5);
  const name = [...w.target.files.keys()].filter(name => name.endsWith('.gz')).sort()[1]!;
  w.target.files.delete(name);
  const page = await get(w.operation('archive_search'));
  expect(page.unreadable).toEqual([name]);
  expect(revisions(page)).toEqual([15, 14, 13, 12, 11, 5, 4, 3, 2, 1]);
});
