import type pg from 'pg';
import { closeClient, openClient, statementMs, type Connection } from './client.ts';
import { asStoreError, isUnavailable, StoreError } from './error.ts';
import { LOCKS } from './migrate.ts';
import { useIndexes } from './record-operations.ts';

export interface LeaseQuery {
  readonly text: string;
  readonly values?: unknown[];
  readonly rowMode?: 'array';
}

/**
 * Leadership among the Mikos on one database: a session advisory lock. Work that only the leader may do runs on the
 * very connection that holds the lock: when the connection is gone, so is the right, and the statement fails with it.
 */
export class Lease {
  readonly #connection: () => Connection;
  #client: pg.Client | null = null;
  /** Statements take turns on the one connection. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(connection: () => Connection) {
    this.#connection = connection;
  }

  get held(): boolean {
    return this.#client !== null;
  }

  /** Tries once; true when this Miko now leads, or did already. Rejects with StoreError `unavailable` when the database cannot say. */
  async tryAcquire(): Promise<boolean> {
    if (this.#client !== null) return true;
    const client = await openClient(this.#connection(), 'miko-lead', statementMs.leader);
    client.on('end', () => this.#lost(client));
    try {
      await client.query(useIndexes);
      const { rows } = await client.query<{ got: boolean }>('select pg_try_advisory_lock($1, $2) as got', [...LOCKS.lead]);
      if (rows[0]!.got) {
        this.#client = client;
        return true;
      }
    } catch (error) {
      await closeClient(client);
      throw asStoreError(error);
    }
    await closeClient(client);
    return false;
  }

  /** Runs a statement as the leader, after those that were asked for before. Rejects with StoreError `conflict` when this Miko does not lead. */
  query<Row extends pg.QueryResultRow>(query: LeaseQuery): Promise<Row[]> {
    const client = this.#client;
    const rows = this.#turn.then(() => this.#run<Row>(client, query));
    this.#turn = rows.catch(() => {});
    return rows;
  }

  /** The right it was asked for with must still stand: another connection is another term. */
  async #run<Row extends pg.QueryResultRow>(client: pg.Client | null, query: LeaseQuery): Promise<Row[]> {
    if (client === null || client !== this.#client) throw new StoreError('conflict', 'this Miko does not lead');
    try {
      return (await client.query<Row>(query as pg.QueryConfig)).rows;
    } catch (error) {
      if (isUnavailable(error)) this.#lost(client);
      throw asStoreError(error);
    }
  }

  async release(): Promise<void> {
    const client = this.#client;
    this.#client = null;
    if (client !== null) await closeClient(client);
  }

  #lost(client: pg.Client): void {
    if (this.#client !== client) return;
    this.#client = null;
    void closeClient(client);
  }
}
