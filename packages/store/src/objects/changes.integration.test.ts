import { expect, test } from 'vitest';
import { readObjectChanges } from './changes.ts';
import { register } from '../record-operations.ts';
import { by, registration, service, testClient, testServer, testStore } from '../store.test.support.ts';

const database = testServer({ services: ['mail'] });

async function world() {
  const connection = await database.database();
  const store = testStore(connection);
  const create = async (name: string, more: object = {}) => (await store.writeObject(by, async () => service(name, more)))!.object;
  const after = (revision: number, most = 100, project: string | null = 'default', kind = 'service') => readObjectChanges(store.pool, { kind, project, after: revision, most });
  return { store, create, after, client: await testClient(connection) };
}

test('every change of the objects of a kind in a project, in order, as it was written', async () => {
  const { store, create, after } = await world();
  const web = await create('web');
  await create('elsewhere', { project: 'bank' });
  await store.write(register, { ...registration(null, 'mail-1'), service: 'mail' });
  const zone = await create('z', { kind: 'zone', project: null });
  const { object: next } = (await store.writeObject(by, async () => ({ operation: 'update', before: web, spec: { n: 1 }, changed: ['/spec/n'] })))!;
  await store.writeObject(by, async () => ({ operation: 'delete', before: next }));
  const all = (await after(0))!;
  expect(all.upTo).toBe(6);
  expect(all.changes.map(({ revision, deleted, object }) => [revision, deleted, object.name, object.revision])).toEqual([[1, false, 'web', 1], [5, false, 'web', 5], [6, true, 'web', 6]]);
  expect(all.changes[1]!.object).toMatchObject({ id: web.id, spec: { n: 1 }, createdAt: web.createdAt });
  expect(await after(5)).toMatchObject({ changes: [{ revision: 6, deleted: true, object: { id: web.id, spec: { n: 1 } } }], upTo: 6 });
  expect(await after(6)).toEqual({ changes: [], upTo: 6 });
  expect((await after(0, 100, null, 'zone'))!.changes).toEqual([{ revision: 4, deleted: false, object: zone }]);
});

test('looks at a bounded stretch, and says how far it came', async () => {
  const { create, after } = await world();
  for (const [i, project] of ['bank', 'bank', 'default', 'bank', 'default'].entries()) await create(`s-${i}`, { project });
  expect(await after(0, 2)).toEqual({ changes: [], upTo: 2 });
  expect(await after(2, 2)).toMatchObject({ changes: [{ revision: 3 }], upTo: 4 });
  expect(await after(4, 2)).toMatchObject({ changes: [{ revision: 5 }], upTo: 5 });
});

test('says that nothing is certain before the horizon', async () => {
  const { create, after, client } = await world();
  for (const name of ['a', 'b', 'c']) await create(name);
  await client.query('update counter set horizon = 2');
  expect(await after(1)).toBeNull();
  expect((await after(2))!.changes).toHaveLength(1);
});

test('walks the index over kinds, however many endpoints change in between', async () => {
  const { create, after, client } = await world();
  await create('web');
  await client.query(`insert into change (revision, kind, operation, project, service, name, subject) select r, 'endpoint', 'register', 'default', 'web', 'x', 'x' from generate_series(2, 50000) r`);
  await client.query('update counter set revision = 50000; analyze change');
  expect(await after(0)).toMatchObject({ changes: [{ revision: 1 }], upTo: 50_000 });
  const { rows } = await client.query<{ 'QUERY PLAN': string }>(`explain select before from change where kind = 'service' and kind <> 'endpoint' and revision > 0 order by revision limit 100`);
  expect(rows.map(row => row['QUERY PLAN']).join('\n')).toMatch(/Index Scan using change_kind/);
});

test('rejects with what the store says where there is no database', async () => {
  const { store, after } = await world();
  await store.close();
  await expect(after(0)).rejects.toMatchObject({ name: 'StoreError', code: 'unavailable' });
});
