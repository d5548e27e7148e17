import type pg from 'pg';
import { hold, inFlight, keep, release, type CallClaim, type KeptAnswer } from './kept-answer.ts';
import { closeClient, openClient, statementMs, type Connection } from '../client.ts';
import { asStoreError, StoreError } from '../error.ts';

/** Calls that may run under a key at once; one more is refused as overloaded. */
const MOST_RUNNING = 1_000;

/**
 * Calls that happen once under a key and are no write of an object. One connection holds the locks of all that run: a call
 * may take minutes, and a transaction for each would leave no connection for anybody else.
 *
 * So "once" has a limit that writes of objects do not have: the answer is kept after the call, not with it, and the lock lasts as
 * long as that connection. Where Miko dies, the connection is lost or the answer is too large, a repetition runs the call
 * again; where it is lost while the call runs, even beside the first. What takes a key here has to bear that.
 */
export class CallClaims {
  readonly #connection: () => Connection;
  readonly #onLost: (claim: CallClaim, error: unknown) => void;
  readonly #running = new Set<string>();
  #client: Promise<pg.Client> | null = null;

  /** `onLost`: told of calls that ran and whose answers could not be kept. */
  constructor(connection: () => Connection, onLost: (claim: CallClaim, error: unknown) => void) {
    this.#connection = connection;
    this.#onLost = onLost;
  }

  /**
   * The answer kept for this call, or that of `run`, which is then kept. Nothing is kept where `run` rejects. Rejects with
   * StoreError `in_flight`, `idempotency_mismatch`, `overloaded` or `unavailable` before `run` was called, never after it.
   */
  async once(claim: CallClaim, run: () => Promise<KeptAnswer>): Promise<KeptAnswer> {
    const name = `${claim.credential} ${claim.key}`;
    // The lock is the connection's, so it would be given a second time.
    if (this.#running.has(name)) throw inFlight();
    if (this.#running.size >= MOST_RUNNING) throw new StoreError('overloaded', `${MOST_RUNNING} calls run under a key`);
    this.#running.add(name);
    try {
      return await this.#held(claim, run);
    } finally {
      this.#running.delete(name);
    }
  }

  async close(): Promise<void> {
    const client = await this.#client?.catch(() => null);
    this.#client = null;
    if (client) await closeClient(client);
  }

  async #held(claim: CallClaim, run: () => Promise<KeptAnswer>): Promise<KeptAnswer> {
    const client = await this.#connected();
    let isHeld = true;
    try {
      const kept = await hold(client, claim).catch((error: unknown) => {
        isHeld = !(error instanceof StoreError && error.code === 'in_flight');
        throw asStoreError(error);
      });
      if (kept !== null) return kept;
      const answer = await run();
      // It has happened: what cannot be kept is answered all the same.
      await keep(client, claim, answer).catch((error: unknown) => this.#onLost(claim, error));
      return answer;
    } finally {
      // With the connection the lock is gone too.
      if (isHeld) await release(client, claim).catch(() => {});
    }
  }

  #connected(): Promise<pg.Client> {
    return (this.#client ??= this.#connect());
  }

  async #connect(): Promise<pg.Client> {
    const lost = (): void => { this.#client = null; };
    try {
      // Several calls ask at once.
      const client = await openClient(this.#connection(), 'miko-claims', statementMs.ordinary, { pipeline: true });
      client.on('end', lost);
      return client;
    } catch (error) {
      lost();
      throw error;
    }
  }
}
