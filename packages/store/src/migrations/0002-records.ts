import { sql, type Kysely } from 'kysely';

/**
 * The functions that write records, one call for a whole group.
 *
 * Each locks the counter first. Under READ COMMITTED every later statement of the function takes a snapshot made after
 * the lock was got, so it sees everything that any other Miko committed before: fencing and ownership are judged on
 * the truth, not on a replica's view. The lock is held to the commit, and a rollback gives the numbers back.
 *
 * Pulses move sessions without that lock. So whoever judges or ends sessions locks their rows first, in the order of their
 * ids as pulses do, and judges what it then reads: a pulse that was being written meanwhile counts.
 *
 * Plans are made while the tables are empty, and have to serve until PostgreSQL has gathered statistics of full ones. So
 * no statement leaves the planner a choice by which a whole table or index could be walked: rows of one table are found
 * for each row of another by a lateral subquery that cannot be turned around (`offset 0`), sessions by an array of ids
 * beside which no partial index applies, and endpoints are changed through `on conflict`, which knows its index.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of [lock, register, deregister, setHealth, openSession, endSessions, holdSessions, writeObject, prune]) {
    await sql.raw(statement).execute(db);
  }
}

const lock = `create function miko_lock_counter() returns bigint language sql volatile as
  $$ select revision from counter where id = 1 for update $$`;

// A group holds each endpoint at most once.
const register = `create function miko_register(
  projects text[], services text[], instances text[], new_ids text[], sessions text[], owners text[],
  probes text[], documents json[], healths text[], report_ttls text[]
) returns table (n bigint, outcome text, revision bigint, id text, health text)
language plpgsql as $$
#variable_conflict use_column
declare base bigint;
begin
  base := miko_lock_counter();
  return query
  with input as (
    select * from unnest(projects, services, instances, new_ids, sessions, owners, probes, documents, healths, report_ttls)
      with ordinality as i(project, service, instance, new_id, session, owner, probe, document, first_health, report_ttl, n)
  ), judged as (
    select i.*, e.id as old_id, e.revision as old_revision, e.health as old_health,
      e.gone_cause is null and e.id is not null as present,
      e.session is not distinct from i.session as same_session,
      e.probe = i.probe as same_probe,
      case
        when i.session is not null and (x.id is null or x.state = 'ended') then 'session_not_found'
        when x.state = 'fenced' then 'fenced'
        when e.id is null or e.gone_cause is not null then 'created'
        when e.owner <> i.owner then 'owned_by_other'
        when e.session is not distinct from i.session and e.document::text = i.document::text and e.held_since is null then 'same'
        else 'changed'
      end as outcome
    from input i
    left join session x on x.id = i.session and x.project = i.project
    left join endpoint e on e.project = i.project and e.service = i.service and e.instance = i.instance
  ), numbered as (
    select j.*, outcome in ('created', 'changed') as writes,
      case when outcome in ('created', 'changed')
        then base + count(*) filter (where outcome in ('created', 'changed')) over (order by j.n) else old_revision end as revision,
      case when present and same_session then old_id else new_id end as id,
      case when present and same_probe then old_health else first_health end as health
    from judged j
  ), written as (
    insert into endpoint as e (project, service, instance, id, session, owner, probe, document, health, revision, report_ttl_ms, reported_at)
    select project, service, instance, id, session, owner, probe, document, health, revision, report_ttl::int,
      case when report_ttl is not null then miko_now() end from numbered where writes
    on conflict (project, service, instance) do update set
      id = excluded.id, session = excluded.session, owner = excluded.owner, probe = excluded.probe,
      document = excluded.document, health = excluded.health, held_since = null, revision = excluded.revision,
      report_ttl_ms = excluded.report_ttl_ms, reported_at = excluded.reported_at, gone_cause = null, gone_at = null
  ), logged as (
    insert into change (revision, kind, operation, project, service, name, subject, session, actor)
    select revision, 'endpoint', 'set', project, service, instance, id, session, case when session is null then owner end
    from numbered where writes
  ), counted as (
    update counter set revision = base + (select count(*) from numbered where writes)
    where counter.id = 1 and exists (select from numbered where writes)
  )
  select n, outcome, revision, id, health from numbered;
end $$`;

// session null: an operator's act. Otherwise only while that session still owns it, and nobody has taken over from it.
const deregister = `create function miko_deregister(
  projects text[], services text[], instances text[], sessions text[], actors text[]
) returns table (n bigint, outcome text, revision bigint, gone_at timestamptz)
language plpgsql as $$
#variable_conflict use_column
declare base bigint; moment timestamptz;
begin
  base := miko_lock_counter();
  moment := miko_now();
  return query
  with judged as (
    select i.*, e.id,
      case
        when e.id is null or e.gone_cause is not null then 'not_found'
        when i.session is not null and (e.session is distinct from i.session or x.state = 'fenced') then 'fenced'
        else 'gone'
      end as outcome
    from unnest(projects, services, instances, sessions, actors)
      with ordinality as i(project, service, instance, session, actor, n)
    left join session x on x.id = i.session
    left join endpoint e on e.project = i.project and e.service = i.service and e.instance = i.instance
  ), numbered as (
    select j.*, case when outcome = 'gone' then base + count(*) filter (where outcome = 'gone') over (order by j.n) end as revision
    from judged j
  ), written as (
    update endpoint e set gone_cause = 'deregistered', gone_at = moment, held_since = null, revision = w.revision
    from numbered w where e.project = w.project and e.service = w.service and e.instance = w.instance and w.revision is not null
  ), logged as (
    insert into change (revision, kind, operation, project, service, name, subject, session, actor)
    select revision, 'endpoint', 'gone', project, service, instance, id, session, actor from numbered where revision is not null
  ), counted as (
    update counter set revision = base + (select count(revision) from numbered)
    where counter.id = 1 and exists (select from numbered where numbered.revision is not null)
  )
  select n, outcome, revision, moment from numbered;
end $$`;

// Only for the registration that was checked: its id names it.
const setHealth = `create function miko_set_health(
  projects text[], services text[], instances text[], ids text[], healths text[], probes text[]
) returns table (n bigint, outcome text, revision bigint)
language plpgsql as $$
#variable_conflict use_column
declare base bigint;
begin
  base := miko_lock_counter();
  return query
  with judged as (
    select i.*, e.session, e.revision as old_revision,
      case
        when e.id is distinct from i.id or e.gone_cause is not null or e.probe <> i.probe then 'not_found'
        when e.health = i.health then 'same'
        else 'changed'
      end as outcome
    from unnest(projects, services, instances, ids, healths, probes) with ordinality as i(project, service, instance, id, health, probe, n)
    left join endpoint e on e.project = i.project and e.service = i.service and e.instance = i.instance
  ), numbered as (
    select j.*, case when outcome = 'changed' then base + count(*) filter (where outcome = 'changed') over (order by j.n) end as revision
    from judged j
  ), written as (
    update endpoint e set health = w.health, revision = w.revision
    from numbered w where e.project = w.project and e.service = w.service and e.instance = w.instance and w.revision is not null
  ), logged as (
    insert into change (revision, kind, operation, project, service, name, subject, session)
    select revision, 'endpoint', 'health', project, service, instance, id, session from numbered where revision is not null
  ), counted as (
    update counter set revision = base + (select count(revision) from numbered)
    where counter.id = 1 and exists (select from numbered where numbered.revision is not null)
  )
  select n, outcome, case when outcome = 'same' then old_revision else revision end from numbered;
end $$`;

// The revision of its opening is a session's generation: it rises with each session of the same owner.
const openSession = `create function miko_open_sessions(
  ids text[], projects text[], owners text[], names text[], ttls int[], credentials text[], pulse_ms int
) returns table (n bigint, revision bigint, opened_at timestamptz, expires_at timestamptz)
language plpgsql as $$
#variable_conflict use_column
declare base bigint; moment timestamptz; older text[];
begin
  base := miko_lock_counter();
  moment := miko_now();
  select array_agg(found.id) into older from unnest(projects, owners) as i(project, owner)
    cross join lateral (select s.id from session s where s.project = i.project and s.owner = i.owner and s.state = 'live' offset 0) found;
  perform from session where id = any(older) order by id for no key update;
  update session set state = 'fenced' where id = any(older);
  return query
  with input as (
    select * from unnest(ids, projects, owners, names, ttls, credentials)
      with ordinality as i(id, project, owner, name, ttl, credential, n)
  ), written as (
    insert into session (id, project, owner, name, generation, ttl_seconds, state, credential, opened_at, expires_at)
    select id, project, owner, name, base + n, ttl, 'live', credential, moment,
      moment + make_interval(secs => ttl + pulse_ms / 1000.0) from input
    returning id, generation, opened_at, expires_at
  ), logged as (
    insert into change (revision, kind, operation, project, name, subject, session, actor)
    select base + n, 'session', 'open', project, name, id, id, credential from input
  ), counted as (
    update counter set revision = base + (select count(*) from input) where counter.id = 1
  )
  select i.n, w.generation, w.opened_at, w.expires_at from input i join written w on w.id = i.id;
end $$`;

// Ends sessions with all their endpoints; one row for each endpoint that went, then one for the session (service null).
// Departure is the will of a session that nobody has taken over from; a fenced one answers with a row without revision.
// grace: sessions opened before it were seen by an earlier judge and get a full TTL from it on; null: ended by will, whatever the clock says.
const endSessions = `create function miko_end_sessions(ids text[], cause text, grace timestamptz)
returns table (session text, revision bigint, project text, service text, instance text, id text, gone_at timestamptz)
language plpgsql as $$
#variable_conflict use_column
declare base bigint; moment timestamptz;
begin
  base := miko_lock_counter();
  moment := miko_now();
  return query
  with locked as (
    select s.* from session s where s.id = any(ids) order by s.id for no key update
  ), ending as (
    select s.* from locked s
    where s.state <> 'ended' and (cause <> 'departed' or s.state = 'live')
      and (grace is null or moment > case when s.opened_at < grace
        then greatest(s.expires_at, grace + make_interval(secs => s.ttl_seconds)) else s.expires_at end)
  ), going as (
    select e.* from ending s cross join lateral (
      select session, project, service, instance, id from endpoint where session = s.id and gone_cause is null offset 0) e
    union all
    select s.id, s.project, null, null, s.id from ending s
  ), numbered as (
    select g.*, base + row_number() over (order by g.session, g.service nulls last, g.instance) as revision from going g
  ), written as (
    insert into endpoint (project, service, instance, id, owner, probe, document, health, revision)
    select project, service, instance, id, '', '', 'null', '', revision from numbered where service is not null
    on conflict (project, service, instance) do update set
      gone_cause = cause, gone_at = moment, held_since = null, revision = excluded.revision
  ), ended as (
    update session set state = 'ended', ended_at = moment where id = any((select array_agg(id) from ending)::text[])
  ), logged as (
    insert into change (revision, kind, operation, project, service, name, subject, session)
    select revision, case when service is null then 'session' else 'endpoint' end,
      case when service is null then cause else 'gone' end, project, service, instance, id, session from numbered
  ), counted as (
    update counter set revision = base + (select count(*) from numbered) where counter.id = 1 and exists (select from numbered)
  )
  select session, revision, project, service, instance, id, moment from numbered
  union all
  select s.id, null, s.project, null, null, s.id, moment from locked s where cause = 'departed' and s.state = 'fenced';
end $$`;

// Holds the endpoints of overdue sessions, or lets go of them when the session came back: then it is renewed here and now,
// or the next judge would find it overdue still.
const holdSessions = `create function miko_hold_sessions(ids text[], hold boolean, pulse_ms int)
returns table (revision bigint, project text, service text, instance text, id text)
language plpgsql as $$
#variable_conflict use_column
declare base bigint; moment timestamptz; concerned text[];
begin
  base := miko_lock_counter();
  moment := miko_now();
  select array_agg(s.id) into concerned from (select * from session where id = any(ids) order by id for no key update) s
    where case when hold then s.state <> 'ended' and s.expires_at < moment else s.state = 'live' end;
  if not hold then
    update session set expires_at = greatest(expires_at, moment + make_interval(secs => ttl_seconds + pulse_ms / 1000.0))
      where id = any(concerned);
  end if;
  return query
  with moving as (
    select e.* from unnest(concerned) as s(id) cross join lateral (
      select project, service, instance, id, session from endpoint
      where session = s.id and gone_cause is null and (held_since is not null) <> hold offset 0) e
  ), numbered as (
    select m.*, base + row_number() over (order by m.project, m.service, m.instance) as revision from moving m
  ), written as (
    insert into endpoint (project, service, instance, id, owner, probe, document, health, revision)
    select project, service, instance, id, '', '', 'null', '', revision from numbered
    on conflict (project, service, instance) do update set held_since = case when hold then moment end, revision = excluded.revision
  ), logged as (
    insert into change (revision, kind, operation, project, service, name, subject, session)
    select revision, 'endpoint', case when hold then 'hold' else 'release' end, project, service, instance, id, session
    from numbered
  ), counted as (
    update counter set revision = base + (select count(*) from numbered) where counter.id = 1 and exists (select from numbered)
  )
  select revision, project, service, instance, id from numbered order by revision;
end $$`;

// One object with its change row, in one statement, so that the counter is locked for no longer than this and the commit.
// document: the object as JSON; its revision and times are put in here.
const writeObject = `create function miko_write_object(
  operation text, document jsonb, before jsonb, sha256 bytea, actor text, request_id text
) returns table (revision bigint, at timestamptz)
language plpgsql as $$
#variable_conflict use_column
declare number bigint; moment timestamptz; stamp text; place text := coalesce(document->>'project', '');
begin
  number := miko_lock_counter() + 1;
  moment := date_trunc('milliseconds', clock_timestamp());
  stamp := to_char(moment at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"');
  document := document || jsonb_build_object('revision', number, 'updatedAt', stamp);
  if operation = 'create' then
    document := document || jsonb_build_object('createdAt', stamp);
    insert into object (id, kind, project, name, spec, revision, created_at, updated_at)
      values (document->>'id', document->>'kind', place, document->>'name', document->'spec', number, moment, moment);
    insert into object_status (object_id, status, revision) values (document->>'id', document->'status', number);
    if sha256 is not null then
      insert into secret (object_id, sha256) values (document->>'id', sha256);
    end if;
  else
    update object set spec = document->'spec', revision = number, updated_at = moment,
      deleted_at = case when operation = 'delete' then moment end where id = document->>'id';
    if operation = 'delete' then
      delete from secret where object_id = document->>'id';
    end if;
  end if;
  insert into change (revision, kind, operation, project, name, subject, actor, request_id, before, after)
    values (number, document->>'kind', operation, place, document->>'name', document->>'id', actor, request_id,
      before, case when operation <> 'delete' then document end);
  update counter set revision = number where counter.id = 1;
  return query select number, moment;
end $$`;

// The horizon moves over changes in their order, a bounded stretch at a time: those of objects stay behind it and are not
// walked over again. Tombstones are removed under the counter's lock, because a registration may be reviving one.
const prune = `create function miko_prune(keep_seconds float8, most int) returns bigint
language plpgsql as $$
declare old_horizon bigint; new_horizon bigint; oldest timestamptz;
begin
  select horizon into old_horizon from counter;
  select coalesce(max(c.revision), old_horizon) into new_horizon
    from (select revision, at from change where revision > old_horizon order by revision limit most) c
    where c.at < clock_timestamp() - make_interval(secs => keep_seconds);
  delete from change where revision > old_horizon and revision <= new_horizon and kind in ('endpoint', 'session');
  oldest := miko_now() - make_interval(secs => keep_seconds);
  delete from session where id in (select id from session where state = 'ended' and ended_at < oldest limit most);
  perform miko_lock_counter();
  update counter set horizon = new_horizon where id = 1 and horizon < new_horizon;
  delete from endpoint d using (
    select e.project, e.service, e.instance from endpoint e where e.gone_at < oldest and e.gone_cause is not null and e.revision <= new_horizon
      and exists (select from endpoint f where f.project = e.project and f.service = e.service and f.revision > e.revision) limit most) old
    where d.project = old.project and d.service = old.service and d.instance = old.instance;
  return new_horizon - old_horizon;
end $$`;
