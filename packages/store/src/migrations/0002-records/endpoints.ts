/** Registrations: made, taken back, and what checks find of them. */

export const lock = `create function miko_lock_counter() returns bigint language sql volatile as
  $$ select revision from counter where id = 1 for update $$`;

// A group holds each endpoint at most once.
export const register = `create function miko_register(
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
export const deregister = `create function miko_deregister(
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
export const setHealth = `create function miko_set_health(
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
