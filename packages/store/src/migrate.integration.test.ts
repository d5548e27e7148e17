import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openClient, type Connection } from './client.ts';
import { installedPackage, usableBinaries } from './embedded/binaries.ts';
import { clusterFolder, openCluster, superuser } from './embedded/initialise.ts';
import { environment } from './embedded/run.ts';
import { runUser } from './embedded/run-user.ts';
import { migrations } from './migrations/index.ts';
import { Store } from './store.ts';
import { eventually, testClient, testServer, testStore } from './store.test.support.ts';

const database = testServer();

async function emptyDatabase(): Promise<Connection> {
  const { connection } = database.server;
  const admin = await testClient(connection);
  const name = `empty_${process.hrtime.bigint()}`;
  await admin.query(`create database ${name}`);
  return { ...connection, database: name };
}

describe('the schema', () => {
  test('is made once by several Mikos that start at the same moment', async () => {
    const connection = await emptyDatabase();
    const stores = Array.from({ length: 3 }, () => testStore(connection));
    expect(new Set(await Promise.all(stores.map(store => store.prepare()))).size).toBe(1);
    const client = await testClient(connection);
    const { rows } = await client.query<{ name: string }>('select name from schema_migration order by name');
    expect(rows.map(row => row.name)).toEqual(Object.keys(migrations));
    expect((await client.query('select revision, horizon from counter')).rows).toEqual([{ revision: 0, horizon: 0 }]);
    const snapshots = await Promise.all(stores.map(store => store.load(() => {})));
    expect(new Set(snapshots.map(({ installation }) => installation)).size).toBe(1);
    // Again on what exists.
    await Promise.all(stores.map(store => store.prepare()));
  });

  test('is begun again by another Miko when the first one dies in the middle', async () => {
    const connection = await emptyDatabase();
    const [one, other] = [testStore(connection), testStore(connection)];
    const client = await testClient(connection);
    const first = one.prepare().catch((error: unknown) => error);
    await eventually('the first to begin', async () => {
      const { rows } = await client.query(`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'miko-migrate' and datname = current_database()`);
      return rows.length > 0 || undefined;
    });
    await first;
    await other.prepare();
    expect((await other.load(() => {})).revision).toBe(0);
  });
});

describe('a server that would break what Miko promises is refused', () => {
  test.each([
    ['synchronous_commit', 'off', /synchronous_commit off: an acknowledged write could be lost/],
    ['default_transaction_isolation', '\'repeatable read\'', /must have default_transaction_isolation 'read committed', not 'repeatable read'/],
    ['default_transaction_read_only', 'on', /takes no writes/],
  ])('by %s = %s', async (name, value, message) => {
    const connection = await emptyDatabase();
    const client = await testClient(connection);
    await client.query(`alter database ${(connection as { database: string }).database} set ${name} = ${value}`);
    await expect(testStore(connection).prepare()).rejects.toMatchObject({ code: 'corrupt', message: expect.stringMatching(message) });
    expect((await client.query(`select from pg_class where relname = 'counter'`)).rows).toEqual([]);
  });

  test('by fsync = off', async () => {
    const connection = await withoutFsync();
    const store = new Store(connection);
    await expect(store.prepare()).rejects.toMatchObject({ code: 'corrupt', message: expect.stringMatching(/fsync off: an acknowledged write could be lost/) });
    await store.close();
  });
});

/** The same binaries by hand: a server started by Miko cannot have it off. */
async function withoutFsync(): Promise<Connection> {
  const top = mkdtempSync(join(tmpdir(), 'miko-fsync-'));
  const dataDir = join(top, 'data');
  const user = runUser(clusterFolder(dataDir));
  mkdirSync(dataDir, { mode: 0o700 });
  const binaries = await usableBinaries(installedPackage(), user, user.spawnAs.uid === undefined ? join(dataDir, 'binaries') : '/var/lib/miko');
  const { folder, password } = await openCluster(dataDir, binaries, user);
  const host = user.own(mkdtempSync('/tmp/miko-off-'));
  const settings = { fsync: 'off', listen_addresses: '', unix_socket_directories: host };
  const child = spawn(binaries.postgres, ['-D', '/proc/self/cwd', ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])], {
    ...user.spawnAs, cwd: folder, env: environment, stdio: 'ignore',
  });
  onTestFinished(async () => {
    child.kill('SIGQUIT');
    await eventually('its end', () => child.exitCode ?? child.signalCode ?? undefined);
    for (const path of [top, host]) rmSync(path, { recursive: true, force: true });
  });
  const connection = { host, user: superuser, password, database: 'postgres' };
  const client = await eventually('a connection', () => openClient(connection, 'test').catch(() => undefined));
  await client.end();
  return connection;
}
