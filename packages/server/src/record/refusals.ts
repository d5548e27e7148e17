import type { RefusalEntry } from '@miko/store';

/** What is kept of a call that was turned away, or that was shown a secret. */
export interface Refused {
  /** `unauthenticated`, `denied`, `not_found` for what is hidden; `secret_shown`. */
  readonly code: string;
  /** Null where nobody is known. */
  readonly actor: string | null;
  readonly credential: string | null;
  readonly remote: string | null;
  readonly userAgent: string | null;
  readonly method: string;
  /** The query is left out: it may hold what must not be kept. */
  readonly path: string;
  readonly project: string | null;
  readonly subject: string | null;
  readonly requestId: string;
}

export interface RefusalsOptions {
  /** Writes a batch, at most 1,000; rejects when it was not written. */
  write(entries: readonly RefusalEntry[]): Promise<void>;
  /** Told when a batch could not be written; it is tried again. */
  failed(error: unknown): void;
}

/** For each of the two crowds: callers that are known, and those that are not. */
const MOST_WAITING = 5_000;
const EVERY_MS = 1_000;
const BATCH = 1_000;
/** Of each crowd: whatever is sent, no more than about 200 KB a second is written. */
const A_ROUND = 300;
const MOST_TEXT = 256;

/**
 * Refusals on their way to the database: equal ones that wait are one row with a count, and rows are written each
 * second in batches beside the calls, so that a refusal costs its caller no wait. What a kill takes with it is at most about a
 * second. (That a secret was made stands in its change row as well, in the same transaction.)
 *
 * Known and unknown callers wait apart: whoever floods Miko without a credential pushes out no trace of one who has one.
 * What does not fit is counted, and a row says how many were dropped.
 */
export class Refusals {
  readonly #options: RefusalsOptions;
  readonly #known = new Map<string, Waiting>();
  readonly #unknown = new Map<string, Waiting>();
  #dropped = 0;
  #droppedAt = 0;
  #timer: NodeJS.Timeout | null = null;
  #writing: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(options: RefusalsOptions) {
    this.#options = options;
  }

  /** Takes one; never waits, never throws. */
  note(refused: Refused): void {
    if (this.#isClosed) return;
    const crowd = refused.actor === null ? this.#unknown : this.#known;
    const entry = entryOf(refused);
    this.#wait(crowd, { key: keyOf(entry), entry, at: performance.now(), count: 1 });
    this.#timer ??= setTimeout(() => void this.flush(), EVERY_MS).unref();
  }

  /** Writes a round of what waits; resolves when it was written or put back. */
  flush(): Promise<void> {
    this.#writing = this.#writing.then(() => this.#round(A_ROUND));
    return this.#writing;
  }

  /** Writes all that waits, as far as the database takes it. What comes later is not kept. */
  async close(): Promise<void> {
    this.#isClosed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    await this.#writing;
    await this.#round(MOST_WAITING);
  }

  async #round(most: number): Promise<void> {
    this.#timer = null;
    const taken = [...take(this.#known, most), ...take(this.#unknown, most)];
    const [dropped, droppedAt] = [this.#dropped, this.#droppedAt];
    this.#dropped = 0;
    try {
      while (taken.length > 0) {
        await this.#options.write(taken.slice(0, BATCH).map(waiting => this.#row(waiting)));
        taken.splice(0, BATCH);
      }
      if (dropped > 0) await this.#options.write([this.#row({ key: '', entry: nobody, at: droppedAt, count: dropped })]);
    } catch (error) {
      this.#options.failed(error);
      for (const waiting of taken) this.#wait(waiting.entry.actor === null ? this.#unknown : this.#known, waiting);
      if (this.#dropped === 0) this.#droppedAt = droppedAt;
      this.#dropped += dropped;
    }
    const isWaiting = this.#known.size > 0 || this.#unknown.size > 0 || this.#dropped > 0;
    if (isWaiting && !this.#isClosed) this.#timer ??= setTimeout(() => void this.flush(), EVERY_MS).unref();
  }

  /** With its equal, where that still waits; the row tells when the first of them came. */
  #wait(crowd: Map<string, Waiting>, waiting: Waiting): void {
    const equal = crowd.get(waiting.key);
    if (equal !== undefined) {
      equal.count += waiting.count;
      equal.at = Math.min(equal.at, waiting.at);
    } else if (crowd.size < MOST_WAITING) {
      crowd.set(waiting.key, waiting);
    } else {
      this.#drop(waiting.count);
    }
  }

  #drop(count: number): void {
    if (this.#dropped === 0) this.#droppedAt = performance.now();
    this.#dropped += count;
  }

  #row({ entry, at, count }: Waiting): RefusalEntry {
    return { ...entry, count, age_ms: Math.max(0, Math.round(performance.now() - at)) };
  }
}

type Entry = Omit<RefusalEntry, 'age_ms' | 'count'>;
interface Waiting {
  readonly key: string;
  readonly entry: Entry;
  at: number;
  count: number;
}

function take(crowd: Map<string, Waiting>, most: number): Waiting[] {
  const taken = [...crowd.values().take(most)];
  for (const { key } of taken) crowd.delete(key);
  return taken;
}

/** What makes two of them equal: all but the id of the request. */
const keyOf = (entry: Entry): string => JSON.stringify({ ...entry, request_id: null });

const entryOf = (refused: Refused): Entry => ({
  code: refused.code, actor: refused.actor, credential: refused.credential, remote: cut(refused.remote), user_agent: cut(refused.userAgent),
  method: cut(refused.method), path: cut(refused.path.split('?', 1)[0]!), project: cut(refused.project), subject: cut(refused.subject), request_id: refused.requestId,
});
const nobody: Entry = {
  code: 'dropped', actor: null, credential: null, remote: null, user_agent: null, method: null, path: null, project: null, subject: null, request_id: null,
};

/** As a database takes it: no NUL, no half of a character. */
// eslint-disable-next-line no-control-regex
const cut = (text: string | null): string | null => (text === null ? null : text.slice(0, MOST_TEXT).replaceAll(/[\u0000-\u001f\u007f]/g, '?').toWellFormed());
