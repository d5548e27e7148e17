import { expect, test } from 'vitest';
import { endSession } from './record-operations.ts';
import { backendOf, eventually, opened, testClient, testServer, testStore } from './store.test.support.ts';

const database = testServer();

test('of all who try at once exactly one holds it, and holding it again is no question', async () => {
  const connection = await database.database();
  const stores = Array.from({ length: 4 }, () => testStore(connection));
  const got = await Promise.all(stores.map(store => store.lease.tryAcquire()));
  expect(got.filter(Boolean)).toHaveLength(1);
  const leader = stores[got.indexOf(true)]!;
  expect(await leader.lease.tryAcquire()).toBe(true);
  expect(stores.map(store => store.lease.held)).toEqual(got);
});

test('who does not hold it may not act by it', async () => {
  const connection = await database.database();
  const [one, other] = [testStore(connection), testStore(connection)];
  await one.lease.tryAcquire();
  await other.lease.tryAcquire();
  const session = await opened(one, 'a');
  await expect(other.lease.query({ text: 'select 1' })).rejects.toMatchObject({ code: 'conflict' });
  await expect(other.writeAsLeader(endSession, [{ session: session.id, cause: 'expired', grace: null }])).rejects.toMatchObject({ code: 'conflict' });
  expect(await one.writeAsLeader(endSession, [{ session: session.id, cause: 'expired', grace: null }])).toMatchObject([{ outcome: 'ended' }]);
});

test('a killed connection loses it before anything else can be done by it; another one takes it', async () => {
  const connection = await database.database();
  const [one, other] = [testStore(connection), testStore(connection)];
  const client = await testClient(connection);
  await one.lease.tryAcquire();
  expect(await other.lease.tryAcquire()).toBe(false);
  await client.query('select pg_terminate_backend($1)', [await backendOf(client, 'miko-lead')]);
  const late = await one.lease.query({ text: 'select 1' }).catch((error: { code: string }) => error.code);
  expect(['unavailable', 'conflict']).toContain(late);
  expect(one.lease.held).toBe(false);
  await eventually('the other to lead', async () => (await other.lease.tryAcquire()) || undefined);
  expect(await one.lease.tryAcquire()).toBe(false);
  await expect(one.lease.query({ text: 'select 1' })).rejects.toMatchObject({ code: 'conflict' });
});

test('a killed connection is noticed also while nothing is asked of it', async () => {
  const connection = await database.database();
  const one = testStore(connection);
  const client = await testClient(connection);
  await one.lease.tryAcquire();
  await client.query('select pg_terminate_backend($1)', [await backendOf(client, 'miko-lead')]);
  await eventually('the loss to be seen', () => !one.lease.held || undefined);
  await eventually('it to lead again', async () => (await one.lease.tryAcquire()) || undefined);
});

test('a statement that is wrong does not lose it', async () => {
  const one = testStore(await database.database());
  await one.lease.tryAcquire();
  await expect(one.lease.query({ text: 'select nonsense' })).rejects.toThrow('nonsense');
  expect(one.lease.held).toBe(true);
  expect(await one.lease.query({ text: 'select 1 as one' })).toEqual([{ one: 1 }]);
});

test('who lets go of it leaves it to the next at once', async () => {
  const connection = await database.database();
  const [one, other] = [testStore(connection), testStore(connection)];
  await one.lease.tryAcquire();
  await one.lease.release();
  expect(one.lease.held).toBe(false);
  await eventually('the other to lead', async () => (await other.lease.tryAcquire()) || undefined, 1_000);
});
