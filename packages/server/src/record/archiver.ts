import {
  beginFile, dropPlan, keepFile, readLines, sealAfter, sealBefore, streams, sweepRows, sweepTombstones, unfinished, waitingBlocks,
  type Store, type Stream, type Stretch,
} from '@miko/store';
import type { Logger } from 'pino';
import { ArchiveError, fileOf, manifestBytes, mustHold, nameOf, pack, planFile, unpack, type FileBounds, type Packed } from './archive-file.ts';
import type { ArchiveTarget } from './archive-target.ts';

export interface ArchiverOptions {
  readonly store: Pick<Store, 'pool' | 'lease'>;
  readonly target: ArchiveTarget;
  readonly log: Logger;
  /** Rows of objects and refusals are readable at once for so long. */
  readonly auditDays: number;
  /** The most rows of a file. */
  readonly rows?: number;
  /** The most bytes of a file, before they are compressed. */
  readonly bytes?: number;
}

const ROWS = 20_000;
/** A file is made, and read, in memory. */
const BYTES = 32 << 20;
/** The most rows one statement removes: expiry is judged on the same connection, and waits meanwhile. */
const SWEPT_ROWS = 5_000;
const DAY = 86_400;
/** Rows are copied once they are a day old, when they fill a file; after two days in any case. */
const ages = { dueSeconds: DAY, overdueSeconds: 2 * DAY };
const MOST_BLOCKS = 2_000;

/**
 * Old rows of the record leave the database: sealed blocks are copied into a file, the file is read back and verified,
 * and only then are rows removed, a bounded stretch at a time. Which file is being made is written down first, so a
 * pass that was killed anywhere is repeated to the same end. Rows that are not what was sealed are neither copied nor removed.
 */
export class Archiver {
  readonly #options: ArchiverOptions;
  readonly #most: FileBounds;

  constructor(options: ArchiverOptions) {
    this.#options = options;
    this.#most = { rows: options.rows ?? ROWS, bytes: options.bytes ?? BYTES };
  }

  /** At most one file of each stream, and one stretch of rows removed of each. Rejects when this Miko does not lead. */
  async runOnce(): Promise<{ copied: number; removed: number; more: boolean }> {
    const { log } = this.#options;
    let [copied, removed, more] = [0, 0, false];
    for (const stream of streams) {
      const lines = await this.#copy(stream);
      copied += lines;
      more ||= lines > 0;
    }
    for (const swept of await this.#sweep()) {
      removed += swept.removed;
      more ||= swept.more;
    }
    log[copied + removed > 0 ? 'info' : 'debug']({ copied, removed }, 'the record was archived');
    return { copied, removed, more };
  }

  /** How many rows the file holds; 0: nothing was to be copied. */
  async #copy(stream: Stream): Promise<number> {
    const { lease } = this.#options.store;
    const stretch = (await this.#begun(stream)) ?? (await this.#begin(stream));
    if (stretch === null) return 0;
    const packed = await this.#packed(stream, stretch);
    await this.#store(packed);
    await keepFile(lease, stream, fileOf(packed.manifest));
    return packed.manifest.lines;
  }

  /**
   * The file that an earlier pass began, where there is one by now, whole or not: it is made again, and not another beside
   * it. A plan that led to none is given up: whatever kept it from its file might keep it for ever.
   */
  async #begun(stream: Stream): Promise<Stretch | null> {
    const { store: { lease, pool }, target } = this.#options;
    const plan = await unfinished(lease, stream);
    if (plan === null) return null;
    const head = await sealBefore(pool, stream, plan.upto);
    if (head.upto === plan.upto && (await target.get(nameOf(stream, { upto: plan.since }, head))) !== null) return plan;
    await dropPlan(lease, stream, plan);
    return null;
  }

  async #begin(stream: Stream): Promise<Stretch | null> {
    const { lease } = this.#options.store;
    const stretch = planFile(await waitingBlocks(lease, stream, ages, MOST_BLOCKS), this.#most);
    if (stretch !== null) await beginFile(lease, stream, stretch);
    return stretch;
  }

  async #packed(stream: Stream, { since, upto }: Stretch): Promise<Packed> {
    const { pool } = this.#options.store;
    const start = await sealBefore(pool, stream, since);
    if (start.upto !== since) throw new ArchiveError(`the seal of ${stream} at ${since} is missing`);
    const blocks = [];
    for (let at = since; at < upto;) {
      const seal = await sealAfter(pool, stream, at);
      if (seal === null) throw new ArchiveError(`the seal of ${stream} after ${at} is missing`);
      // One more than there should be shows a row that was put in.
      blocks.push({ seal, lines: await readLines(pool, stream, at, seal.upto, seal.upto - at + 1) });
      at = seal.upto;
    }
    return await pack(stream, start, blocks);
  }

  /** The manifest last: what has one is whole. */
  async #store({ manifest, manifestName, bytes }: Packed): Promise<void> {
    const { target } = this.#options;
    await target.put(manifest.file, bytes);
    await mustHold(await unpack({ name: manifest.file, sha256: manifest.sha256 }, await target.get(manifest.file)), manifest);
    await target.put(manifestName, manifestBytes(manifest));
    if ((await target.get(manifestName))?.equals(manifestBytes(manifest)) !== true) throw new ArchiveError(`${manifestName} is not what was written`);
  }

  async #sweep() {
    const { store: { lease }, auditDays } = this.#options;
    const most = Math.min(this.#most.rows, SWEPT_ROWS);
    return [
      await sweepRows(lease, 'change', most, auditDays * DAY),
      await sweepRows(lease, 'refusal', most, auditDays * DAY),
      await sweepTombstones(lease, most, auditDays * DAY),
    ];
  }
}
