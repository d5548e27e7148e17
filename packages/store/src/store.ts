import type { EndpointKey, EndpointRecord } from '@miko/model';
import type { Kysely } from 'kysely';
import type pg from 'pg';
import type { Change, Snapshot } from './change.ts';
import { openPool, statementMs, type BoundedPool, type Connection } from './client.ts';
import { CallClaims } from './claims/call-claims.ts';
import type { CallClaim, KeptAnswer } from './claims/kept-answer.ts';
import { createKysely, type Tables } from './database.ts';
import { asStoreError } from './error.ts';
import { Lease } from './lease.ts';
import { checkServer, migrate } from './migrate.ts';
import type { Attribution, Decide, ObjectResult, Replay, WriteHow } from './objects/decision.ts';
import { ObjectFinder } from './objects/finder.ts';
import type { ObjectDatabase } from './objects/transaction.ts';
import { writeObject } from './objects/write.ts';
import { useIndexesOption, type Operation } from './record-operations.ts';
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
  readonly #objects: BoundedPool;
  readonly #db: Kysely<Tables>;
  readonly #records: RecordWriter;
  readonly #claims: CallClaims;
  readonly #writes: ObjectDatabase;
  #connection: Connection;
  /** Takes what this Miko committed itself; set by whoever keeps the view. */
  committed: (changes: readonly Change[]) => void = () => {};
  /** A claimed call has run and its answer could not be kept: repeated, it runs again. Set by whoever keeps the log. */
  answerLost: (claim: CallClaim, error: unknown) => void = () => {};

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#pool = openPool(connection, 'miko', POOL_SIZE);
    this.pool = this.#pool.pool;
    // Renewals wait for nobody else's work: a session must not end because others ask much.
    this.#pulses = openPool(connection, 'miko-pulses', 1);
    this.#objects = openPool(connection, 'miko-objects', POOL_SIZE, statementMs.ordinary, { options: useIndexesOption });
    this.#db = createKysely(this.pool);
    this.lease = new Lease(() => this.#connection);
    this.#records = new RecordWriter(() => this.#connection, changes => this.committed(changes));
    this.#claims = new CallClaims(() => this.#connection, (claim, error) => this.answerLost(claim, error));
    const { pool } = this.#objects;
    this.#writes = { pool, finder: new ObjectFinder(pool), records: this.#records, committed: changes => this.committed(changes) };
  }

  get connection(): Connection {
    return this.#connection;
  }

  /** The embedded server came back elsewhere: connections made from now on go there. */
  moveTo(connection: Connection): void {
    this.#connection = connection;
    for (const { pool } of [this.#pool, this.#pulses, this.#objects]) Object.assign(pool.options, connection);
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
  write<Write, Outcome>(operation: Operation<Write, Outcome>, write: Write, latest?: number): Promise<Outcome> {
    return this.#records.submit(operation, write, latest);
  }

  /** See objects.ts; the change reaches the view before this resolves, where nothing earlier is missing. A dry run reaches nothing. */
  writeObject(by: Attribution, decide: Decide, how?: WriteHow & { readonly claim?: never }): Promise<ObjectResult | null>;
  writeObject(by: Attribution, decide: Decide, how?: WriteHow): Promise<ObjectResult | Replay | null>;
  writeObject(by: Attribution, decide: Decide, how?: WriteHow): Promise<ObjectResult | Replay | null> {
    return writeObject(this.#writes, by, decide, how);
  }

  /** A call that happens once under its key and is no write of an object: see CallClaims.once. */
  claimed(claim: CallClaim, run: () => Promise<KeptAnswer>): Promise<KeptAnswer> {
    return this.#claims.once(claim, run);
  }

  /** 32 random bytes, the same for every Miko on this database and told to nobody else. */
  async signingKey(): Promise<Buffer> {
    const { rows } = await translated(this.pool.query<{ value: Buffer }>('select value from signing_key'));
    return rows[0]!.value;
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
    await this.#claims.close();
    await this.#objects.end();
    await this.#pulses.end();
    await this.#pool.end();
  }
}

const translated = <T>(promise: Promise<T>): Promise<T> => promise.catch((error: unknown) => Promise.reject(asStoreError(error) as Error));
