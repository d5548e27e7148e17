import { archivedUpto, fileWith, newestOf, readLines, sealAfter, sealBefore, type Store, type Stream } from '@miko/store';
import type { Sink, Stream as Body } from '../api/call.ts';
import { ArchiveError, endLine, sealLine, unpack } from './archive-file.ts';
import type { ArchiveTarget } from './archive-target.ts';
import { inTurns } from './turns.ts';

export interface ExportHost {
  readonly store: Pick<Store, 'pool'>;
  readonly archive: ArchiveTarget;
  failed(error: unknown): void;
}

/** Rows without a seal are read so many at a time: nothing bounds their bytes but those of one row. */
const YOUNG_ROWS = 200;
/** A reader that takes nothing for so long is let go. */
const SLOW_MS = 60_000;

/**
 * The record as lines for `verifyChain`, from the block that holds the row after `since`: files of the archive first, as
 * they were written, then what the database holds, then rows too young to be sealed, up to the newest there was when it
 * began. One block is read at a time, and the next when the reader has taken it. What cannot be read breaks the answer off, without the line that ends it.
 */
export function exportStream(host: ExportHost, stream: Stream, since: number): Body {
  return {
    open(sink) {
      const reader = new Reader(sink);
      send(host, stream, since, reader).then(() => sink.end(), (error: unknown) => {
        if (!reader.isGone) host.failed(error);
        sink.destroy();
      });
    },
  };
}

async function send(host: ExportHost, stream: Stream, since: number, reader: Reader): Promise<void> {
  for await (const lines of chunksOf(host, stream, since)) {
    for await (const chunk of inTurns(lines)) await reader.take(chunk);
  }
}

/** The same as chunks of lines. */
export async function* chunksOf({ store: { pool }, archive }: ExportHost, stream: Stream, since: number): AsyncGenerator<readonly string[]> {
  const start = await sealBefore(pool, stream, since);
  const newest = await newestOf(pool, stream);
  let at = start.upto;
  yield [JSON.stringify({ start: { stream, upto: start.upto, hash: start.hash } })];
  for (;;) {
    if (at < (await archivedUpto(pool, stream))) {
      const file = await fileWith(pool, stream, at + 1);
      if (file === null) throw new ArchiveError(`no file of the archive holds row ${at + 1}`);
      yield linesAfter(await unpack(file, await archive.get(file.name)), at);
      at = file.upto;
      continue;
    }
    const seal = await sealAfter(pool, stream, at);
    if (seal === null) break;
    // One more than there should be shows a row that was put in.
    const rows = await readLines(pool, stream, at, seal.upto, seal.upto - at + 1);
    // Archived meanwhile: some of the rows may have gone before they were read.
    if (at < (await archivedUpto(pool, stream))) continue;
    yield [...rows, sealLine(seal)];
    at = seal.upto;
  }
  while (at < newest) {
    const young = await readLines(pool, stream, at, newest, YOUNG_ROWS);
    // One that is missing among them shows to whoever verifies; where they all are, this is no end.
    if (young.length === 0) throw new ArchiveError(`rows ${at + 1} to ${newest} are not there`);
    yield young;
    at = numberOf(young.at(-1)!);
  }
  yield [endLine(at)];
}

/** A row begins with its number. */
const numberOf = (row: string): number => Number(/^\{"(?:revision|number)":(\d{1,16}),/.exec(row)![1]);

/** The rows and seals of a file that come after the seal at `at`; it may be the one that the file starts after. */
function linesAfter(lines: readonly string[], at: number): readonly string[] {
  const before = lines.findIndex(line => /^\{"(?:start|seal)":/.test(line) && uptoOf(line) === at);
  return lines.slice(before + 1, -1);
}

function uptoOf(line: string): number {
  const mark = JSON.parse(line) as { readonly start?: { readonly upto: number }; readonly seal?: { readonly upto: number } };
  return (mark.start ?? mark.seal)!.upto;
}

/** Writes as fast as is read. Rejects when nobody reads any more. */
class Reader {
  isGone = false;
  readonly #sink: Sink;
  #wake: (() => void) | null = null;

  constructor(sink: Sink) {
    this.#sink = sink;
    sink.onDrained(() => this.#wake?.());
    sink.onClosed(() => {
      this.isGone = true;
      this.#wake?.();
    });
  }

  async take(lines: readonly string[]): Promise<void> {
    if (!this.isGone && !this.#sink.write(Buffer.from(lines.map(line => `${line}\n`).join('')))) await this.#drained();
    if (this.isGone) throw new Error('the reader is gone');
  }

  #drained(): Promise<void> {
    return new Promise(resolve => {
      const done = (): void => {
        clearTimeout(timer);
        this.#wake = null;
        resolve();
      };
      const timer = setTimeout(() => {
        this.isGone = true;
        done();
      }, SLOW_MS);
      this.#wake = done;
    });
  }
}
