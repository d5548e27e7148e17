import { isObjectName, type Actor, type Problem } from '@miko/model';
import { writeRefusals, type Store } from '@miko/store';
import type { Logger } from 'pino';
import type { Call } from '../api/call.ts';
import type { Request } from '../api/operation.ts';
import { Archiver } from './archiver.ts';
import type { ArchiveTarget } from './archive-target.ts';
import { Refusals, type Refused } from './refusals.ts';
import { Rounds } from './rounds.ts';
import { Sealer } from './sealer.ts';

export interface RecordKeepingOptions {
  readonly store: Store;
  readonly log: Logger;
  readonly target: ArchiveTarget;
  readonly auditDays: number;
}

const SEAL_EVERY_MS = 5_000;
const ARCHIVE_EVERY_MS = 60_000;

/** What a Miko keeps of what happened, beside the change rows that each write makes itself. */
export class RecordKeeping {
  readonly #refusals: Refusals;
  readonly #rounds: Rounds;

  constructor({ store, log, target, auditDays }: RecordKeepingOptions) {
    this.#refusals = new Refusals({
      write: entries => writeRefusals(store.pool, entries),
      failed: error => log.warn({ err: error }, 'refusals could not be written and wait'),
    });
    this.#rounds = new Rounds(store.lease, log, [
      { name: 'seal', everyMs: SEAL_EVERY_MS, runOnce: () => new Sealer(store.lease).runOnce() },
      { name: 'archive', everyMs: ARCHIVE_EVERY_MS, runOnce: () => new Archiver({ store, target, log, auditDays }).runOnce() },
    ]);
  }

  start(): void {
    this.#rounds.start();
  }

  /** A caller was turned away: not known, not allowed, or kept from learning what there is. */
  refused(problem: Problem, requestId: string, call: Call, actor: Actor | null): void {
    this.#refusals.note(noteOf(problem.code, requestId, call, actor, null));
  }

  /** A caller was shown the secret of `subject`. */
  secretShown(subject: string, { requestId, call, actor }: Pick<Request, 'requestId' | 'call' | 'actor'>): void {
    this.#refusals.note(noteOf('secret_shown', requestId, call, actor, subject));
  }

  /** Writes what still waits, while the database is there. */
  async close(): Promise<void> {
    await Promise.all([this.#rounds.close(), this.#refusals.close()]);
  }
}

const noteOf = (code: string, requestId: string, call: Call, actor: Actor | null, subject: string | null): Refused => ({
  code, requestId, subject, actor: actor?.id ?? null, credential: actor?.credential ?? null, remote: call.remote, userAgent: call.headers['user-agent'] ?? null,
  method: call.method, path: call.url, project: projectOf(call.url),
});

/** The project that a path names, whether there is one or not. */
function projectOf(url: string): string | null {
  const name = /^\/v1\/projects\/([^/?]{1,63})/.exec(url)?.[1];
  return name !== undefined && isObjectName(name) ? name : null;
}
