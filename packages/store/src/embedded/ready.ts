import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { EmbeddedError } from './embedded-error.ts';
import type { Postmaster } from './postmaster.ts';
import { codeOf, messageOf } from './system-error.ts';

export interface Connection {
  /** The folder of the server's socket. */
  host: string;
  user: string;
  password: string;
  database: string;
}

const tryEveryMs = 20;
/** Recovery after a crash replays up to 1 GB of WAL before connections are taken; on a slow disk that is minutes. */
const readyLimitMs = 300_000;

/**
 * Waits until the server answers a connection.
 *
 * @throws EmbeddedError `start_failed` when the server ends, or refuses for another reason than not being ready; `start_timeout` after 5 min
 */
export async function untilReady(postmaster: Postmaster, connection: Connection): Promise<void> {
  const deadline = Date.now() + readyLimitMs;
  let ended: { code: number | null } | undefined;
  const exit = (async () => {
    ended = await postmaster.exited;
  })();
  for (;;) {
    const error = await attempt(connection, deadline - Date.now());
    if (error === undefined) return;
    if (!isNotYet(error)) throw new EmbeddedError('start_failed', `PostgreSQL refuses the first connection: ${messageOf(error)}`, error);
    await Promise.race([exit, sleep(tryEveryMs)]);
    const lastWords = `:\n${postmaster.log.lines(12)}`;
    if (ended) throw new EmbeddedError('start_failed', `PostgreSQL ended at its start with code ${ended.code}${lastWords}`);
    if (Date.now() > deadline) {
      throw new EmbeddedError('start_timeout', `PostgreSQL took no connection within ${readyLimitMs / 1000} s${lastWords}`, error);
    }
  }
}

/** @returns why it did not work, or undefined */
async function attempt(connection: Connection, limitMs: number): Promise<unknown> {
  const client = new Client({ ...connection, connectionTimeoutMillis: Math.max(limitMs, 1) });
  client.on('error', () => {}); // the server may end between connect and end
  try {
    await client.connect();
    return undefined;
  } catch (error) {
    return error;
  } finally {
    await client.end().catch(() => {});
  }
}

/** No socket yet, a full backlog, a closing server, or `cannot_connect_now` ("the database system is starting up"). */
function isNotYet(error: unknown): boolean {
  const code = codeOf(error);
  if (code === undefined) return true; // "Connection terminated unexpectedly", timeouts: the deadline and the exit judge
  return code === '57P03' || ['ENOENT', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'EAGAIN'].includes(code);
}
