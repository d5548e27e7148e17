import { readFileSync } from 'node:fs';
import { describe, expect, onTestFinished, test } from 'vitest';
import { closeClient, openClient, openPool } from './client.ts';
import { isUnavailable } from './error.ts';
import { register } from './record-operations.ts';
import { Store } from './store.ts';
import { registration, testClient, testServer, testStore } from './store.test.support.ts';

const database = testServer({ services: ['web'] });

/** Stops the server with all its backends, as a machine that is cut off: nobody is told. */
function freeze(): () => void {
  const { pid } = database.server;
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').map(Number);
  const all = [pid, ...children];
  for (const one of all) process.kill(one, 'SIGSTOP');
  const thaw = () => {
    for (const one of all.splice(0)) process.kill(one, 'SIGCONT');
  };
  onTestFinished(thaw);
  return thaw;
}

async function timed<T>(work: Promise<T>): Promise<{ ms: number; error: unknown }> {
  const began = performance.now();
  const error = await work.then(() => null, (reason: unknown) => reason);
  return { ms: performance.now() - began, error };
}

test('a server that has gone silent keeps nobody waiting: not who asks, not who connects, not who closes', async () => {
  const connection = await database.database();
  const [asking, idle] = [await openClient(connection, 'test', 100), await openClient(connection, 'test', 100)];
  const pool = openPool(connection, 'test', 2, 100);
  await pool.pool.query('select 1');
  const other = openPool(connection, 'test', 2, 100);
  await other.pool.query('select 1');
  const store = testStore(connection);
  await store.write(register, registration(null, 'web-1'));
  const thaw = freeze();
  const [asked, connected, written, closed, ended, pooled] = await Promise.all([
    timed(asking.query('select 1')),
    timed(openClient(connection, 'test')),
    timed(new Store(connection).write(register, registration(null, 'web-1'))),
    timed(closeClient(idle)),
    timed(other.end()),
    timed(pool.pool.query('select 1')),
  ]);
  thaw();
  for (const { error } of [asked, connected, written, pooled]) expect(isUnavailable(error)).toBe(true);
  for (const { error } of [closed, ended]) expect(error).toBeNull();
  for (const { ms } of [asked, pooled]) expect(ms).toBeLessThan(4_500);
  for (const { ms } of [connected, written]) expect(ms).toBeLessThan(8_000);
  for (const { ms } of [closed, ended]) expect(ms).toBeLessThan(3_000);
  // It was only silent; nobody has to lend a hand.
  expect(await store.write(register, registration(null, 'web-1'))).toMatchObject({ outcome: 'same' });
  await pool.end();
});

describe('the server', () => {
  test('gives up a statement that takes too long', async () => {
    const client = await openClient(await database.database(), 'test', 100);
    const { error, ms } = await timed(client.query('select pg_sleep(20)'));
    expect(isUnavailable(error)).toBe(true);
    expect(ms).toBeLessThan(4_000);
    expect((await client.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
    await closeClient(client);
  });

  test('takes the counter back from a Miko that stands still in the middle of a transaction', async () => {
    const connection = await database.database();
    const stuck = await testClient(connection);
    await stuck.query('begin; select miko_lock_counter()');
    const { error, ms } = await timed(testStore(connection).write(register, registration(null, 'web-1')));
    expect(error).toBeNull();
    expect(ms).toBeLessThan(9_000);
  });
});
