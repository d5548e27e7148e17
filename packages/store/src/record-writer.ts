import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import type { Change } from './change.ts';
import { closeClient, openClient, type Connection } from './client.ts';
import { asStoreError, isUnavailable, isUndone, StoreError } from './error.ts';
import { failpoint, isArmed } from './failpoint.ts';
import { useIndexes, type Operation } from './record-operations.ts';

/** Writes that may wait at once; one more is refused as overloaded. */
const MOST_WAITING = 20_000;
const MOST_IN_GROUP = 2_000;
/** How often a group is written again after the server undid it for another one's sake. */
const MOST_REPEATS = 5;
/** How long the backend of a lost connection may take to end. */
const FENCE_MS = 5_000;

interface Waiting {
  readonly operation: Operation<unknown, unknown>;
  readonly write: unknown;
  readonly key: string;
  readonly group: string;
  readonly latest: number;
  resolve(outcome: unknown): void;
  reject(error: unknown): void;
}

/**
 * The one writer of records of this Miko. Writes that arrive while a commit runs form the next group; a group is one
 * statement, so one commit and one sync for all of it, and each caller gets an answer of its own afterwards.
 * Order is kept for each key: a write is never taken past an earlier one that shares its key.
 *
 * Order holds over a lost connection too. The server may still have a statement of it to run, and would run it after
 * later ones that were acknowledged; so a new connection begins by ending the backend of the one before.
 */
export class RecordWriter {
  readonly #connection: () => Connection;
  readonly #committed: (changes: Change[]) => void;
  #client: pg.Client | null = null;
  #backend: { readonly pid: number; readonly since: string } | null = null;
  #queue: Waiting[] = [];
  #running = false;
  #closed = false;

  constructor(connection: () => Connection, committed: (changes: Change[]) => void) {
    this.#connection = connection;
    this.#committed = committed;
  }

  /**
   * Resolves after the commit. Rejects with StoreError `overloaded` before anything was tried, or `unavailable`:
   * then the write may or may not have happened, and the same call again gives the same result. Past `latest`, on the clock of
   * performance.now(), it is not sent any more: `deadline`.
   */
  submit<Write, Outcome>(operation: Operation<Write, Outcome>, write: Write, latest = Number.POSITIVE_INFINITY): Promise<Outcome> {
    if (this.#closed) return Promise.reject(new StoreError('unavailable', 'Miko is stopping'));
    if (this.#queue.length >= MOST_WAITING) return Promise.reject(new StoreError('overloaded', `${MOST_WAITING} writes are waiting`));
    return new Promise((resolve, reject) => {
      this.#queue.push({
        operation, write,
        key: operation.keyOf(write), group: `${operation.name} ${operation.groupOf(write)}`,
        latest, resolve, reject,
      });
      if (this.#running) return;
      this.#running = true;
      // After the requests that are being read right now: they go along instead of waiting for a commit of one.
      setImmediate(() => void this.#run());
    });
  }

  /** Writes that wait are refused; one that runs is finished. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const waiting of this.#queue.splice(0)) waiting.reject(new StoreError('unavailable', 'Miko is stopping'));
    while (this.#running) await sleep(2);
    const client = this.#client;
    this.#client = null;
    if (client !== null) await closeClient(client);
  }

  /** The next group is on its way before the callers of this one are answered: the database works while answers are written. */
  async #run(): Promise<void> {
    if (this.#queue.length === 0) {
      // Closed before it began.
      this.#running = false;
      return;
    }
    for (let writing = this.#settle(this.#nextGroup()); ;) {
      const answer = await writing;
      const isMore = this.#queue.length > 0;
      if (isMore) writing = this.#settle(this.#nextGroup());
      else this.#running = false;
      answer();
      if (!isMore) return;
    }
  }

  /**
   * Writes a group; resolves to what answers its callers. Nobody is refused for another one's write: a group that the
   * server does not take is halved until the culprit stands alone.
   */
  async #settle(group: readonly Waiting[]): Promise<() => void> {
    if (group.length === 0) return () => {};
    try {
      const { outcomes, changes } = await this.#write(group);
      return () => this.#answer(group, outcomes, changes);
    } catch (error) {
      if (isUnavailable(error)) this.#drop();
      else if (group.length > 1) {
        const half = group.length >> 1;
        const first = await this.#settle(group.slice(0, half));
        const second = await this.#settle(group.slice(half));
        return () => {
          first();
          second();
        };
      }
      return () => { for (const waiting of group) waiting.reject(asStoreError(error)); };
    }
  }

