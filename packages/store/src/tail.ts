import type pg from 'pg';
import type { EndpointRecord, Stored } from '@miko/model';
import type { Change, Snapshot } from './change.ts';
import { endpointColumns, endpointOf, objectOf, sessionOf, type EndpointRow, type ObjectRow, type SessionRow } from './rows.ts';

/** Reading what is: the whole at one revision, and what came after a revision. */

/** The most changes one read brings: as many as that, and there may be more. */
export const CHUNK = 2_000;
const objectColumns = 'o.id, o.kind, o.project, o.name, o.spec, o.revision, o.created_at, o.updated_at, o.deleted_at, s.status, encode(x.sha256, \'hex\') as hash';
const objectJoins = 'left join object_status s on s.object_id = o.id left join secret x on x.object_id = o.id';
type FullObjectRow = ObjectRow & { deleted_at: Date | null; hash: string | null };

/** Endpoints come in chunks, so that a large directory is never held twice. All of it is of one moment. */
export async function loadSnapshot(pool: pg.Pool, onEndpoints: (records: EndpointRecord[]) => void): Promise<Snapshot> {
  const client = await pool.connect();
  try {
    await client.query('begin isolation level repeatable read read only');
    const { rows: counters } = await client.query<{ revision: number; horizon: number; installation: string }>(
      'select revision, horizon, installation from counter',
    );
    const { rows: objects } = await client.query<FullObjectRow>(
      `select ${objectColumns} from object o ${objectJoins} where o.deleted_at is null or o.kind = 'endpoint_override' order by o.revision`,
    );
    const { rows: sessions } = await client.query<SessionRow>(`select * from session where state <> 'ended'`);
    await client.query(`declare endpoints no scroll cursor for select ${endpointColumns} from endpoint`);
    for (;;) {
      const { rows } = await client.query<EndpointRow>(`fetch ${CHUNK} from endpoints`);
      if (rows.length === 0) break;
      onEndpoints(rows.map(endpointOf));
    }
    await client.query('commit');
    return { ...counters[0]!, objects: objects.map(full), sessions: sessions.map(sessionOf) };
  } catch (error) {
    await client.query('rollback').catch(() => {});
    throw error;
  } finally {
    client.release();
  }
}

/**
 * The changes after `revision`, in order and without a gap, at most a chunk of them. Null when `revision` lies before the
 * horizon, or they are not there any more, also where nothing at all is left of them; and when the database stands before `revision`: it was put back to an
 * earlier state, and what a view holds beyond that never was.
 */
export async function readChanges(pool: pg.Pool, revision: number): Promise<Change[] | null> {
  const { rows: found } = await pool.query<ChangeRow>(
    `select k.revision as newest, k.horizon, c.revision, c.kind, c.operation, c.subject, ${endpointColumns
      .split(', ')
      .map(name => `e.${name} as e_${name}`)
      .join(', ')}, c.before, c.after,
       case when c.kind = 'session' then (select to_jsonb(s.*) from session s where s.id = c.subject) end as session,
       case when c.kind = 'token' then (select encode(x.sha256, 'hex') from secret x where x.object_id = c.subject) end as hash
     from counter k
     left join lateral (select * from change where revision > $1 order by revision limit ${CHUNK}) c on true
     left join lateral (
       select * from endpoint e where c.kind = 'endpoint' and e.project = c.project and e.service = c.service and e.instance = c.name limit 1) e on true
     order by c.revision`,
    [revision],
  );
  const rows = found.filter(row => row.revision !== null);
  // Tombstones before the horizon may be gone: their changes would read as superseded, and no later one carries them.
  if (revision < found[0]!.horizon) return null;
  if (rows.length === 0 && found[0]!.newest !== revision) return null;
  if (rows.some((row, i) => row.revision !== revision + 1 + i)) return null;
  return rows.map(changeOf);
}

interface ChangeRow {
  /** The counter; it stands beside an empty row where there is no change. */
  readonly newest: number;
  readonly horizon: number;
  readonly revision: number;
  readonly kind: string;
  readonly operation: string;
  readonly subject: string;
  readonly session: (Omit<SessionRow, 'opened_at' | 'expires_at'> & { opened_at: string; expires_at: string }) | null;
  readonly after: Stored | null;
  readonly before: Stored | null;
  readonly hash: string | null;
  readonly [column: `e_${string}`]: unknown;
}

function changeOf(row: ChangeRow): Change {
  const { revision } = row;
  if (row.kind === 'endpoint') {
    // Written again since, or removed and pruned: the later change carries what it became.
    if (row['e_revision'] !== revision) return { revision, type: 'superseded' };
    const stripped = Object.fromEntries(endpointColumns.split(', ').map(name => [name, row[`e_${name}`]]));
    return { revision, type: 'endpoint', record: endpointOf(stripped as unknown as EndpointRow) };
  }
  if (row.kind === 'session') {
    if (row.operation !== 'open') return { revision, type: 'session_ended', id: row.subject };
    if (row.session === null || row.session.state === 'ended') return { revision, type: 'superseded' };
    const { opened_at, expires_at } = row.session;
    return { revision, type: 'session', record: sessionOf({ ...row.session, opened_at: new Date(opened_at), expires_at: new Date(expires_at) }) };
  }
  const deleted = row.operation === 'delete';
  const object = (deleted ? row.before : row.after)!;
  return { revision, type: 'object', object: { ...object, revision }, deleted, secretHash: row.hash };
}

const full = (row: FullObjectRow) => ({ object: objectOf(row), deleted: row.deleted_at !== null, secretHash: row.hash });
