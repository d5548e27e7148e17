// As before, without removing changes: those leave through the archive. Sessions and tombstones of endpoints are state,
// not record; what happened to them stands in their changes.
export const prune = `create or replace function miko_prune(keep_seconds float8, most int) returns bigint
language plpgsql as $$
declare old_horizon bigint; new_horizon bigint; oldest timestamptz;
begin
  select horizon into old_horizon from counter;
  select coalesce(max(c.revision), old_horizon) into new_horizon
    from (select revision, at from change where revision > old_horizon order by revision limit most) c
    where c.at < clock_timestamp() - make_interval(secs => keep_seconds);
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
