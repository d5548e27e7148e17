import type pg from 'pg';
import type { Change } from './change.ts';
import { closeClient, openClient, type Connection } from './client.ts';
import { asStoreError } from './error.ts';
import { CHUNK, readChanges } from './tail.ts';

/** Changes that may wait for an earlier one; beyond it they are dropped here and read from the table instead. */
const MOST_PENDING = 10_000;
/** Calls that may wait for a revision; one more is told at once that it is not held. */
const MOST_WAITERS = 20_000;
const POLL_MS = 500;
/** A read that takes longer says that the database cannot be reached, before the read itself is given up. */
const SLOW_MS = 3_000;
/** How long a gap may stay before it is read: usually the missing commit is this Miko's own and on its way. */
const GAP_MS = 5;
const NOTIFY_MS = 5;
/** How often it looks whether another Miko listens: a hint that nobody hears costs a tenth of the writes. */
const COUNT_MS = 2_000;
const CHANNEL = 'miko_change';
const LISTENER = 'miko-listen';

export interface FeedOptions {
  readonly pool: pg.Pool;
  readonly connection: () => Connection;
  /** Takes changes in order, without a gap. */
  apply(changes: readonly Change[]): void;
  /** Changes were pruned before this Miko read them: the view starts anew. Resolves to the revision it then holds. */
  reload(): Promise<number>;
  /** The database could (not) be asked; called on each change of that. */
  reachable(yes: boolean): void;
}

interface Waiter {
  readonly revision: number;
  done(held: boolean): void;
}

/**
 * Revisions in order. Its own commits are offered by whoever made them; those of other Mikos are read by
 * `revision > last`, told by NOTIFY (a hint, debounced, outside the transaction), with polling as the net.
 */
export class Feed {
  readonly #options: FeedOptions;
  #last = 0;
  /** The highest revision that was offered: what others are told of. */
  #offered = 0;
  /** Up to it the table is the truth: it is read as it stands by then, which an offered step may lie behind. */
  #readUntil = 0;
  #pending = new Map<number, Change>();
  #waiters = new Set<Waiter>();
  #polling: Promise<void> | null = null;
  #nextPoll: Promise<void> | null = null;
  #timer: NodeJS.Timeout | null = null;
  #gapTimer: NodeJS.Timeout | null = null;
  #notifyTimer: NodeJS.Timeout | null = null;
  #listener: pg.Client | null = null;
  #connecting = false;
  #notifying = false;
  /** Whether there is anybody to tell; until it is known, yes. */
  #othersListen = true;
  #countedAt = -COUNT_MS;
  #closed = false;
  #reachable = true;

  constructor(options: FeedOptions) {
    this.#options = options;
  }

  get revision(): number {
    return this.#last;
  }

  start(revision: number): void {
    this.#last = revision;
    this.#schedule();
    void this.#listen();
  }

  /** Changes this Miko committed, in any order. */
  offer(changes: readonly Change[]): void {
    for (const { revision } of changes) this.#offered = Math.max(this.#offered, revision);
    this.#notify();
    this.#take(changes.filter(({ revision }) => revision > this.#readUntil));
  }

