import type { StoreError } from '@miko/store';
import type { Logger } from 'pino';

/** How long a refusal speaks for the next write, where none follows. */
const STANDS_MS = 15_000;
const LOG_EVERY_MS = 1_000;

/**
 * What the database says of writes that it does not take. A full disk refuses each of them and answers every read, so nothing
 * but this tells an operator. The database's own words go to the log: they may name files, and /readyz speaks to anybody.
 */
export class WriteRefusals {
  readonly #log: Logger;
  readonly #now: () => number;
  #condition: string | null = null;
  #refusedAt = 0;
  #loggedAt = Number.NEGATIVE_INFINITY;
  #unlogged = 0;

  /** `now`: milliseconds of a clock that only rises. */
  constructor(log: Logger, now: () => number = () => performance.now()) {
    this.#log = log;
    this.#now = now;
  }

  /** The database could not do what a call needed. `isWrite`: it would have changed something. */
  failed(error: StoreError, isWrite: boolean, about: Readonly<Record<string, unknown>> = {}): void {
    const { sqlstate, message } = rootOf(error);
    const now = this.#now();
    // A server that is going or gone is the feed's to tell, which also sees it come back.
    if (isWrite && sqlstate !== null && !/^(08|57P)/.test(sqlstate)) {
      this.#condition = names[sqlstate] === undefined ? sqlstate : `${sqlstate}, ${names[sqlstate]}`;
      this.#refusedAt = now;
    }
    if (now - this.#loggedAt < LOG_EVERY_MS) {
      this.#unlogged++;
      return;
    }
    this.#log.error({ sqlstate, cause: message, ...about, ...(this.#unlogged > 0 ? { more_since_last: this.#unlogged } : {}) }, 'the database did not do what a call needed');
    this.#loggedAt = now;
    this.#unlogged = 0;
  }

  committed(): void {
    this.#condition = null;
  }

  /** Null: nothing says that the next write would be refused. */
  get reason(): string | null {
    if (this.#condition === null || this.#now() - this.#refusedAt > STANDS_MS) return null;
    return `the database refuses writes (${this.#condition}): reads go on, and the log has its words`;
  }
}

/** The conditions that an operator has to end (PostgreSQL's appendix A, "Error Codes"). */
const names: Readonly<Record<string, string>> = {
  '25006': 'read only', '53100': 'disk full', '53200': 'out of memory', '53300': 'too many connections', '58030': 'I/O error',
};

function rootOf(error: Error): { readonly sqlstate: string | null; readonly message: string } {
  let root = error;
  while (root.cause instanceof Error) root = root.cause;
  const { code } = root as { code?: unknown };
  return { sqlstate: typeof code === 'string' && /^\d[0-9A-Z]{4}$/.test(code) ? code : null, message: root.message };
}
