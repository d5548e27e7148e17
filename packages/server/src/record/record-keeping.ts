import { isObjectName, type Actor, type Problem } from '@miko/model';
import { writeRefusals, type Store } from '@miko/store';
import type { Logger } from 'pino';
import type { Call } from '../api/call.ts';
import type { Request } from '../api/operation.ts';
import { Archiver } from './archiver.ts';
import type { ArchiveTarget } from './archive-target.ts';
import { Refusals, type Refused } from './refusals.ts';
import { Rounds, type Round } from './rounds.ts';
import { Sealer } from './sealer.ts';

export interface RecordKeepingOptions {
  readonly store: Store;
  readonly log: Logger;
  /** Null: nothing is copied, and nothing removed. */
  readonly target: ArchiveTarget | null;
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
    const seal: Round = { name: 'seal', everyMs: SEAL_EVERY_MS, standsStill: 'nothing is sealed, and nothing new is archived', runOnce: () => new Sealer(store.lease).runOnce() };
    if (target === null) {
      log.warn('nothing of the record is archived, and nothing of it removed: set MIKO_ARCHIVE to a place that every Miko on this database reaches');
      this.#rounds = new Rounds(store.lease, log, [seal]);
      return;
    }
    const archiver = new Archiver({ store, target, log, auditDays });
    this.#rounds = new Rounds(store.lease, log, [seal, {
      name: 'archive', everyMs: ARCHIVE_EVERY_MS, standsStill: 'nothing of the record is copied or removed, and the database grows', runOnce: () => archiver.runOnce(),
    }]);
  }

  start(): void {
    this.#rounds.start();
  }

  /** A caller was turned away: not known, not allowed, or kept from learning what there is. `project`: what it was about, where that was found out. */
  refused(problem: Problem, requestId: string, call: Call, actor: Actor | null, project: string | null): void {
    this.#refusals.note({ ...noteOf(problem.code, requestId, call, actor), project: project ?? projectOf(call.url), subject: null });
  }

  /** A caller was shown the secret of `subject`. */
  secretShown(subject: string, { requestId, call, actor, params }: Pick<Request, 'requestId' | 'call' | 'actor' | 'params'>): void {
    this.#refusals.note({ ...noteOf('secret_shown', requestId, call, actor), project: params['project'] ?? null, subject });
  }

  /** Writes what still waits, while the database is there. */
  async close(): Promise<void> {
    await Promise.all([this.#rounds.close(), this.#refusals.close()]);
  }
}

const noteOf = (code: string, requestId: string, call: Call, actor: Actor | null): Omit<Refused, 'project' | 'subject'> => ({
  code, requestId, actor: actor?.id ?? null, credential: actor?.credential ?? null, remote: call.remote, userAgent: call.headers['user-agent'] ?? null,
  method: call.method, path: call.url,
});

/** The project that an address names, whether there is one or not: for callers that are turned away before anything is looked up. */
function projectOf(url: string): string | null {
  const name = /^(?:https?:\/\/[^/?]*)?\/v1\/projects\/([^/?:]{1,63})/i.exec(url)?.[1];
  return name !== undefined && isObjectName(name) ? name : null;
}
