import type pg from 'pg';
import { expect, test } from 'vitest';
import { deregister, endSession, register } from './record-operations.ts';
import { pruneQuery } from './sessions.ts';
import { by, opened, registration, service, shiftClock, testClient, testReplica, testServer, type Replica } from './store.test.support.ts';
import { readChanges } from './tail.ts';

const database = testServer({ services: ['web', 'mail'] });
const DAY = 86_400;
type World = Replica & { client: pg.Client };

async function world(): Promise<World> {
  const connection = await database.database();
  return { ...(await testReplica(connection)), client: await testClient(connection) };
}

/** Everything written so far is so much older. */
const age = async ({ client }: World, seconds: number): Promise<void> => {
  await client.query('update change set at = at - make_interval(secs => $1)', [seconds]);
  await client.query('update endpoint set gone_at = gone_at - make_interval(secs => $1)', [seconds]);
  await client.query('update session set ended_at = ended_at - make_interval(secs => $1)', [seconds]);
};
const prune = async ({ client }: World): Promise<number> => (await client.query<{ pruned: number }>(pruneQuery, [DAY])).rows[0]!.pruned;
const horizon = async ({ client }: World): Promise<number> => (await client.query<{ horizon: number }>('select horizon from counter')).rows[0]!.horizon;
const remove = ({ store }: World, instance: string, service = 'web') =>
  store.write(deregister, { project: 'default', service, instance, session: null, actor: 'tok_test' });
const add = ({ store }: World, instance: string, service = 'web') => store.write(register, { ...registration(null, instance), service });
const instances = async ({ client }: World) => (await client.query<{ instance: string }>('select instance from endpoint order by instance')).rows.map(row => row.instance);
const declare = ({ store }: World, name: string) => store.writeObject(by, async () => service(name));

test('what is younger than the age that is kept stays', async () => {
  const w = await world();
  await add(w, 'web-1');
  await remove(w, 'web-1');
  await age(w, DAY - 60);
  expect(await prune(w)).toBe(0);
  expect(await horizon(w)).toBe(0);
  expect(await readChanges(w.store.pool, 0)).toHaveLength(2);
});

test('the horizon moves past old changes, which stay until they are archived', async () => {
  const w = await world();
  await add(w, 'web-1');
  await declare(w, 'one');
  await add(w, 'web-2');
  await age(w, DAY + 60);
  await add(w, 'web-3');
  expect(await prune(w)).toBe(3);
  expect(await horizon(w)).toBe(3);
  const { rows } = await w.client.query('select revision, kind from change order by revision');
  expect(rows).toEqual([{ revision: 1, kind: 'endpoint' }, { revision: 2, kind: 'service' }, { revision: 3, kind: 'endpoint' }, { revision: 4, kind: 'endpoint' }]);
  expect(await readChanges(w.store.pool, 2)).toBeNull();
  expect(await readChanges(w.store.pool, 3)).toHaveLength(1);
  expect(await instances(w)).toEqual(['web-1', 'web-2', 'web-3']);
  expect(await prune(w)).toBe(0);
});

test('old tombstones go, but the last of a service stays and says why it is empty, until something newer does', async () => {
  const w = await world();
  for (const name of ['web-1', 'web-2']) await add(w, name);
  for (const name of ['web-2', 'web-1']) await remove(w, name);
  await add(w, 'mail-1', 'mail');
  await remove(w, 'mail-1', 'mail');
  await age(w, DAY + 60);
  await prune(w);
  expect(await instances(w)).toEqual(['mail-1', 'web-1']);
  await add(w, 'web-3');
  await prune(w);
  expect(await instances(w)).toEqual(['mail-1', 'web-3']);
});

test('a tombstone whose instance came back is an endpoint again', async () => {
  const w = await world();
  await add(w, 'web-1');
  await remove(w, 'web-1');
  await add(w, 'web-2');
  await age(w, DAY + 60);
  expect(await add(w, 'web-1')).toMatchObject({ outcome: 'created' });
  await prune(w);
  expect(await instances(w)).toEqual(['web-1', 'web-2']);
});

test('sessions that ended long ago go, those that live stay', async () => {
  const w = await world();
  const [one, two] = [await opened(w.store, 'a'), await opened(w.store, 'b')];
  await w.store.write(endSession, { session: one.id, cause: 'departed', grace: null });
  await age(w, DAY + 60);
  await prune(w);
  expect((await w.client.query('select id from session')).rows).toEqual([{ id: two.id }]);
});

test('goes on over any number of changes, a bounded stretch at a time', async () => {
  const w = await world();
  const ROWS = 45_000;
  await w.client.query(`insert into change (revision, at, kind, operation, project, name, subject)
    select r, now() - interval '3 days', case when r % 10 = 0 then 'endpoint' else 'service' end, 'create', 'default', 'x', 'x' from generate_series(1, $1::bigint) r`, [ROWS]);
  await w.client.query('update counter set revision = $1', [ROWS]);
  const moved = [await prune(w), await prune(w), await prune(w), await prune(w)];
  expect(moved).toEqual([20_000, 20_000, 5_000, 0]);
  expect(await horizon(w)).toBe(ROWS);
  expect((await w.client.query<{ n: number }>('select count(*)::int as n from change')).rows).toEqual([{ n: ROWS }]);
});

test('what is judged by the clock of leases is that alone: a shifted clock prunes no change', async () => {
  const w = await world();
  await add(w, 'web-1');
  await shiftClock(w.client, 10 * DAY);
  expect(await prune(w)).toBe(0);
});
