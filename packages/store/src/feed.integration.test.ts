import { expect, test } from 'vitest';
import { register } from './record-operations.ts';
import { backendOf, document, eventually, opened, registration, testClient, testReplica, testServer } from './store.test.support.ts';
import { readChanges } from './tail.ts';

const database = testServer({ services: ['web'] });

test('what one Miko commits another one is told of, long before it would look', async () => {
  const connection = await database.database();
  const [one, other] = [await testReplica(connection), await testReplica(connection)];
  const client = await testClient(connection);
  await eventually('two listeners', async () => {
    const { rows } = await client.query(`select from pg_stat_activity where application_name = 'miko-listen' and datname = current_database() and query like 'listen%'`);
    return rows.length === 2 || undefined;
  });
  const took: number[] = [];
  for (let i = 1; i <= 20; i++) {
    const began = performance.now();
    const { revision } = await one.store.write(register, registration(null, 'web-1', { port: i }));
    expect(await other.feed.reached(revision!, 5_000)).toBe(true);
    took.push(performance.now() - began);
  }
  // The net alone would take 250 ms in the mean.
  expect(took.toSorted((a, b) => a - b)[10]).toBeLessThan(100);
  expect(other.revisions).toEqual(one.revisions);
});

test('without a listening connection it looks for itself, and gets one again', async () => {
  const connection = await database.database();
  const [one, other] = [await testReplica(connection), await testReplica(connection)];
  const client = await testClient(connection);
  for (let round = 1; round <= 2; round++) {
    await backendOf(client, 'miko-listen');
    await client.query(`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'miko-listen' and datname = current_database()`);
    const { revision } = await one.store.write(register, registration(null, 'web-1', { port: round }));
    expect(await other.feed.reached(revision!, 5_000)).toBe(true);
  }
  await backendOf(client, 'miko-listen');
});

test('a change that was read later carries the record as its own revision left it, or says that a later one does', async () => {
  const connection = await database.database();
  const one = await testReplica(connection);
  const session = await opened(one.store, 'a');
  await one.store.write(register, registration(session, 'web-1', { port: 1 }));
  await one.store.write(register, registration(session, 'web-2', { port: 2 }));
  await one.store.write(register, registration(session, 'web-1', { port: 3, labels: { z: '1', a: '2' } }));
  await opened(one.store, 'a');
  const other = await testReplica(connection);
  const client = await testClient(connection);
  // As if it had stood before all of them.
  await other.feed.close();
  const changes = (await readChanges(other.store.pool, 0))!;
  expect(changes.map(change => change.type)).toEqual(['session', 'superseded', 'endpoint', 'endpoint', 'session']);
  expect(changes[0]).toMatchObject({ record: { id: session.id, state: 'fenced', openedAt: session.openedAt, expiresAt: session.expiresAt } });
  const offered = one.changes.filter(change => change.revision >= 3 && change.revision <= 4);
  expect(changes.slice(2, 4)).toEqual(offered);
  expect(JSON.stringify(changes[3])).toContain(JSON.stringify(document({ port: 3, labels: { a: '2', z: '1' } })));
  await client.query('delete from change');
  expect(await readChanges(other.store.pool, 0)).toBeNull();
  expect(await readChanges(other.store.pool, 5)).toEqual([]);
});

test('a replica that slept while changes were pruned starts anew, also when not one of them is left', async () => {
  const connection = await database.database();
  const [one, other] = [await testReplica(connection), await testReplica(connection)];
  const session = await opened(one.store, 'a');
  expect(await other.feed.reached(session.generation, 5_000)).toBe(true);
  const client = await testClient(connection);
  // All at once, so that the other cannot read them before they are gone.
  await client.query('begin');
  await client.query(`select miko_open_sessions(array['ses_' || o], '{default}', array[o], array[o], '{60}', '{tok}', '{null}', '{null}', '{null}', 500) from unnest(array['b', 'c']) o`);
  await client.query('delete from change');
  await client.query('update counter set horizon = revision');
  await client.query('commit');
  for (const { feed } of [one, other]) await eventually('the end of the changes', () => feed.revision === 3 || undefined);
  expect([one.reloads, other.reloads]).toEqual([1, 1]);
});
