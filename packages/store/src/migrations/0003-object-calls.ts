import { randomBytes } from 'node:crypto';
import { sql, type Kysely } from 'kysely';
import { claimKey, pruneClaims } from './0003-object-calls/claims.ts';
import { countObject, countTriggers, inUse, writeObjects } from './0003-object-calls/objects.ts';
import { register, registerBefore } from './0003-object-calls/registrations.ts';
import { openSession } from './0003-object-calls/sessions.ts';

/**
 * What a call leaves behind: who made it, with which credential and from where; what it changed; the answer it got, for
 * a repetition. And how many objects there are of each kind, so that a limit costs one row instead of a count.
 *
 * Mikos of before may go on with this database: the functions that only they call stay, and what those write is counted too.
 * The counter is locked first, as everywhere: nobody writes while objects are counted. `change` comes last: from there to the
 * commit nobody reads it.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of ['select miko_lock_counter()', ...tables, countObject, ...countTriggers, claimKey, pruneClaims, inUse, writeObjects, register, registerBefore, openSession, change]) {
    await sql.raw(statement).execute(db);
  }
  await sql`insert into signing_key values (1, ${randomBytes(32)})`.execute(db);
}

// credential, remote and user_agent: of the call. before_revision and changed: of the object, as JSON pointers.
const change = `alter table change add credential text, add remote text, add user_agent text, add before_revision bigint, add changed text[]`;

const tables = [
  // Live objects by kind and place; moved under the counter's lock alone, so it is exact. project '' stands for the fleet.
  `create table usage (
    kind text not null,
    project text not null,
    count bigint not null check (count >= 0),
    primary key (kind, project)
  ) with (fillfactor = 50)`,
  `insert into usage select kind, project, count(*) from object where deleted_at is null group by kind, project`,

  `create table idempotency (
    credential text not null,
    key text not null,
    fingerprint text not null,
    status int not null,
    headers jsonb not null,
    body text,
    kept_at timestamptz not null,
    primary key (credential, key)
  )`,
  `create index idempotency_kept on idempotency (kept_at)`,

  // Each token speaks the API date it was made at where a call names none; those that are there were made at this one.
  `update object_status s set status = s.status || '{"api_date": "2026-12-01"}'
    from object o where o.id = s.object_id and o.kind = 'token' and not s.status ? 'api_date'`,

  // Signs what callers carry from one call to the next.
  `create table signing_key (id int primary key check (id = 1), value bytea not null)`,
];