  #answer(group: readonly Waiting[], outcomes: readonly unknown[], changes: Change[]): void {
    failpoint('records.after_commit');
    try {
      if (changes.length > 0) this.#committed(changes);
      for (let i = 0; i < group.length; i++) group[i]!.resolve(outcomes[i]);
    } catch (error) {
      for (const waiting of group) waiting.reject(error);
    }
  }

  /** The first write that waits, and every later one of its kind that shares no key with one left behind. */
  #nextGroup(): Waiting[] {
    this.#refuseLate();
    if (this.#queue.length === 0) return [];
    const { group: wanted, operation: { mostInGroup = MOST_IN_GROUP } } = this.#queue[0]!;
    const group: Waiting[] = [];
    const left: Waiting[] = [];
    const barred = new Set<string>();
    for (const waiting of this.#queue) {
      if (waiting.group === wanted && group.length < mostInGroup && !barred.has(waiting.key)) group.push(waiting);
      else left.push(waiting);
      barred.add(waiting.key);
    }
    this.#queue = left;
    return group;
  }

  #refuseLate(): void {
    const now = performance.now();
    const late = this.#queue.filter(({ latest }) => latest < now);
    if (late.length === 0) return;
    this.#queue = this.#queue.filter(({ latest }) => latest >= now);
    for (const waiting of late) waiting.reject(new StoreError('deadline', 'the time that was given is over'));
  }

  async #write(group: readonly Waiting[]): Promise<{ outcomes: unknown[]; changes: Change[] }> {
    const { operation } = group[0]!;
    const writes = group.map(waiting => waiting.write);
    const client = (this.#client ??= await this.#connect().catch((error: unknown) => this.#refuse(error)));
    const query = { name: operation.name, text: operation.text, values: operation.values(writes), rowMode: 'array' as const };
    const rows = isArmed('records.before_commit') ? await this.#writeSlowly(client, query) : await this.#send(client, query);
    const changes: Change[] = [];
    const outcomes = operation.read(rows, writes, changes);
    changes.sort((a, b) => a.revision - b.revision);
    return { outcomes, changes };
  }

  async #send(client: pg.Client, query: pg.QueryArrayConfig): Promise<never[][]> {
    for (let left = MOST_REPEATS; ; left--) {
      try {
        return (await client.query<never[]>(query)).rows;
      } catch (error) {
        if (left === 0 || !isUndone(error)) throw error;
      }
    }
  }

  /** With a moment between the statement and its commit, for a test to die in. */
  async #writeSlowly(client: pg.Client, query: pg.QueryArrayConfig): Promise<never[][]> {
    await client.query('begin');
    try {
      const { rows } = await client.query<never[]>(query);
      failpoint('records.before_commit');
      await client.query('commit');
      return rows;
    } catch (error) {
      await client.query('rollback').catch(() => {});
      throw error;
    }
  }

  /** Without a connection nothing that waits is better off than the group at hand: nobody waits for one failure after another. */
  #refuse(error: unknown): never {
    for (const waiting of this.#queue.splice(0)) waiting.reject(asStoreError(error));
    throw error;
  }

  async #connect(): Promise<pg.Client> {
    const client = await openClient(this.#connection(), 'miko-records');
    try {
      await client.query(useIndexes);
      await this.#fence(client);
    } catch (error) {
      await closeClient(client);
      throw error;
    }
    client.on('end', () => { if (this.#client === client) this.#client = null; });
    return client;
  }

  /** Waits until what the connection before had sent is done or undone, and remembers this one. */
  async #fence(client: pg.Client): Promise<void> {
    if (this.#backend !== null) {
      const { pid, since } = this.#backend;
      const { rows } = await client.query<{ ended: boolean }>(
        'select pg_terminate_backend(pid, $3) as ended from pg_stat_activity where pid = $1 and backend_start = $2::timestamptz', [pid, since, FENCE_MS],
      );
      if (rows[0]?.ended === false) throw new StoreError('unavailable', 'an earlier connection to the database does not end');
    }
    const { rows } = await client.query<{ pid: number; since: string }>(
      'select pid, backend_start::text as since from pg_stat_activity where pid = pg_backend_pid()',
    );
    this.#backend = rows[0] ?? null;
  }

  #drop(): void {
    const client = this.#client;
    this.#client = null;
    if (client !== null) void closeClient(client);
  }
}
