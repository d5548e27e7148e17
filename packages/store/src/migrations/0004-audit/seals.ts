/**
 * Seals: a hash over each block of rows and over the seal before it, made after the rows were committed, by the one Miko
 * that leads. A line is the row as text; it names its fields one by one, so a column that comes later leaves old seals
 * true. Lines of another form are another view, and another `format`.
 */
export const tables = [
  `create table seal (
    stream text not null check (stream in ('change', 'refusal')),
    -- the rows numbered since + 1 to upto
    since bigint not null,
    upto bigint not null,
    lines int not null,
    -- of its lines with their line feeds: a file of the archive is bounded by them
    bytes bigint not null,
    format int not null,
    hash text not null,
    at timestamptz not null default clock_timestamp(),
    primary key (stream, upto)
  )`,
  // Two chains from one seal cannot be.
  `create unique index seal_since on seal (stream, since)`,
  // What stood before the first block. Of changes before the horizon some may be gone already.
  `insert into seal (stream, since, upto, lines, bytes, format, hash)
    select 'change', horizon - 1, horizon, 0, 0, 1, encode(sha256(convert_to('change ' || installation, 'UTF8')), 'hex') from counter
    union all select 'refusal', -1, 0, 0, 0, 1, encode(sha256(convert_to('refusal ' || installation, 'UTF8')), 'hex') from counter`,
];

// Views, and not functions of a row: those would cost three times as much of each row. Times are UTC.
export const changeLine = `create view change_line as
  select x.revision as number, row_to_json(x)::text as line from (
    select revision, at at time zone 'UTC' as at, kind, operation, project, service, name, subject, session, actor, credential, remote, user_agent,
      request_id, before_revision, changed, before, after from change) x`;

export const refusalLine = `create view refusal_line as
  select x.number, row_to_json(x)::text as line from (
    select number, at at time zone 'UTC' as at, code, count, actor, credential, remote, user_agent, method, path, project, subject, request_id
    from refusal) x`;

/**
 * Seals the next block of a stream, at most `most` rows and about 4 MB of lines; whole rows, at least one. What is stored
 * is compressed, maybe a hundred times: no more than about a megabyte of it is unpacked to be measured. A row that is
 * missing already is no reason to stop: whoever verifies sees fewer lines than numbers.
 */
export const seal = (stream: 'change' | 'refusal', number: string, bytes: string): string => `create function miko_seal_${stream}s(most int)
returns table (sealed int, more boolean)
language plpgsql as $$
declare previous seal; last bigint; newest bigint; count int; size bigint; digest text;
begin
  select * into previous from seal where stream = '${stream}' order by upto desc limit 1;
  with candidate as (
    select r.${number} as number, ${bytes} as bytes from ${stream} r where r.${number} > previous.upto order by r.${number} limit most
  ), measured as (
    select number, bytes, sum(bytes) over (order by number) as total from candidate
  )
  select max(number) filter (where total - bytes < 1000000), max(number) into last, newest from measured;
  if last is null then
    return query select 0, false;
    return;
  end if;
  with unpacked as (
    select r.number, r.line || E'\\n' as line from ${stream}_line r where r.number > previous.upto and r.number <= last
  ), measured as (
    select number, line, sum(octet_length(line)) over (order by number) - octet_length(line) as before from unpacked
  )
  select max(r.number), count(*), sum(octet_length(r.line)),
      encode(sha256(decode(previous.hash, 'hex') || convert_to(string_agg(r.line, '' order by r.number), 'UTF8')), 'hex')
    into last, count, size, digest from measured r where r.before < 4000000;
  insert into seal (stream, since, upto, lines, bytes, format, hash) values ('${stream}', previous.upto, last, count, size, 1, digest);
  return query select count, last < newest or count = most;
end $$`;
