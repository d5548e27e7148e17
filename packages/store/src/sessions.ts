import type pg from 'pg';
import { PULSE_INTERVAL_MS, type EndpointKey } from '@miko/model';
import { textArray } from './binary-array.ts';

/** What of a session moves without a revision: its expiry, what its client has applied, what it watches. */

export interface Pulse {
  readonly session: string;
  readonly applied: number;
}

/** Makes a group of renewals durable; resolves to those that no longer live. */
export async function writePulses(pool: pg.Pool, pulses: readonly Pulse[]): Promise<string[]> {
  const { rows } = await pool.query<{ id: string }>({
    name: 'miko_pulse',
    // Rows are locked in one order everywhere, so that two groups never wait for each other.
    text: `with input as (select * from unnest($1::text[], $2::bigint[]) as i(id, applied)),
      locked as (
        select id from session where id = any($1::text[]) and state = 'live' order by id for no key update),
      renewed as (
        update session s set applied = greatest(s.applied, i.applied),
          expires_at = greatest(s.expires_at, (select miko_now()) + make_interval(secs => s.ttl_seconds + ${PULSE_INTERVAL_MS / 1000}))
        from input i where s.id = i.id and s.id = any($1::text[]) and s.id in (select id from locked) and s.state = 'live' returning s.id)
      select id from input except select id from renewed`,
    values: [textArray(pulses.map(p => p.session)), pulses.map(p => p.applied)],
  });
  return rows.map(row => row.id);
}

/** Which services a session's client watches; `*` for all, none when it stopped. */
export async function writeWatching(pool: pg.Pool, session: string, services: readonly string[]): Promise<void> {
  await pool.query({
    name: 'miko_watching',
    text: 'update session set watching = $2::text[] where id = $1 and watching <> $2::text[]',
    values: [session, textArray(services)],
  });
}

export interface Holder {
  readonly session: string;
  readonly name: string;
  readonly applied: number;
}

/** The sessions that watch a service: whoever of them has not applied a revision may still send calls by an older list. */
export async function readWatchers(pool: pg.Pool, project: string, service: string): Promise<Holder[]> {
  const { rows } = await pool.query<Holder>({
    name: 'miko_watchers',
    text: `select id as session, name, applied from session
      where project = $1 and state = 'live' and watching && array[$2, '*'] order by id limit 10000`,
    values: [project, service],
  });
  return rows;
}

export interface OverdueRow {
  readonly id: string;
  readonly state: 'live' | 'fenced';
  readonly held_ms: number | null;
}

/**
 * The sessions whose time is over, on the database's clock. Those opened before `grace` were seen by an earlier judge:
 * they get a full TTL from it on. For the lease holder's own connection. The clock is read once, which lets the index be used.
 */
export const overdueQuery = `select * from (
    select s.id, s.state, s.expires_at, (select extract(epoch from (select miko_now()) - min(e.held_since)) * 1000 from endpoint e
      where e.session = s.id and e.gone_cause is null)::float8 as held_ms
    from session s
    where s.state <> 'ended' and s.expires_at < (select miko_now())
      and (s.opened_at >= $1 or (select miko_now()) > $1::timestamptz + make_interval(secs => s.ttl_seconds))) overdue
  order by held_ms is not null, expires_at limit 10000`;

/**
 * Removes what no cursor needs any more: tombstones of endpoints and ended sessions older than $1 seconds, at most 20,000
 * of each, and moves the horizon past their changes. The last tombstone of a service stays: it says why the service is
 * empty; changes stay until they are archived. Answers kept for repetitions of a call go after 24 hours. One row:
 * `pruned`, how far the horizon moved, and `more`, whether that was as far as one call goes: then there may be more to do.
 */
export const pruneQuery = `select pruned, pruned = 20000 or claims = 20000 as more
  from miko_prune_claims(20000) as claims, miko_prune($1, 20000) as pruned`;

/** A report for a `ttl` check came: it stands for its TTL from now on. Resolves to false when the endpoint is not that registration. */
export async function writeReport(pool: pg.Pool, key: EndpointKey, id: string): Promise<boolean> {
  const { rowCount } = await pool.query({
    name: 'miko_report',
    text: `update endpoint set reported_at = miko_now()
      where project = $1 and service = $2 and instance = $3 and id = $4 and gone_cause is null`,
    values: [key.project, key.service, key.instance, id],
  });
  return rowCount === 1;
}

export interface SilentRow extends EndpointKey {
  readonly id: string;
}

/** The `ttl` checks whose last report is too old, judged as `overdueQuery` judges sessions. */
export const silentQuery = `select project, service, instance, id from endpoint
  where report_ttl_ms is not null and gone_cause is null and health <> 'critical'
    and (select miko_now()) > greatest(reported_at, $1::timestamptz) + make_interval(secs => report_ttl_ms / 1000.0)
  limit 10000`;
