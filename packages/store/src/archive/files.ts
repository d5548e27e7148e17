import type { Seal } from '@miko/model';
import type pg from 'pg';
import { ask } from '../audit/ask.ts';
import type { Stream } from '../audit/seals.ts';
import type { Lease } from '../lease.ts';

/** Which files the archive holds, and which one is being made. The files themselves lie elsewhere. */
export interface Stretch {
  readonly since: number;
  readonly upto: number;
}

export interface Block extends Seal {
  /** Of its lines, before they are compressed. */
  readonly bytes: number;
  /** Old enough to be copied, and behind the watch horizon. */
  readonly isDue: boolean;
  /** So old that it is copied although it fills no file. */
  readonly isOverdue: boolean;
}

export interface KeptFile extends Stretch {
  readonly name: string;
  readonly sha256: string;
  readonly lines: number;
  readonly firstAt: string;
  readonly lastAt: string;
  readonly kinds: readonly string[];
}

/** The file that was begun and not finished. */
export async function unfinished(lease: Lease, stream: Stream): Promise<Stretch | null> {
  const [row] = await lease.query<{ since: number; upto: number }>({
    text: `select since, upto from archive_file where stream = $1 and state = 'writing' order by upto limit 1`, values: [stream],
  });
  return row ?? null;
}

/** The next blocks that no file holds. Their rows are older than they are: a block is sealed after its rows were written. */
export async function waitingBlocks(lease: Lease, stream: Stream, ages: { dueSeconds: number; overdueSeconds: number }, most: number): Promise<Block[]> {
  const rows = await lease.query<Seal & { bytes: number; due: boolean; overdue: boolean }>({
    text: `select since, upto, lines, bytes, hash, due and behind as due, overdue and behind as overdue from (
        select s.since, s.upto, s.lines, s.bytes, s.hash, s.at < clock_timestamp() - make_interval(secs => $2) as due, s.at < clock_timestamp() - make_interval(secs => $3) as overdue,
          s.stream <> 'change' or s.upto <= (select horizon from counter) as behind
        from seal s where s.stream = $1 and s.upto > (select upto from archive_place where stream = $1) order by s.upto limit $4) b
      order by upto`,
    values: [stream, ages.dueSeconds, ages.overdueSeconds, most],
  });
  return rows.map(({ due, overdue, ...seal }) => ({ ...seal, isDue: due, isOverdue: overdue }));
}

export async function beginFile(lease: Lease, stream: Stream, { since, upto }: Stretch): Promise<void> {
  await lease.query({ text: `insert into archive_file (stream, since, upto, state) values ($1, $2, $3, 'writing')`, values: [stream, since, upto] });
}

/** A plan that no file was made by: the next one may be another. */
export async function dropPlan(lease: Lease, stream: Stream, { upto }: Stretch): Promise<void> {
  await lease.query({ text: `delete from archive_file where stream = $1 and upto = $2 and state = 'writing'`, values: [stream, upto] });
}

/** The file was read back and found whole: from now on its rows may go. */
export async function keepFile(lease: Lease, stream: Stream, file: KeptFile): Promise<void> {
  await lease.query({
    text: `with kept as (
        update archive_file set state = 'kept', name = $4, sha256 = $5, lines = $6, first_at = $7, last_at = $8, kinds = $9
        where stream = $1 and since = $2 and upto = $3 and state = 'writing' returning upto)
      update archive_place set upto = (select upto from kept) where stream = $1 and upto = $2 and exists (select from kept)`,
    values: [stream, file.since, file.upto, file.name, file.sha256, file.lines, file.firstAt, file.lastAt, file.kinds],
  });
}

export interface FileFilter {
  readonly kind: string | null;
  /** RFC 3339 times to the millisecond, both included. */
  readonly since: string | null;
  readonly until: string | null;
}

const columns = `since, upto, name, sha256, lines, to_char(first_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as "firstAt",
  to_char(last_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as "lastAt", kinds`;

/** The files that may hold such rows, newest first, those that begin before `before`. */
export const findFiles = (pool: pg.Pool, stream: Stream, filter: FileFilter, before: number, most: number): Promise<KeptFile[]> =>
  ask<KeptFile & pg.QueryResultRow>(pool, 'miko_archive_find', `
    select ${columns} from archive_file where stream = $1 and state = 'kept' and since < $2
      and ($3::text is null or $3 = any(kinds)) and ($4::timestamptz is null or last_at >= $4) and ($5::timestamptz is null or first_at < $5::timestamptz + interval '1 ms')
    order by upto desc limit $6`, [stream, before, filter.kind, filter.since, filter.until, most]);

/** The file that holds the row numbered `number`, or the first after it; null: none does. */
export async function fileWith(pool: pg.Pool, stream: Stream, number: number): Promise<KeptFile | null> {
  const [file] = await ask<KeptFile & pg.QueryResultRow>(pool, 'miko_archive_with', `
    select ${columns} from archive_file where stream = $1 and state = 'kept' and upto >= $2 order by upto limit 1`, [stream, number]);
  return file ?? null;
}
