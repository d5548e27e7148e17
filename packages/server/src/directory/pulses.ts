import { PULSE_INTERVAL_MS } from '@miko/model';
import type { Store } from '@miko/store';
import type { SessionView } from './view.ts';

/** An acknowledgement that moved is what a drain may wait for: it is written sooner than a mere sign of life. */
const APPLIED_MS = 10;
const MOST_IN_GROUP = 5_000;
const RETRY_MS = 50;

export interface PulsesTold {
  /** Sessions whose renewal came too late, as the database saw it. */
  ended(sessions: readonly string[]): void;
  /** A group was not written; it is, later. */
  failed(error: unknown): void;
}

/**
 * Renewals, gathered and written as grouped pulses, never one by one. A renewal is answered before its pulse is
 * durable; that is why a session ends no earlier than its last durable pulse, its TTL and one pulse interval.
 */
export class Pulses {
  readonly #store: Store;
  readonly #told: PulsesTold;
  #waiting = new Map<string, number>();
  /** Since when the oldest renewal that is not durable yet has waited; null: none does. */
  #behindSince: number | null = null;
  #timer: NodeJS.Timeout | null = null;
  #dueAt = 0;
  #closed = false;
  #writing: Promise<void> = Promise.resolve();

  constructor(store: Store, told: PulsesTold) {
    this.#store = store;
    this.#told = told;
  }

  /** How long the oldest renewal has been answered without being durable. */
  get behindMs(): number {
    return this.#behindSince === null ? 0 : performance.now() - this.#behindSince;
  }

  note(session: SessionView, applied: number | null): void {
    const moved = applied !== null && applied > session.applied;
    if (moved) session.applied = applied;
    this.#behindSince ??= performance.now();
    this.#waiting.set(session.record.id, session.applied);
    this.#wake(moved ? APPLIED_MS : PULSE_INTERVAL_MS);
  }

  async close(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#closed = true;
    await this.#writing;
    await this.#flush();
  }

  #wake(ms: number): void {
    const at = performance.now() + ms;
    if (this.#timer !== null && this.#dueAt <= at) return;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#dueAt = at;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#writing = this.#writing.then(() => this.#flush());
    }, ms);
  }

  async #flush(): Promise<void> {
    while (this.#waiting.size > 0) {
      const group = [...this.#waiting].slice(0, MOST_IN_GROUP).map(([session, applied]) => ({ session, applied }));
      for (const { session } of group) this.#waiting.delete(session);
      try {
        this.#told.ended(await this.#store.pulse(group));
      } catch (error) {
        this.#told.failed(error);
        // The newest renewal of each is kept and written when it is back.
        for (const { session, applied } of group) if (!this.#waiting.has(session)) this.#waiting.set(session, applied);
        if (!this.#closed) this.#wake(RETRY_MS);
        return;
      }
    }
    this.#behindSince = null;
  }
}
