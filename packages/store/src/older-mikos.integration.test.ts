import { newId } from '@miko/model';
import { Migrator } from 'kysely/migration';
import { describe, expect, test } from 'vitest';
import type pg from 'pg';
import { openPool, type Connection } from './client.ts';
import { createKysely } from './database.ts';
import { migrations } from './migrations/index.ts';
import { by, codeOf, create, lockedCounter, service, testClient, testServer, testStore } from './store.test.support.ts';

/** A fleet is brought to a new version one Miko at a time: those of before go on with the database of after. */

const database = testServer();

/** As the first release left it. */
async function olderDatabase(): Promise<Connection> {
  const { connection } = database.server;
  const name = `older_${process.hrtime.bigint()}`;
  await (await testClient(connection)).query(`create database ${name}`);
  const made = { ...connection, database: name };
  const pool = openPool(made, 'test', 1);
  const { error } = await new Migrator({
    db: createKysely(pool.pool),
    provider: { getMigrations: () => Promise.resolve(Object.fromEntries(Object.entries(migrations).slice(0, 2))) },
    migrationTableName: 'schema_migration',
    migrationLockTableName: 'schema_migration_lock',
  }).migrateToLatest();
  await pool.end();
  expect(error).toBeUndefined();
  return made;
}

interface Named {
  readonly kind: string;
  readonly project: string | null;
  readonly name: string;
}

/** What a Miko of before calls. */
const before = (client: pg.Client) => ({
  async write(operation: 'create' | 'update' | 'delete', object: Named): Promise<number> {
    const document = { id: `${object.kind}-${object.name}`, spec: {}, status: {}, ...object };
    const { rows } = await client.query<{ revision: number }>(
      `select revision from miko_write_object($1, $2::jsonb, $3::jsonb, null, 'tok', 'req')`, [operation, document, operation === 'create' ? null : document],
    );
    return rows[0]!.revision;
  },
  open: (project: string) => client.query(
    `select revision from miko_open_sessions(array[$1], array[$2], '{a}', '{a}', '{60}', '{tok}', 500)`, [newId('ses'), project],
  ),
  register: (service: string) => client.query<{ outcome: string; revision: number | null }>(
    `select outcome, revision from miko_register('{default}', array[$1], '{web-1}', array[$2], '{null}', '{tok}', '{x}', '{"{}"}', '{passing}', '{null}')`, [service, newId('ep')],
  ),
});

const usageOf = async (client: pg.Client): Promise<unknown> =>
  (await client.query('select kind, project, count from usage where count > 0 order by kind, project, count')).rows.map(row => Object.values(row as object).join(' '));

const project: Named = { kind: 'project', project: null, name: 'default' };
const web: Named = { kind: 'service', project: 'default', name: 'web' };

describe('a Miko of before', () => {
  test('goes on writing, and what it writes is counted', async () => {
    const connection = await olderDatabase();
    const [client, store] = [await testClient(connection), testStore(connection)];
    const old = before(client);
    await old.write('create', project);
    await old.write('create', web);
    await old.write('create', { ...web, name: 'gone' });
    await old.write('delete', { ...web, name: 'gone' });
    await store.prepare();
    expect(await usageOf(client)).toEqual(['project  1', 'service default 1']);
    await old.write('create', { ...web, name: 'mail' });
    await old.write('update', { ...web, name: 'mail' });
    expect(await codeOf(create(store, 'shop', {}, 3))).toBe('done');
    expect(await codeOf(create(store, 'bank', {}, 3))).toBe('quota');
    await old.write('delete', { ...web, name: 'mail' });
    expect(await usageOf(client)).toEqual(['project  1', 'service default 2']);
    expect((await old.open('default')).rows).toHaveLength(1);
    expect((await old.register('web')).rows).toMatchObject([{ outcome: 'created' }]);
    expect((await old.register('mail')).rows).toEqual([{ outcome: 'not_found', revision: null }]);
    expect((await client.query('select k.revision = (select count(*) from change) as whole from counter k')).rows).toEqual([{ whole: true }]);
  });

  test('is counted also where its call waits while the schema is brought up', async () => {
    const connection = await olderDatabase();
    const [client, store] = [await testClient(connection), testStore(connection)];
    await before(client).write('create', project);
    const lock = await lockedCounter(connection);
    const preparing = store.prepare();
    await lock.waiting(1);
    const written = before(client).write('create', web);
    await lock.waiting(2);
    await lock.letGo();
    await preparing;
    expect(await written).toBe(2);
    expect(await usageOf(client)).toEqual(['project  1', 'service default 1']);
    await store.writeObject(by, async tx => ({ operation: 'delete', before: (await tx.find('service', 'default', 'web'))! }));
    expect(await usageOf(client)).toEqual(['project  1']);
    expect(await codeOf(store.writeObject(by, async () => service('web')))).toBe('done');
  });
});