  /** Whether the view holds `revision`, waiting for it at most `timeoutMs`; false at once when too many wait already. */
  reached(revision: number, timeoutMs: number): Promise<boolean> | true {
    if (this.#last >= revision) return true;
    if (this.#closed || this.#waiters.size >= MOST_WAITERS) return Promise.resolve(false);
    return new Promise(resolve => {
      const done = (held: boolean): void => {
        clearTimeout(timer);
        this.#waiters.delete(waiter);
        resolve(held);
      };
      const timer = setTimeout(() => done(this.#last >= revision), timeoutMs);
      const waiter: Waiter = { revision, done };
      this.#waiters.add(waiter);
    });
  }

  /** Reads everything that was committed before the call. Rejects when the database cannot be asked. */
  poll(): Promise<void> {
    if (this.#polling === null) return this.#begin();
    // The read under way may have begun before what the caller asks about; one more serves all who ask meanwhile.
    this.#nextPoll ??= this.#polling.catch(() => {}).then(() => {
      this.#nextPoll = null;
      return this.#begin();
    });
    return this.#nextPoll;
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const timer of [this.#timer, this.#gapTimer, this.#notifyTimer]) if (timer !== null) clearTimeout(timer);
    for (const waiter of this.#waiters) waiter.done(false);
    const listener = this.#listener;
    this.#listener = null;
    if (listener !== null) await closeClient(listener);
    await this.#polling?.catch(() => {});
  }

  #begin(): Promise<void> {
    this.#polling ??= this.#read().finally(() => { this.#polling = null; });
    return this.#polling;
  }

  #take(changes: readonly Change[]): void {
    const ready: Change[] = [];
    let last = this.#last;
    for (const change of changes) {
      // The one that all others wait for always finds its place, however many wait.
      if (change.revision > last + 1) {
        if (this.#pending.size < MOST_PENDING) this.#pending.set(change.revision, change);
        continue;
      }
      for (let next: Change | undefined = change; next !== undefined && next.revision === last + 1; next = this.#pending.get(last + 1)) {
        ready.push(next);
        last = next.revision;
      }
    }
    if (ready.length > 0) {
      this.#options.apply(ready);
      this.#arrive(last);
      for (const { revision } of ready) this.#pending.delete(revision);
    }
    if (this.#pending.size > 0 && this.#gapTimer === null && !this.#closed) {
      this.#gapTimer = setTimeout(() => {
        this.#gapTimer = null;
        if (this.#pending.size > 0) this.poll().catch(() => {});
      }, GAP_MS);
    }
  }

  /** Rows of the table stand for everything before the newest of them, whatever was offered of it meanwhile. */
  #takeRead(changes: readonly Change[]): void {
    this.#readUntil = changes.length === CHUNK ? Number.POSITIVE_INFINITY : (changes.at(-1)?.revision ?? this.#last);
    for (const revision of this.#pending.keys()) if (revision <= this.#readUntil) this.#pending.delete(revision);
    this.#take(changes);
  }

  #arrive(revision: number): void {
    this.#last = revision;
    for (const waiter of this.#waiters) if (waiter.revision <= revision) waiter.done(true);
  }

  async #read(): Promise<void> {
    try {
      for (let reloaded = false; ;) {
        const changes = await this.#readSoon();
        if (this.#closed) return;
        this.#setReachable(true);
        if (changes === null) {
          // Pruned again meanwhile: the next poll is soon enough.
          if (reloaded) return;
          reloaded = true;
          const revision = await this.#options.reload();
          this.#pending.clear();
          this.#arrive(revision);
          continue;
        }
        this.#takeRead(changes);
        if (changes.length === 0) return await this.#countListeners();
      }
    } catch (error) {
      this.#setReachable(false);
      throw asStoreError(error);
    }
  }

  async #readSoon(): Promise<Change[] | null> {
    const late = setTimeout(() => this.#setReachable(false), SLOW_MS);
    try {
      return await readChanges(this.#options.pool, this.#last);
    } finally {
      clearTimeout(late);
    }
  }

  #schedule(): void {
    if (this.#closed) return;
    this.#timer = setTimeout(() => {
      // A failed poll has told `reachable`; the next one tries again.
      this.poll().catch(() => {}).finally(() => this.#schedule());
      if (this.#listener === null) void this.#listen();
    }, POLL_MS);
  }

  async #countListeners(): Promise<void> {
    const now = performance.now();
    if (now - this.#countedAt < COUNT_MS) return;
    this.#countedAt = now;
    const { rows } = await this.#options.pool.query<{ others: boolean }>(
      'select count(*) > 1 as others from pg_stat_activity where datname = current_database() and application_name = $1', [LISTENER],
    );
    this.#othersListen = rows[0]?.others ?? true;
  }

  #setReachable(yes: boolean): void {
    if (yes === this.#reachable || this.#closed) return;
    this.#reachable = yes;
    this.#options.reachable(yes);
  }

  async #listen(): Promise<void> {
    if (this.#connecting) return;
    this.#connecting = true;
    try {
      const client = await openClient(this.#options.connection(), LISTENER);
      client.on('notification', ({ payload }) => {
        if (Number(payload) > this.#last) this.poll().catch(() => {});
      });
      try {
        await client.query(`listen ${CHANNEL}`);
      } catch (error) {
        await closeClient(client);
        throw error;
      }
      if (this.#closed) return await closeClient(client);
      this.#listener = client;
      client.on('end', () => { if (this.#listener === client) this.#listener = null; });
    } catch {
      // Polling goes on without it, and asks for it again.
    } finally {
      this.#connecting = false;
    }
  }

  #notify(): void {
    if (!this.#othersListen || this.#notifyTimer !== null || this.#closed) return;
    this.#notifyTimer = setTimeout(() => {
      this.#notifyTimer = null;
      if (this.#notifying) return this.#notify();
      this.#notifying = true;
      // A hint that is lost costs the others one poll.
      const sent = this.#listener?.query(`select pg_notify('${CHANNEL}', $1)`, [String(this.#offered)]) ?? Promise.resolve();
      sent.catch(() => {}).finally(() => { this.#notifying = false; });
    }, NOTIFY_MS);
  }
}
