/** Registrations, judged against the service they are for. */

// As before, and judges whether the service is there: one that was deleted since the caller looked is 'not_found'. A live
// service lies in a live project. Mikos of before answer 404 then too: they look for the endpoint, and there is none.
// actors and what follows: the calls that registrations are put down to; null for those of a session that come with its credential.
export const register = `create function miko_register(
  projects text[], services text[], instances text[], new_ids text[], sessions text[], owners text[],
  probes text[], documents json[], healths text[], report_ttls text[],
  actors text[], credentials text[], request_ids text[], remotes text[], user_agents text[]
) returns table (n bigint, outcome text, revision bigint, id text, health text)
language plpgsql as $$
#variable_conflict use_column
declare base bigint; gone text[];
begin
  base := miko_lock_counter();
  select array_agg(p.project || '/' || p.service) into gone
    from (select distinct i.project, i.service from unnest(projects, services) as i(project, service)) p
    where not exists (select from object o where o.kind = 'service' and o.project = p.project and o.name = p.service and o.deleted_at is null offset 0);
  return query
  with input as (
    select * from unnest(projects, services, instances, new_ids, sessions, owners, probes, documents, healths, report_ttls,
        actors, credentials, request_ids, remotes, user_agents)
      with ordinality as i(project, service, instance, new_id, session, owner, probe, document, first_health, report_ttl,
        actor, credential, request_id, remote, user_agent, n)
  ), judged as (
    select i.*, e.id as old_id, e.revision as old_revision, e.health as old_health,
      e.gone_cause is null and e.id is not null as present,
      e.session is not distinct from i.session as same_session,
      e.probe = i.probe as same_probe,
      case
        when i.project || '/' || i.service = any(gone) then 'not_found'
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
    insert into change (revision, kind, operation, project, service, name, subject, session, actor, credential, request_id, remote, user_agent)
    select revision, 'endpoint', 'set', project, service, instance, id, session, coalesce(actor, case when session is null then owner end),
      credential, request_id, remote, user_agent
    from numbered where writes
  ), counted as (
    update counter set revision = base + (select count(*) from numbered where writes)
    where counter.id = 1 and exists (select from numbered where writes)
  )
  select n, outcome, revision, id, health from numbered;
end $$`;

// What Mikos of before call.
export const registerBefore = `create or replace function miko_register(
  projects text[], services text[], instances text[], new_ids text[], sessions text[], owners text[],
  probes text[], documents json[], healths text[], report_ttls text[]
) returns table (n bigint, outcome text, revision bigint, id text, health text)
language sql as $$
  select * from miko_register(projects, services, instances, new_ids, sessions, owners, probes, documents, healths, report_ttls, null, null, null, null, null)
$$`;
