import type pg from 'pg';
import type { Change } from '../change.ts';
import { keep, take, type Claim } from '../claims/kept-answer.ts';
import { statementMs } from '../client.ts';
import { StoreError } from '../error.ts';
import { failpoint } from '../failpoint.ts';
import type { ObjectFinder } from './finder.ts';
import { settled, writeObjects } from './operation.ts';
import { readsOf } from './reads.ts';
import type { Attribution, Decide, ObjectResult, Replay, WriteHow } from './decision.ts';
import type { RecordWriter } from '../record-writer.ts';

export interface ObjectDatabase {
  /** For reads, and for transactions of one write alone. */
  readonly pool: pg.Pool;
  readonly finder: ObjectFinder;
  readonly records: RecordWriter;
  /** Takes what was committed on the pool; the record writer tells of its own. */
  committed(changes: readonly Change[]): void;
}

/** `until`: on the clock of performance.now(). */
interface How extends Pick<WriteHow, 'dryRun'> {
  readonly claim?: Claim;
  readonly until: number;
}

/** Writes that may wait for a connection at once; one more is refused as overloaded. */
const MOST_WAITING = 5_000;
const DECIDED_AGAIN = 'the decision was made on something else than it writes';

/**
 * One write in a transaction of its own: for those that keep their answer, are rolled back, have little time, or have lost
 * too many races. First as everybody else, without holding anybody back; then with the counter locked from the beginning,
 * and nobody can come between.
 */
export async function writeAlone(db: ObjectDatabase, by: Attribution, decide: Decide, how: How): Promise<ObjectResult | Replay | null> {
  for (const first of ['', '; select miko_lock_counter()']) {
    const transaction = await begin(db.pool, how.until, first);
    try {
      const answer = await attempt(transaction, by, decide, how);
      if (answer === 'raced') continue;
      if (answer !== null && 'change' in answer && how.dryRun !== true) db.committed([answer.change]);
      return answer;
    } finally {
      await transaction.end();
    }
  }
  throw new Error(DECIDED_AGAIN);
}

async function attempt(transaction: Transaction, by: Attribution, decide: Decide, how: How): Promise<ObjectResult | Replay | null | 'raced'> {
  const { claim } = how;
  if (claim !== undefined) {
    const kept = await transaction.run(client => take(client, claim));
    if (kept !== null) return { replay: kept };
  }
  const write = await transaction.run(client => decide(readsOf(client)));
  if (write === null) return null;
  const query = { name: writeObjects.name, text: writeObjects.text, values: writeObjects.values([{ by, write }]), rowMode: 'array' as const };
  const { rows } = await transaction.run(client => client.query<unknown[]>(query));
  const result = settled(writeObjects.read(rows, [{ by, write }], [])[0]!);
  if (result === null) return 'raced';
  if (claim !== undefined) await transaction.run(client => keep(client, claim, claim.answer(result)));
  if (how.dryRun === true) return result;
  failpoint('objects.before_commit');
  await transaction.commit();
  return result;
}

interface Transaction {
  /** Throws StoreError `deadline` where the time is over before or meanwhile. */
  run<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T>;
  commit(): Promise<void>;
  /** Rolls back what was not committed, and gives the connection back. */
  end(): Promise<void>;
}

async function begin(pool: pg.Pool, until: number, first: string): Promise<Transaction> {
  const client = await connected(pool, until);
  let isOpen = true;
  let broken: Error | null = null;
  const limited = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      // The server gave the statement up when the time was over; to the millisecond the two clocks need not agree.
      if ((error as { code?: string }).code === '57014' && until - performance.now() < CLOCKS_AGREE_MS) throw deadline(error);
      throw error;
    }
  };
  const transaction: Transaction = {
    run: work => limited(async () => {
      const limit = limitOf(until);
      if (limit !== null) await client.query(limit);
      return await work(client);
    }),
    async commit() {
      limitOf(until);
      isOpen = false;
      await client.query('commit').catch((error: Error) => {
        broken = error;
        throw error;
      });
    },
    async end() {
      if (isOpen) await client.query('rollback').catch((error: Error) => { broken = error; });
      client.release(broken ?? undefined);
    },
  };
  try {
    const limit = limitOf(until);
    await limited(() => client.query(`begin${limit === null ? '' : `; ${limit}`}${first}`));
    return transaction;
  } catch (error) {
    await transaction.end();
    throw error;
  }
}

const CLOCKS_AGREE_MS = 50;

/** What limits the next statements to the time that is left; null where that is more than any statement may take. */
function limitOf(until: number): string | null {
  const left = Math.ceil(until - performance.now());
  if (left <= 0) throw deadline();
  return left < statementMs.ordinary ? `set local statement_timeout = ${left}` : null;
}

/** A connection of the pool, waited for no longer than there is time. */
async function connected(pool: pg.Pool, until: number): Promise<pg.PoolClient> {
  refuseCrowd(pool.waitingCount);
  const connecting = pool.connect();
  const left = until - performance.now();
  if (left === Number.POSITIVE_INFINITY) return await connecting;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(deadline()), Math.max(0, left));
  });
  try {
    return await Promise.race([connecting, late]);
  } catch (error) {
    // It may still come, and then nobody wants it.
    connecting.then(client => client.release(), () => {});
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

/** Throws StoreError `overloaded`. */
export function refuseCrowd(waiting: number): void {
  if (waiting >= MOST_WAITING) throw new StoreError('overloaded', `${MOST_WAITING} writes are waiting`);
}

const deadline = (cause?: unknown): StoreError => new StoreError('deadline', 'the time that was given is over', cause);
