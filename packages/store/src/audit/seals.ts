import type { Seal } from '@miko/model';
import type pg from 'pg';
import type { Lease } from '../lease.ts';
import { ask } from './ask.ts';

/** What is sealed: each in an order of its own, numbered without gaps. */
export const streams = ['change', 'refusal'] as const;
export type Stream = (typeof streams)[number];

/** The most rows of a block. */
export const BLOCK_ROWS = 2_000;

/** Seals the next block, with the right of the lease holder; `more`: there may be another one. */
export async function sealNext(lease: Lease, stream: Stream, most = BLOCK_ROWS): Promise<{ sealed: number; more: boolean }> {
  const [row] = await lease.query<{ sealed: number; more: boolean }>({ text: `select sealed, more from miko_seal_${stream}s($1)`, values: [most] });
  return row!;
}

/** The seal that ends at `upto`, or the last before it; the first there is, where none is that old. */
export async function sealBefore(pool: pg.Pool, stream: Stream, upto: number): Promise<Seal> {
  const [seal] = await ask<Seal>(pool, 'miko_seal_before', `
    select since, upto, lines, hash from seal
    where stream = $1 and upto <= greatest($2, (select first from archive_place where stream = $1)) order by upto desc limit 1`, [stream, upto]);
  return seal!;
}

/** The seal of the block that begins after `since`; null: not sealed yet. */
export async function sealAfter(pool: pg.Pool, stream: Stream, since: number): Promise<Seal | null> {
  const [seal] = await ask<Seal>(pool, 'miko_seal_after', `
    select since, upto, lines, hash from seal where stream = $1 and since = $2 and upto > since and lines > 0`, [stream, since]);
  return seal ?? null;
}

/** The rows numbered since + 1 to upto as they are sealed, at most `most`. */
export async function readLines(pool: pg.Pool, stream: Stream, since: number, upto: number, most = BLOCK_ROWS): Promise<string[]> {
  const rows = await ask<{ line: string }>(pool, `miko_lines_${stream}`, `
    select line from ${stream}_line where number > $1 and number <= $2 order by number limit $3`, [since, upto, most]);
  return rows.map(({ line }) => line);
}

/** The number of the newest row there is. */
export async function newestOf(pool: pg.Pool, stream: Stream): Promise<number> {
  const counters = { change: 'select revision as newest from counter', refusal: 'select number as newest from refusal_counter' };
  const [row] = await ask<{ newest: number }>(pool, `miko_newest_${stream}`, counters[stream], []);
  return row!.newest;
}

/** All up to here, of a stream, is in the archive; what is there still may be a part of it. */
export async function archivedUpto(pool: pg.Pool, stream: Stream): Promise<number> {
  const [place] = await ask<{ upto: number }>(pool, 'miko_archive_place', 'select upto from archive_place where stream = $1', [stream]);
  return place!.upto;
}
