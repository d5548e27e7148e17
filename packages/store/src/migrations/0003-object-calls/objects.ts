// Counts live objects, whoever writes them: Mikos of before and of now, and calls that wait for the counter while this is put in.
export const countObject = `create function miko_count_object() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    insert into usage as u (kind, project, count) values (new.kind, new.project, 1) on conflict (kind, project) do update set count = u.count + 1;
  else
    update usage u set count = u.count - 1 where u.kind = new.kind and u.project = new.project;
  end if;
  return null;
end $$`;

export const countTriggers = [
  `create trigger object_made after insert on object for each row when (new.deleted_at is null) execute function miko_count_object()`,
  `create trigger object_deleted after update of deleted_at on object for each row
    when (old.deleted_at is null and new.deleted_at is not null) execute function miko_count_object()`,
];

// Whether anything still lies in an object, or names it: a token that named a project would open the next one of that name.
export const inUse = `create function miko_in_use(kind text, project text, name text) returns boolean language sql stable as $$
  select case $1
    when 'project' then exists (select from usage u where u.project = $3 and u.count > 0)
      or exists (select from (select gone_cause from endpoint where project = $3 offset 0) e where e.gone_cause is null)
      or exists (select from session s where s.project = $3 and s.state <> 'ended')
      or exists (select from object o where o.kind = 'token' and o.project = '' and o.spec->>'project' = $3 and o.deleted_at is null)
    when 'service' then exists (select from (select gone_cause from endpoint where project = $2 and service = $3 offset 0) e where e.gone_cause is null)
    else false
  end
$$`;

// A group of objects, each with its change row. All of them are judged under the counter's lock, so on the truth: an object
// that has moved on since its writer read it is 'raced', a name that is taken 'conflict', a full place 'quota'; a
// project that is gone by now 'no_project'. What something lies in by now is 'raced' too, to whoever deletes it. Those
// take no number and hold up nobody else of the group.
// Of a write: operation, document (the object as JSON; its revision and times are put in here), before, sha256 (hex), most,
// quota (the name of the quota object that replaces most), changed, and of the call actor, credential, requestId, remote,
// userAgent, session.
export const writeObjects = `create function miko_write_objects(writes jsonb)
returns table (n bigint, outcome text, revision bigint, at timestamptz, used bigint, most bigint)
language plpgsql as $$
#variable_conflict use_column
declare
  base bigint; number bigint; moment timestamptz; stamp text;
  item record; w jsonb; operation text; document jsonb; subject text; sort text; place text; label text; was bigint;
begin
  base := miko_lock_counter();
  number := base;
  moment := date_trunc('milliseconds', clock_timestamp());
  stamp := to_char(moment at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"');
  for item in select i.write, i.n from jsonb_array_elements(writes) with ordinality as i(write, n) loop
    n := item.n; revision := null; at := moment; used := null; most := null;
    w := item.write;
    operation := w->>'operation';
    document := (w->'document') || jsonb_build_object('revision', number + 1, 'updatedAt', stamp);
    subject := document->>'id';
    sort := document->>'kind';
    place := coalesce(document->>'project', '');
    label := document->>'name';
    was := null;
    if operation = 'create' then
      if place <> '' and not exists (select from object o where o.kind = 'project' and o.project = '' and o.name = place and o.deleted_at is null) then
        outcome := 'no_project';
        return next;
        continue;
      end if;
      document := document || jsonb_build_object('createdAt', stamp);
      used := coalesce((select u.count from usage u where u.kind = sort and u.project = place), 0);
      most := coalesce((
        select (o.spec->>'most')::bigint from object o
        where o.kind = 'quota' and o.project = place and place <> '' and o.name = w->>'quota' and o.deleted_at is null), (w->>'most')::bigint);
      if used >= most then
        outcome := 'quota';
        return next;
        continue;
      end if;
      insert into object (id, kind, project, name, spec, revision, created_at, updated_at)
        values (subject, sort, place, label, document->'spec', number + 1, moment, moment) on conflict do nothing;
      if not found then
        outcome := 'conflict';
        return next;
        continue;
      end if;
      insert into object_status (object_id, status, revision) values (subject, document->'status', number + 1);
      if w->>'sha256' is not null then
        insert into secret (object_id, sha256) values (subject, decode(w->>'sha256', 'hex'));
      end if;
    else
      if operation = 'delete' and miko_in_use(sort, place, label) then
        outcome := 'raced';
        return next;
        continue;
      end if;
      was := (w->'before'->>'revision')::bigint;
      update object o set spec = document->'spec', revision = number + 1, updated_at = moment,
        deleted_at = case when operation = 'delete' then moment end
        where o.id = subject and o.revision = was and o.deleted_at is null;
      if not found then
        outcome := 'raced';
        return next;
        continue;
      end if;
      if operation = 'delete' then
        delete from secret x where x.object_id = subject;
      end if;
    end if;
    number := number + 1;
    insert into change (revision, kind, operation, project, name, subject, session, actor, request_id, credential, remote, user_agent,
        before_revision, changed, before, after)
      values (number, sort, operation, place, label, subject, w->>'session', w->>'actor', w->>'requestId', w->>'credential', w->>'remote', w->>'userAgent',
        was, case when operation = 'update' then array(select jsonb_array_elements_text(w->'changed')) end,
        nullif(w->'before', 'null'), case when operation <> 'delete' then document end);
    outcome := 'written'; revision := number;
    return next;
  end loop;
  update counter c set revision = number where c.id = 1 and number > base;
end $$`;
