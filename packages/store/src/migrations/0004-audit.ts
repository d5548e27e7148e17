import { sql, type Kysely } from 'kysely';
import { sweepChanges, sweepObjects, sweepRefusals, tables as archiveTables } from './0004-audit/archive.ts';
import { prune } from './0004-audit/prune.ts';
import { deregister, endSessions } from './0004-audit/records.ts';
import { refuse, tables as refusalTables } from './0004-audit/refusals.ts';
import { changeLine, refusalLine, seal, tables as sealTables } from './0004-audit/seals.ts';

/**
 * The record: who did what, who was refused, the seals over both, and how old rows leave for the archive.
 *
 * Indexes of `change` leave out endpoints: registrations are the hottest write there is, and pay for none of them. Who
 * looks for rows of endpoints walks a bounded stretch of revisions.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  const statements = [
    ...indexes, ...refusalTables, refuse, ...sealTables, changeLine, refusalLine,
    seal('change', 'revision', 'coalesce(pg_column_size(r.before), 0) + coalesce(pg_column_size(r.after), 0)'), seal('refusal', 'number', '0'),
    ...archiveTables, sweepChanges, sweepObjects, sweepRefusals, prune, deregister, endSessions,
  ];
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const indexes = [
  `create index change_kind on change (kind, revision) where kind <> 'endpoint'`,
  `create index change_name on change (kind, name, revision) where kind <> 'endpoint'`,
  `create index change_actor on change (actor, revision) where kind <> 'endpoint'`,
  // What happens in a session is put down to whoever opened it.
  `create index change_opening on change (session) where kind = 'session' and operation = 'open'`,
];
