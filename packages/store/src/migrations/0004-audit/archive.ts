/**
 * How old rows leave. A file of the archive is planned here first (`writing`), so that whoever goes on after a kill makes
 * the same file and no other; `kept` once it was read back and found whole. Rows are removed by sweeping behind what is
 * kept, a stretch at a time, round and round: what a hold kept last time is looked at again.
 */
export const tables = [
  `create table archive_file (
    stream text not null,
    since bigint not null,
    upto bigint not null,
    state text not null check (state in ('writing', 'kept')),
    name text check ((name is null) = (state = 'writing')),
    sha256 text,
    lines int,
    first_at timestamptz,
    last_at timestamptz,
    kinds text[],
    primary key (stream, upto)
  )`,
  `create unique index archive_file_since on archive_file (stream, since)`,
  `create table archive_place (
    stream text primary key,
    -- where the chain begins: what stands before is in no block
    first bigint not null,
    -- all up to here is in files that were verified
    upto bigint not null,
    -- how far this round of sweeping has come
    swept bigint not null
  )`,
  `insert into archive_place select stream, upto, upto, upto from seal`,
  `create index object_deleted on object (deleted_at) where deleted_at is not null`,
];

/** A project lies in no project: one that is named by a hold is held itself, too. */
const held = (kind: string, project: string, name: string): string => `exists (
      select from object h where h.kind = 'legal_hold' and h.deleted_at is null and h.spec->>'kind' = ${kind}
        and (h.spec->>'project' is null or h.spec->>'project' = ${project} or (${kind} = 'project' and h.spec->>'project' = ${name})) and (h.spec->>'name' is null or h.spec->>'name' = ${name}))`;

/** What one round of sweeping looks at: the next `most` rows behind what is kept; then it begins again. */
const sweep = (stream: 'change' | 'refusal', number: string, goes: string): string => `create function miko_sweep_${stream}s(most int, keep_seconds float8)
returns table (removed int, more boolean)
language plpgsql as $$
declare place archive_place; last bigint; seen int; gone int; oldest timestamptz := clock_timestamp() - make_interval(secs => keep_seconds);
begin
  select * into place from archive_place where stream = '${stream}';
  select max(s.number), count(*) into last, seen from (
    select r.${number} as number from ${stream} r where r.${number} > place.swept and r.${number} <= place.upto order by r.${number} limit most) s;
  delete from ${stream} r where r.${number} > place.swept and r.${number} <= last and ${goes};
  get diagnostics gone = row_count;
  update archive_place set swept = case when seen < most then first else last end where stream = '${stream}';
  return query select gone, gone > 0 and seen = most;
end $$`;

// Rows of records are compact and many: they go as soon as they are kept, as their tombstones do. Those of objects stay as
// long as the record is to be read at once.
export const sweepChanges = sweep('change', 'revision', `(r.kind in ('endpoint', 'session') or r.at < oldest) and not ${held('r.kind', 'r.project', 'r.name')}`);
export const sweepRefusals = sweep('refusal', 'number', `r.at < oldest and not ${held(`'refusal'`, 'r.project', 'r.actor')}`);

// A tombstone holds nothing that the row of its deletion does not: it goes once that one is kept. One of an override whose
// endpoint has not moved since is still the source of the revision that the endpoint shows.
export const sweepObjects = `create function miko_sweep_objects(most int, keep_seconds float8)
returns table (removed int, more boolean)
language plpgsql as $$
declare ids text[]; gone int; oldest timestamptz := clock_timestamp() - make_interval(secs => keep_seconds);
begin
  select array_agg(s.id) into ids from (
    select o.id from object o, archive_place p
    where p.stream = 'change' and o.deleted_at < oldest and o.revision > p.first and o.revision <= p.upto
      and not ${held('o.kind', 'o.project', 'o.name')}
      and not (o.kind = 'endpoint_override' and exists (
        select from endpoint e where e.project = o.project and e.service = o.spec->>'service' and e.instance = o.spec->>'instance' and e.revision < o.revision))
    order by o.deleted_at limit most) s;
  delete from secret where object_id = any(ids);
  delete from object_status where object_id = any(ids);
  delete from object where id = any(ids);
  get diagnostics gone = row_count;
  return query select gone, gone = most;
end $$`;
