import { setTimeout as sleep } from 'node:timers/promises';
import { sql, type Kysely } from 'kysely';
import { Migrator } from 'kysely/migration';
import type pg from 'pg';
import { closeClient, openClient, openPool, statementMs, type Connection } from './client.ts';
import { createKysely, type Tables } from './database.ts';
import { StoreError } from './error.ts';
import { migrations } from './migrations/index.ts';

/** Advisory lock keys; the first number is Miko's own ("miko" in ASCII). */
export const LOCKS = { migrate: [0x6d696b6f, 1], lead: [0x6d696b6f, 2] } as const;
const WAIT_MS = 60_000;

/**
 * Brings the schema to the newest form. Only one Miko does so at a time: a session lock, polled, because a blocking
 * wait would hold a snapshot open and keep `create index concurrently` of a later migration from ending.
 */
export async function migrate(connection: Connection): Promise<void> {
  const client = await openClient(connection, 'miko-migrate');
  // A migration may take longer than anything else has leave to.
  const pool = openPool(connection, 'miko-migrate', 1, statementMs.migration);
  try {
    await lock(client);
    const { error } = await new Migrator({
      db: createKysely(pool.pool),
      provider: { getMigrations: () => Promise.resolve({ ...migrations }) },
      migrationTableName: 'schema_migration',
      migrationLockTableName: 'schema_migration_lock',
    }).migrateToLatest();
    if (error !== undefined) throw new StoreError('corrupt', 'the schema could not be brought to the newest form', error);
  } finally {
    await pool.end();
    await closeClient(client);
  }
}

/** Refuses what would break the promises: a server too old, or one that acknowledges before the disk has it. */
export async function checkServer(db: Kysely<Tables>): Promise<string> {
  const { rows } = await sql<{ version: number; name: string; fsync: string; commit: string; isolation: string; read_only: string }>`
    select current_setting('server_version_num')::int as version, current_setting('server_version') as name,
      current_setting('fsync') as fsync, current_setting('synchronous_commit') as commit,
      current_setting('default_transaction_isolation') as isolation, current_setting('transaction_read_only') as read_only`.execute(db);
  const found = rows[0]!;
  if (found.version < 150_000) throw new StoreError('corrupt', `PostgreSQL 15 or newer is needed, this is ${found.name}`);
  if (found.fsync !== 'on') throw new StoreError('corrupt', 'PostgreSQL runs with fsync off: an acknowledged write could be lost');
  if (found.commit === 'off') throw new StoreError('corrupt', 'PostgreSQL runs with synchronous_commit off: an acknowledged write could be lost');
  // What counts the revisions must see, after its wait for the counter, what others committed meanwhile.
  if (found.isolation !== 'read committed') throw new StoreError('corrupt', `PostgreSQL must have default_transaction_isolation 'read committed', not '${found.isolation}'`);
  if (found.read_only === 'on') throw new StoreError('corrupt', 'PostgreSQL takes no writes here: it is a standby, or default_transaction_read_only is on');
  return found.name;
}

async function lock(client: pg.Client): Promise<void> {
  for (const end = Date.now() + WAIT_MS; ; await sleep(100)) {
    const { rows } = await client.query<{ got: boolean }>('select pg_try_advisory_lock($1, $2) as got', [...LOCKS.migrate]);
    if (rows[0]!.got) return;
    if (Date.now() > end) throw new StoreError('occupied', 'another Miko has been migrating the schema for a minute');
  }
}
