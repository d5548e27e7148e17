import type { Socket } from 'node:net';
import pg from 'pg';
import { StoreError } from './error.ts';

/**
 * A connection on which nothing waits for ever.
 *
 * A server that is stopped, or cut off without a word, breaks no connection: whoever waits for its answer would wait as
 * long as it takes. So every wait has two ends. The server gives up a statement after a time (locks included), and a
 * transaction whose client has gone quiet, for that one may hold the counter against every Miko there is. This side
 * gives up the connection when an answer is owed and nothing has come for longer than that.
 */
export type Connection =
  | { readonly connectionString: string }
  | { readonly host: string; readonly user: string; readonly password: string; readonly database: string };

/** How long one statement may take. `ordinary` is what a caller may have to wait for; a leader's pass moves thousands of rows; a migration may rewrite tables. */
export const statementMs = { ordinary: 6_000, leader: 30_000, migration: 3_600_000 } as const;
const CONNECT_MS = 4_000;
/** Shorter than an ordinary statement: whoever waits for a lock of such a transaction gets it in time. */
const IDLE_IN_TRANSACTION_MS = 3_000;
/** Silence is judged later than the server judges the statement, so that its own word comes first where it can speak. */
const SILENCE_AFTER_MS = 1_500;
const GOODBYE_MS = 1_000;

const BIGINT = 20;
/** Revisions fit a double exactly up to 2^53; everything else is read as pg reads it. */
const types: pg.CustomTypesConfig = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') =>
    oid === BIGINT ? Number : pg.types.getTypeParser(oid, format),
};

export const clientConfig = (connection: Connection, name: string, limitMs: number): pg.ClientConfig => ({
  ...connection,
  types,
  application_name: name,
  connectionTimeoutMillis: CONNECT_MS,
  statement_timeout: limitMs,
  idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
  keepAlive: true,
});

/** Connects. Rejects with StoreError `unavailable`, whatever the reason: nothing was done yet. */
export async function openClient(
  connection: Connection, name: string, limitMs: number = statementMs.ordinary, more: Pick<pg.ClientConfig, 'pipeline'> = {},
): Promise<pg.Client> {
  const client = new pg.Client({ ...clientConfig(connection, name, limitMs), ...more });
  try {
    await client.connect();
  } catch (error) {
    throw new StoreError('unavailable', 'the database cannot be reached', error);
  }
  return bounded(client, limitMs);
}

/** Makes a connected client one that ends when its server is silent, and whose end ends no more than itself. */
export function bounded<Client extends pg.Client>(client: Client, limitMs: number): Client {
  // pg tells of a lost connection by an error event too, also while nobody waits: without a listener that ends the process.
  client.on('error', () => {});
  let owed = false;
  const send = client.query.bind(client) as (...args: unknown[]) => unknown;
  client.query = ((...args: unknown[]) => {
    owed = true;
    return send(...args);
  }) as Client['query'];
  client.on('drain', () => { owed = false; });
  const { stream } = client.connection as unknown as { stream: Socket };
  stream.setTimeout(limitMs + SILENCE_AFTER_MS, () => {
    if (owed) stream.destroy(Object.assign(new Error('the database owes an answer and is silent'), { code: 'ETIMEDOUT' }));
  });
  return client;
}

/** Ends a connection; without its server's consent where that does not come soon. */
export async function closeClient(client: pg.Client): Promise<void> {
  const timer = setTimeout(() => client.connection.stream.destroy(), GOODBYE_MS);
  await client.end().catch(() => {});
  clearTimeout(timer);
}

export interface BoundedPool {
  readonly pool: pg.Pool;
  end(): Promise<void>;
}

/** A pool of such connections. */
export function openPool(
  connection: Connection, name: string, max: number, limitMs: number = statementMs.ordinary, more: Pick<pg.ClientConfig, 'options'> = {},
): BoundedPool {
  const pool = new pg.Pool({ ...clientConfig(connection, name, limitMs), ...more, max, idleTimeoutMillis: 30_000 });
  const open = new Set<pg.Client>();
  pool.on('connect', client => open.add(bounded(client, limitMs)));
  pool.on('remove', client => open.delete(client));
  // An idle connection that dies is replaced at the next use.
  pool.on('error', () => {});
  const end = async (): Promise<void> => {
    if (pool.ending) return;
    const timer = setTimeout(() => { for (const client of open) client.connection.stream.destroy(); }, GOODBYE_MS);
    await pool.end();
    clearTimeout(timer);
  };
  return { pool, end };
}
