import type pg from 'pg';
import { ask } from './ask.ts';

/** Who did what, newest first. Filters that are null let everything through. */
export interface AuditFilter {
  readonly actor: string | null;
  readonly kind: string | null;
  readonly name: string | null;
  /** Only what came after this revision. */
  readonly sinceRevision: number;
  /** Only this project's rows, its own object among them. */
  readonly project: string | null;
  /** Only what came at this time or later, RFC 3339. */
  readonly since: string | null;
}

/** A change as it is shown. What happened in a session is put down to whoever opened it; what the leader decides alone, to `miko`. */
export interface AuditRow {
  readonly revision: number;
  readonly at: Date;
  readonly actor: string | null;
  readonly credential: string | null;
  readonly remote: string | null;
  readonly user_agent: string | null;
  readonly request_id: string | null;
  readonly kind: string;
  readonly operation: string;
  readonly project: string | null;
  readonly service: string | null;
  readonly name: string | null;
  readonly subject: string;
  readonly session: string | null;
  readonly before_revision: number | null;
  readonly changed: readonly string[] | null;
}

export interface AuditPage {
  readonly rows: readonly AuditRow[];
  /** Go on before this revision; null: there is nothing more. */
  readonly before: number | null;
}

/** How many rows one page walks at most. A filter that fits few of them may get an empty page, and goes on after it. */
export const MOST_WALKED = 10_000;

const isOfLeader = `c.operation in ('hold', 'release', 'expired')`;
const isOfSession = `c.actor is null and not ${isOfLeader}`;
/** The opening may be archived by now; the session itself still knows. */
const actor = `coalesce(c.actor, case when ${isOfLeader} then 'miko' end, o.actor, s.credential)`;

export async function readAudit(pool: pg.Pool, filter: AuditFilter, before: number | null, limit: number, walked = MOST_WALKED): Promise<AuditPage> {
  const walk = walkOf(filter);
  const from = before ?? Number.MAX_SAFE_INTEGER;
  const bounds = [filter.sinceRevision, from, walked, ...walk.values];
  const found = await ask<AuditRow>(pool, `miko_audit_${walk.name}`, `
    select c.revision, c.at, ${actor} as actor, coalesce(c.credential, o.credential, s.credential) as credential, coalesce(c.remote, o.remote) as remote,
      coalesce(c.user_agent, o.user_agent) as user_agent, c.request_id, c.kind, c.operation,
      nullif(c.project, '') as project, c.service, c.name, c.subject, c.session, c.before_revision, c.changed
    from (${walk.text('*', 'limit $3')}) c
    left join lateral (
      select x.actor, x.credential, x.remote, x.user_agent from change x
      where x.session = c.session and x.kind = 'session' and x.operation = 'open' and ${isOfSession} limit 1
    ) o on true
    left join lateral (select y.credential from session y where y.id = c.session and ${isOfSession} offset 0) s on true
    where ($${walk.next}::text is null or c.kind = $${walk.next})
      and ($${walk.next + 1}::text is null or c.name = $${walk.next + 1})
      and ($${walk.next + 2}::text is null or c.project = $${walk.next + 2} or (c.kind = 'project' and c.name = $${walk.next + 2}))
      and ($${walk.next + 3}::text is null or ${actor} = $${walk.next + 3})
      and ($${walk.next + 4}::timestamptz is null or c.at >= $${walk.next + 4})
    order by c.revision desc limit $${walk.next + 5}`,
  [...bounds, filter.kind, filter.name, filter.project, filter.actor, filter.since, limit + 1]);
  if (found.length > limit) return { rows: found.slice(0, limit), before: found[limit - 1]!.revision };
  const [last] = await ask<{ revision: number }>(pool, `miko_audit_end_${walk.name}`, walk.text('revision', 'offset $3 - 1 limit 1'), bounds);
  return { rows: found, before: last?.revision ?? null };
}

/** The rows that are walked: by the index that narrows them most, or all in their order. */
interface Walk {
  readonly name: string;
  readonly values: readonly string[];
  /** The number of the first parameter after its own. */
  readonly next: number;
  text(columns: string, bounds: string): string;
}

function walkOf({ kind, name, actor: by }: AuditFilter): Walk {
  const walk = (of: string, condition: string, values: readonly string[]): Walk => ({
    name: of, values, next: 4 + values.length,
    text: (columns, bounds) => `select ${columns} from change where revision > $1 and revision < $2${condition} order by revision desc ${bounds}`,
  });
  // Indexes know nothing of endpoints: their rows are walked with all others.
  if (kind === null || kind === 'endpoint') return walk('all', '', []);
  if (name !== null) return walk('name', ` and kind <> 'endpoint' and kind = $4 and name = $5`, [kind, name]);
  // A session is put down to its credential, which its own row may not name.
  if (by !== null && kind !== 'session') return walk('actor', ` and kind <> 'endpoint' and actor = $4`, [by]);
  return walk('kind', ` and kind <> 'endpoint' and kind = $4`, [kind]);
}
