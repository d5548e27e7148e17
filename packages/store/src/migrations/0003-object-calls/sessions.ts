// Beside the one that Mikos of before call. The opening says too from where the session came: what happens in the course of
// a session is attributed by that row. Where the project is gone by now nothing is opened, and there is no row.
export const openSession = `create function miko_open_sessions(
  ids text[], projects text[], owners text[], names text[], ttls int[], credentials text[], request_ids text[], remotes text[], user_agents text[], pulse_ms int
) returns table (n bigint, revision bigint, opened_at timestamptz, expires_at timestamptz)
language plpgsql as $$
#variable_conflict use_column
declare base bigint; moment timestamptz; older text[]; gone text[];
begin
  base := miko_lock_counter();
  moment := miko_now();
  select array_agg(found.id) into older from unnest(projects, owners) as i(project, owner)
    cross join lateral (select s.id from session s where s.project = i.project and s.owner = i.owner and s.state = 'live' offset 0) found;
  perform from session where id = any(older) order by id for no key update;
  update session set state = 'fenced' where id = any(older);
  select coalesce(array_agg(p.project), '{}') into gone from (select distinct unnest(projects) as project) p
    where not exists (select from object o where o.kind = 'project' and o.project = '' and o.name = p.project and o.deleted_at is null offset 0);
  return query
  with input as (
    select i.*, base + row_number() over (order by i.n) as revision
    from unnest(ids, projects, owners, names, ttls, credentials, request_ids, remotes, user_agents)
      with ordinality as i(id, project, owner, name, ttl, credential, request_id, remote, user_agent, n)
    where i.project <> all(gone)
  ), written as (
    insert into session (id, project, owner, name, generation, ttl_seconds, state, credential, opened_at, expires_at)
    select id, project, owner, name, revision, ttl, 'live', credential, moment,
      moment + make_interval(secs => ttl + pulse_ms / 1000.0) from input
    returning id, generation, opened_at, expires_at
  ), logged as (
    insert into change (revision, kind, operation, project, name, subject, session, actor, credential, request_id, remote, user_agent)
    select revision, 'session', 'open', project, name, id, id, credential, credential, request_id, remote, user_agent from input
  ), counted as (
    update counter set revision = base + (select count(*) from input) where counter.id = 1 and exists (select from input)
  )
  select i.n, w.generation, w.opened_at, w.expires_at from input i join written w on w.id = i.id;
end $$`;
