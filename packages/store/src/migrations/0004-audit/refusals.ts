/** Who was turned away, and who was shown a secret: rows of their own, numbered without gaps, so that they can be sealed. */

export const tables = [
  `create table refusal_counter (id int primary key check (id = 1), number bigint not null)`,
  `insert into refusal_counter values (1, 0)`,
  `create table refusal (
    number bigint primary key,
    at timestamptz not null,
    code text not null,
    count bigint not null,
    actor text,
    credential text,
    remote text,
    user_agent text,
    method text,
    path text,
    project text,
    subject text,
    request_id text
  )`,
];

// age_ms: how long ago it happened. One clock dates them all, whichever Miko saw them.
export const refuse = `create function miko_refuse(entries jsonb) returns bigint language sql as $$
  with input as (
    select * from rows from (jsonb_to_recordset(entries) as (age_ms bigint, code text, count bigint, actor text, credential text, remote text,
      user_agent text, method text, path text, project text, subject text, request_id text)) with ordinality
      as i(age_ms, code, count, actor, credential, remote, user_agent, method, path, project, subject, request_id, n)
  ), counted as (
    update refusal_counter set number = number + (select count(*) from input) where id = 1 returning number
  ), written as (
    insert into refusal (number, at, code, count, actor, credential, remote, user_agent, method, path, project, subject, request_id)
    select c.number - (select count(*) from input) + n, clock_timestamp() - make_interval(secs => age_ms / 1000.0), code, i.count, actor, credential, remote,
      user_agent, method, path, project, subject, request_id from input i, counted c
  )
  select number from counted
$$`;
