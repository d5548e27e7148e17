import type pg from 'pg';
import { ask } from './ask.ts';
import { MOST_WALKED } from './change-list.ts';

/** Somebody was turned away, or shown a secret, `count` times within a second. */
export interface RefusalEntry {
  /** Milliseconds since the first of them. */
  readonly age_ms: number;
  /** The code of the refusal; `secret_shown`; `dropped`: so many were not kept. */
  readonly code: string;
  readonly count: number;
  readonly actor: string | null;
  readonly credential: string | null;
  readonly remote: string | null;
  readonly user_agent: string | null;
  readonly method: string | null;
  readonly path: string | null;
  /** The project it was about; null: the fleet, or not known. */
  readonly project: string | null;
  /** Whose secret was shown. */
  readonly subject: string | null;
  readonly request_id: string | null;
}

export interface RefusalRow extends Omit<RefusalEntry, 'age_ms'> {
  readonly number: number;
  readonly at: Date;
}

/** Writes a batch; the whole of it, or nothing. */
export const writeRefusals = async (pool: pg.Pool, entries: readonly RefusalEntry[]): Promise<void> =>
  void (await ask(pool, 'miko_refuse', 'select miko_refuse($1::jsonb)', [JSON.stringify(entries)]));

export interface RefusalFilter {
  readonly actor: string | null;
  readonly code: string | null;
  readonly project: string | null;
  /** Only what came after this number. */
  readonly since: number;
  /** Only what came at this time or later, RFC 3339. */
  readonly at: string | null;
}

export interface RefusalPage {
  readonly rows: readonly RefusalRow[];
  /** Go on before this number; null: there is nothing more. */
  readonly before: number | null;
}

/** Newest first; walks a bounded stretch, as `readAudit` does. */
export async function readRefusals(pool: pg.Pool, filter: RefusalFilter, before: number | null, limit: number, walked = MOST_WALKED): Promise<RefusalPage> {
  const bounds = [filter.since, before ?? Number.MAX_SAFE_INTEGER, walked];
  const walk = (columns: string, rest: string): string => `select ${columns} from refusal where number > $1 and number < $2 order by number desc ${rest}`;
  const rows = await ask<RefusalRow>(pool, 'miko_refusals', `
    select * from (${walk('*', 'limit $3')}) r
    where ($4::text is null or actor = $4) and ($5::text is null or code = $5) and ($6::text is null or project = $6) and ($7::timestamptz is null or at >= $7)
    order by number desc limit $8`, [...bounds, filter.actor, filter.code, filter.project, filter.at, limit + 1]);
  if (rows.length > limit) return { rows: rows.slice(0, limit), before: rows[limit - 1]!.number };
  const [last] = await ask<{ number: number }>(pool, 'miko_refusals_end', walk('number', 'offset $3 - 1 limit 1'), bounds);
  return { rows, before: last?.number ?? null };
}
