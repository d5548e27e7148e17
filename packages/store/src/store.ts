import type { EndpointKey, EndpointRecord } from '@miko/model';
import type { Kysely } from 'kysely';
import type pg from 'pg';
import type { Change, Snapshot } from './change.ts';
import { openPool, type BoundedPool, type Connection } from './client.ts';
import { createKysely, type Tables } from './database.ts';
import { asStoreError } from './error.ts';
import { Lease } from './lease.ts';
import { checkServer, migrate } from './migrate.ts';
import { writeObject, type Attribution, type ObjectResult, type ObjectTransaction, type ObjectWrite } from './objects.ts';
import type { Operation } from './record-operations.ts';
import { RecordWriter } from './record-writer.ts';
import { readWatchers, writePulses, writeReport, writeWatching, type Holder, type Pulse } from './sessions.ts';
import { loadSnapshot } from './tail.ts';

const POOL_SIZE = 8;

/** Everything Miko keeps, in one PostgreSQL. */
export class Store {
  readonly lease: Lease;
  readonly pool: pg.Pool;
  readonly #pool: BoundedPool;
  readonly #pulses: BoundedPool;
  readonly #db: Kysely<Tables>;
  readonly #records: RecordWriter;
  #connection: Connection;
  /** Takes what this Miko committed itself; set by whoever keeps the view. */
  committed: (changes: readonly Change[]) => void = () => {};

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#pool = openPool(connection, 'miko', POOL_SIZE);
    this.pool = this.#pool.pool;
    // Renewals wait for nobody else's work: a session must not end because others ask much.
    this.#pulses = openPool(connection, 'miko-pulses', 1);
    this.#db = createKysely(this.pool);
    this.lease = new Lease(() => this.#connection);
    this.#records = new RecordWriter(() => this.#connection, changes => this.committed(changes));
  }

  get connection(): Connection {
    return this.#connection;
  }

  /** The embedded server came back elsewhere: connections made from now on go there. */
  moveTo(connection: Connection): void {
    this.#connection = connection;
    Object.assign(this.pool.options, connection);
    Object.assign(this.#pulses.pool.options, connection);
  }

  /** Checks the server's settings and brings the schema to the newest form; resolves to the server's version. */
  async prepare(): Promise<string> {
    const version = await translated(checkServer(this.#db));
    await migrate(this.#connection);
    return version;
  }

  load(onEndpoints: (records: EndpointRecord[]) => void): Promise<Snapshot> {
    return translated(loadSnapshot(this.pool, onEndpoints));
  }

  /** See RecordWriter.submit. */
  write<Write, Outcome>(operation: Operation<Write, Outcome>, write: Write): Promise<Outcome> {
    return this.#records.submit(operation, write);
  }

  /** See writeObject; the change reaches the view before this resolves, where nothing earlier is missing. */
  async writeObject(by: Attribution, decide: (tx: ObjectTransaction) => Promise<ObjectWrite | null>): Promise<ObjectResult | null> {
    const result = await writeObject(this.#db, by, decide);
    if (result !== null) this.committed([result.change]);
    return result;
  }

  pulse(pulses: readonly Pulse[]): Promise<string[]> {
    return translated(writePulses(this.#pulses.pool, pulses));
  }

  watching(session: string, services: readonly string[]): Promise<void> {
    return translated(writeWatching(this.pool, session, services));
  }

  watchers(project: string, service: string): Promise<Holder[]> {
    return translated(readWatchers(this.pool, project, service));
  }

  report(key: EndpointKey, id: string): Promise<boolean> {
    return translated(writeReport(this.pool, key, id));
  }

  /** A group of record writes made with the right of the lease holder: on its connection, or not at all. */
  async writeAsLeader<Write, Outcome>(operation: Operation<Write, Outcome>, writes: readonly Write[]): Promise<Outcome[]> {
    if (writes.length === 0) return [];
    const rows = await this.lease.query<never>({ text: operation.text, values: operation.values(writes), rowMode: 'array' });
    const changes: Change[] = [];
    const outcomes = operation.read(rows, writes, changes);
    this.committed(changes);
    return outcomes;
  }

  async close(): Promise<void> {
    await this.#records.close();
    await this.lease.release();
    await this.#pulses.end();
    await this.#pool.end();
  }
}

const translated = <T>(promise: Promise<T>): Promise<T> => promise.catch((error: unknown) => Promise.reject(asStoreError(error) as Error));
