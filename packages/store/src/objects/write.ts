import { asStoreError, StoreError } from '../error.ts';
import { failpoint, isArmed } from '../failpoint.ts';
import { statementMs } from '../client.ts';
import { settled, writeObjects } from './operation.ts';
import { sharedReadsOf } from './reads.ts';
import { refuseCrowd, writeAlone, type ObjectDatabase } from './transaction.ts';
import type { Attribution, Decide, ObjectResult, Replay, WriteHow } from './decision.ts';

/** How often a decision is made anew because somebody else wrote meanwhile, before it is given a transaction that holds everybody back. */
const MOST_RACES = 3;
/** As long as a group may be on its way. What is in it cannot be called back, so nothing is sent that has less time left. */
const ON_ITS_WAY_MS = statementMs.ordinary + 2_000;
/** With less time than that a write goes alone: it may have to wait for groups before its own. */
const GROUP_NEEDS_MS = 2 * ON_ITS_WAY_MS;

/**
 * One object written, or none: `decide` reads the truth, and what it returns is written with its change row. `null` changes
 * nothing. Rejects with StoreError (`conflict`, `no_project`, `quota`, `deadline`, `in_flight`, `idempotency_mismatch`, `too_large`,
 * `overloaded`, `unavailable`), and with whatever `decide` throws.
 *
 * Nothing is locked while a decision is made. It goes to the one writer of this Miko, where it shares statement and commit
 * with the others that wait, and is compared there with the truth once more, under the counter's lock: an object that
 * has moved on sends its decision back to the start. Locks held from the decision to the commit would make each write pay
 * for a commit of its own, one after the other: all of them need the counter.
 */
export async function writeObject(db: ObjectDatabase, by: Attribution, decide: Decide, how: WriteHow = {}): Promise<ObjectResult | Replay | null> {
  const until = performance.now() + (how.deadlineMs ?? Number.POSITIVE_INFINITY);
  try {
    const result = isShared(how, until) ? await writeShared(db, by, decide, until) : 'raced';
    const final = result === 'raced' ? await writeAlone(db, by, decide, { ...how, until }) : result;
    if (final !== null && 'object' in final && how.dryRun !== true) failpoint('objects.after_commit');
    return final;
  } catch (error) {
    if ((error as { code?: string }).code === '23505') throw new StoreError('conflict', 'something of that name exists', error);
    throw asStoreError(error);
  }
}

const isShared = (how: WriteHow, until: number): boolean =>
  how.claim === undefined && how.dryRun !== true && until - performance.now() >= GROUP_NEEDS_MS && !isArmed('objects.before_commit');

async function writeShared(db: ObjectDatabase, by: Attribution, decide: Decide, until: number): Promise<ObjectResult | null | 'raced'> {
  const reads = sharedReadsOf(db.pool, db.finder);
  for (let left = MOST_RACES; left > 0; left--) {
    refuseCrowd(db.pool.waitingCount + db.finder.waiting);
    const write = await decide(reads);
    if (write === null) return null;
    if (until - performance.now() < GROUP_NEEDS_MS) return 'raced';
    const result = settled(await db.records.submit(writeObjects, { by, write }, until - ON_ITS_WAY_MS));
    if (result !== null) return result;
  }
  return 'raced';
}
