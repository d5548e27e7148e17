import { sql, type Kysely } from 'kysely';
import { deregister, lock, register, setHealth } from './0002-records/endpoints.ts';
import { writeObject } from './0002-records/objects.ts';
import { prune } from './0002-records/prune.ts';
import { endSessions, holdSessions, openSession } from './0002-records/sessions.ts';

/**
 * The functions that write records, one call for a whole group.
 *
 * Each locks the counter first. Under READ COMMITTED every later statement of the function takes a snapshot made after
 * the lock was got, so it sees everything that any other Miko committed before: fencing and ownership are judged on
 * the truth, not on a replica's view. The lock is held to the commit, and a rollback gives the numbers back.
 *
 * Pulses move sessions without that lock. So whoever judges or ends sessions locks their rows first, in the order of their
 * ids as pulses do, and judges what it then reads: a pulse that was being written meanwhile counts.
 *
 * Plans are made while the tables are empty, and have to serve until PostgreSQL has gathered statistics of full ones. So
 * no statement leaves the planner a choice by which a whole table or index could be walked: rows of one table are found
 * for each row of another by a lateral subquery that cannot be turned around (`offset 0`), sessions by an array of ids
 * beside which no partial index applies, and what sessions hold is changed through `on conflict`, which knows its index.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of [lock, register, deregister, setHealth, openSession, endSessions, holdSessions, writeObject, prune]) {
    await sql.raw(statement).execute(db);
  }
}
