// One object with its change row, in one statement, so that the counter is locked for no longer than this and the commit.
// document: the object as JSON; its revision and times are put in here.
export const writeObject = `create function miko_write_object(
  operation text, document jsonb, before jsonb, sha256 bytea, actor text, request_id text
) returns table (revision bigint, at timestamptz)
language plpgsql as $$
#variable_conflict use_column
declare number bigint; moment timestamptz; stamp text; place text := coalesce(document->>'project', '');
begin
  number := miko_lock_counter() + 1;
  moment := date_trunc('milliseconds', clock_timestamp());
  stamp := to_char(moment at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"');
  document := document || jsonb_build_object('revision', number, 'updatedAt', stamp);
  if operation = 'create' then
    document := document || jsonb_build_object('createdAt', stamp);
    insert into object (id, kind, project, name, spec, revision, created_at, updated_at)
      values (document->>'id', document->>'kind', place, document->>'name', document->'spec', number, moment, moment);
    insert into object_status (object_id, status, revision) values (document->>'id', document->'status', number);
    if sha256 is not null then
      insert into secret (object_id, sha256) values (document->>'id', sha256);
    end if;
  else
    update object set spec = document->'spec', revision = number, updated_at = moment,
      deleted_at = case when operation = 'delete' then moment end where id = document->>'id';
    if operation = 'delete' then
      delete from secret where object_id = document->>'id';
    end if;
  end if;
  insert into change (revision, kind, operation, project, name, subject, actor, request_id, before, after)
    values (number, document->>'kind', operation, place, document->>'name', document->>'id', actor, request_id,
      before, case when operation <> 'delete' then document end);
  update counter set revision = number where counter.id = 1;
  return query select number, moment;
end $$`;
