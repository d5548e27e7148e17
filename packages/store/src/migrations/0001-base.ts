import { sql, type Kysely } from 'kysely';

/** Tables of the first schema. The functions that write records stand in the next migration. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  // The one sequence. Whoever writes locks this row until its commit: revisions are gapless and in commit order.
  `create table counter (
    id int primary key check (id = 1),
    revision bigint not null,
    -- Changes of records up to here may have been removed: whoever stands before it starts from a snapshot.
    horizon bigint not null,
    installation text not null
  ) with (fillfactor = 10)`,
  `insert into counter values (1, 0, 0, replace(gen_random_uuid()::text, '-', ''))`,

  // The one clock for leases. Only tests shift it.
  `create table clock (id int primary key check (id = 1), shift interval not null)`,
  `insert into clock values (1, interval '0')`,
  `create function miko_now() returns timestamptz language sql volatile as
    $$ select clock_timestamp() + shift from clock $$`,

  // Declared objects. project '' stands for the fleet's own kinds; a tombstone keeps its row.
  `create table object (
    id text primary key,
    kind text not null,
    project text not null,
    name text not null,
    spec jsonb not null,
    revision bigint not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    deleted_at timestamptz
  )`,
  `create unique index object_name on object (kind, project, name) where deleted_at is null`,
  `create unique index override_of on object (project, (spec->>'service'), (spec->>'instance'))
    where kind = 'endpoint_override' and deleted_at is null`,
  `create table object_status (
    object_id text primary key references object,
    status jsonb not null,
    revision bigint not null
  )`,
  `create table secret (object_id text primary key references object, sha256 bytea not null unique)`,

  // One row for each revision. Objects carry before and after; records are compact, their state stands in their own row.
  `create table change (
    revision bigint primary key,
    at timestamptz not null default clock_timestamp(),
    kind text not null,
    operation text not null,
    project text not null,
    service text,
    name text,
    subject text not null,
    session text,
    actor text,
    request_id text,
    before jsonb,
    after jsonb
  )`,

  `create table session (
    id text primary key,
    project text not null,
    owner text not null,
    name text not null,
    generation bigint not null,
    ttl_seconds int not null,
    state text not null,
    credential text not null,
    opened_at timestamptz not null,
    expires_at timestamptz not null,
    applied bigint not null default 0,
    watching text[] not null default '{}',
    ended_at timestamptz
  ) with (fillfactor = 50)`,
  `create unique index session_owner on session (project, owner) where state = 'live'`,
  `create index session_overdue on session (expires_at) where state <> 'ended'`,
  `create index session_ended on session (ended_at) where state = 'ended'`,

  // The registrations. A row with gone_cause is a tombstone: a cursor older than it still learns of the removal.
  `create table endpoint (
    project text not null,
    service text not null,
    instance text not null,
    id text not null,
    session text,
    owner text not null,
    -- host, port, protocol and check in one comparable line: while it stays, so does what the checks found
    probe text not null,
    document json not null,
    health text not null,
    held_since timestamptz,
    -- for checks that wait for reports: how long one stands, and when the last came
    report_ttl_ms int,
    reported_at timestamptz,
    revision bigint not null,
    gone_cause text,
    gone_at timestamptz,
    primary key (project, service, instance)
  ) with (fillfactor = 50)`,
  `create index endpoint_session on endpoint (session) where gone_cause is null`,
  `create index endpoint_reports on endpoint (reported_at) where report_ttl_ms is not null and gone_cause is null`,
  `create index endpoint_gone on endpoint (gone_at) where gone_cause is not null`,
];
