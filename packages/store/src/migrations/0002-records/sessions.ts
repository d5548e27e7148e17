/** Sessions: opened, ended with all they hold, held when too many go at once. */

// The revision of its opening is a session's generation: it rises with each session of the same owner.
export const openSession = `create function miko_open_sessions(
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
export const endSessions = `create function miko_end_sessions(ids text[], cause text, grace timestamptz)
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
export const holdSessions = `create function miko_hold_sessions(ids text[], hold boolean, pulse_ms int)
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
