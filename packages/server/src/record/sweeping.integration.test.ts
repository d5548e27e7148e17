import type { Store } from '@miko/store';
import { describe, expect, test } from 'vitest';
import type { ArchiveTarget } from './archive-target.ts';
import { Archiver } from './archiver.ts';
import { ageSeals, FailingTarget, log, numbersOf, sealed, testStores } from './record.test.support.ts';
import { Sealer } from './sealer.ts';

const stores = testStores();
const archiver = (store: Store, target: ArchiveTarget, rows = 100) => new Archiver({ store, target, log, auditDays: 90, rows });
const seal = async (store: Store) => void (await new Sealer(store.lease).runOnce());
const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i + 1);

describe('a legal hold', () => {
  const hold = (store: Store, spec: object) => store.pool.query(`insert into object (id, kind, project, name, spec, revision, created_at, updated_at)
    values ('hld_' || gen_random_uuid(), 'legal_hold', '', 'hold-' || (select count(*) from object), $1, 1, now(), now())`, [JSON.stringify(spec)]);

  test('keeps what matches it, in every project, one, or of one name', async () => {
    const store = await stores.open();
    await sealed(store, 30, 100);
    await hold(store, { kind: 'service', project: 'shop', name: null });
    await hold(store, { kind: 'endpoint', project: null, name: 'name-3' });
    await archiver(store, new FailingTarget()).runOnce();
    expect(await numbersOf(store)).toEqual(upTo(30).filter(n => n === 3 || (n % 2 === 0 && n % 3 !== 0)));
  });

  test('of a project keeps the rows and the tombstone of the project itself', async () => {
    const store = await stores.open();
    await sealed(store, 20, 100);
    await store.pool.query(`update change set kind = 'project', project = '', name = case revision when 4 then 'shop' else 'bank' end where revision in (4, 5)`);
    await store.pool.query('delete from seal where lines > 0');
    await seal(store);
    await ageSeals(store, 100);
    const tombstone = (name: string) => store.pool.query(`insert into object (id, kind, project, name, spec, revision, created_at, updated_at, deleted_at)
      values ($1, 'project', '', $1, '{}', 4, now(), now(), now() - interval '100 days')`, [name]);
    await tombstone('shop');
    await tombstone('bank');
    await hold(store, { kind: 'project', project: 'shop', name: null });
    await archiver(store, new FailingTarget()).runOnce();
    expect(await numbersOf(store)).toEqual([4]);
    expect((await store.pool.query(`select id from object where kind = 'project'`)).rows).toEqual([{ id: 'shop' }]);
  });

  test('lets go of it when it is lifted, in bounded stretches', async () => {
    const store = await stores.open();
    await sealed(store, 60, 100);
    await hold(store, { kind: 'service', project: null, name: null });
    const bounded = archiver(store, new FailingTarget(), 20);
    for (let i = 0; i < 8; i++) await bounded.runOnce();
    expect(await numbersOf(store)).toEqual(upTo(60).filter(n => n % 3 !== 0));
    await store.pool.query(`update object set deleted_at = now() where kind = 'legal_hold'`);
    const removed: number[] = [];
    for (let i = 0; i < 5; i++) removed.push((await bounded.runOnce()).removed);
    expect(Math.max(...removed)).toBeLessThanOrEqual(20);
    expect(await numbersOf(store)).toEqual([]);
  });
});

test('tombstones of objects go when their deletion is in a file, but not those that an endpoint still shows', async () => {
  const store = await stores.open();
  await sealed(store, 10, 100);
  const tombstone = (id: string, kind: string, revision: number, days: number, instance = 'x') => store.pool.query(`insert into object (id, kind, project, name, spec, revision, created_at, updated_at, deleted_at)
    values ($1, $2, 'default', $1, $5, $3, now(), now(), now() - make_interval(days => $4))`, [id, kind, revision, days, JSON.stringify({ service: 'web', instance })]);
  await tombstone('old', 'service', 3, 100);
  await tombstone('young', 'service', 4, 10);
  await tombstone('uncopied', 'service', 11, 100);
  await tombstone('held', 'zone', 5, 100);
  await tombstone('shown', 'endpoint_override', 6, 100, 'web-1');
  await tombstone('moved', 'endpoint_override', 6, 100, 'web-2');
  await store.pool.query(`insert into object (id, kind, project, name, spec, revision, created_at, updated_at) values ('hld', 'legal_hold', '', 'hold', '{"kind": "zone", "project": null, "name": null}', 1, now(), now())`);
  await store.pool.query(`insert into endpoint (project, service, instance, id, owner, probe, document, health, revision)
    values ('default', 'web', 'web-1', 'ep_1', '', '', '{}', 'passing', 2), ('default', 'web', 'web-2', 'ep_2', '', '', '{}', 'passing', 9)`);
  await archiver(store, new FailingTarget()).runOnce();
  const { rows } = await store.pool.query<{ id: string }>(`select id from object where kind <> 'legal_hold' order by id`);
  expect(rows.map(({ id }) => id)).toEqual(['held', 'shown', 'uncopied', 'young']);
});
