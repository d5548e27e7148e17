/**
 * Writes of records that name the call they came with, beside the forms that Mikos of before call. Where a call names nobody, what happens in a session is put down to
 * whoever opened it: so it is with the many that come with the credential of their session.
 */

// With the call of each removal.
export const deregister = `create function miko_deregister(
  projects text[], services text[], instances text[], sessions text[], actors text[], credentials text[], request_ids text[], remotes text[], user_agents text[]
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
    from unnest(projects, services, instances, sessions, actors, credentials, request_ids, remotes, user_agents)
      with ordinality as i(project, service, instance, session, actor, credential, request_id, remote, user_agent, n)
    left join session x on x.id = i.session
    left join endpoint e on e.project = i.project and e.service = i.service and e.instance = i.instance
  ), numbered as (
    select j.*, case when outcome = 'gone' then base + count(*) filter (where outcome = 'gone') over (order by j.n) end as revision
    from judged j
  ), written as (
    update endpoint e set gone_cause = 'deregistered', gone_at = moment, held_since = null, revision = w.revision
    from numbered w where e.project = w.project and e.service = w.service and e.instance = w.instance and w.revision is not null
  ), logged as (
    insert into change (revision, kind, operation, project, service, name, subject, session, actor, credential, request_id, remote, user_agent)
    select revision, 'endpoint', 'gone', project, service, instance, id, session, actor, credential, request_id, remote, user_agent
    from numbered where revision is not null
  ), counted as (
    update counter set revision = base + (select count(revision) from numbered)
    where counter.id = 1 and exists (select from numbered where numbered.revision is not null)
  )
  select n, outcome, revision, moment from numbered;
end $$`;

// With the call that ended each session. calls: by the id of the session; one document, so that the rows of its
// endpoints find their caller without another join. What expires without a call is Miko's doing.
export const endSessions = `create function miko_end_sessions(ids text[], cause text, grace timestamptz, calls jsonb)
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
    insert into change (revision, kind, operation, project, service, name, subject, session, actor, credential, request_id, remote, user_agent)
    select revision, case when service is null then 'session' else 'endpoint' end,
      case when service is null then cause else 'gone' end, project, service, instance, id, session,
      coalesce(calls->session->>'actor', case when cause = 'expired' then 'miko' end), calls->session->>'credential',
      calls->session->>'requestId', calls->session->>'remote', calls->session->>'userAgent' from numbered
  ), counted as (
    update counter set revision = base + (select count(*) from numbered) where counter.id = 1 and exists (select from numbered)
  )
  select session, revision, project, service, instance, id, moment from numbered
  union all
  select s.id, null, s.project, null, null, s.id, moment from locked s where cause = 'departed' and s.state = 'fenced';
end $$`;
