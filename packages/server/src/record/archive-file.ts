import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { verifyChain, type ChainHead, type Seal } from '@miko/model';
import type { Block, KeptFile, Stream, Stretch } from '@miko/store';
import { inTurns, linesOf } from './turns.ts';

/**
 * A file of the archive: whole sealed blocks, as the lines that `verifyChain` reads, compressed; beside it a manifest that
 * says what it is. The hash it starts after is the one that the file before it ends with. The same blocks make the same
 * lines and the same name, so a pass that is repeated after a kill leaves nothing twice.
 */
export interface Manifest {
  readonly format: 1;
  readonly stream: Stream;
  readonly since: number;
  readonly upto: number;
  readonly lines: number;
  readonly file: string;
  readonly bytes: number;
  /** Of the compressed file. */
  readonly sha256: string;
  readonly previous_hash: string;
  readonly hash: string;
  readonly first_at: string;
  readonly last_at: string;
  readonly kinds: readonly string[];
}

export interface Packed {
  readonly manifest: Manifest;
  readonly manifestName: string;
  readonly bytes: Buffer;
}

/** No more is packed into one file, nor unpacked of it: 256 MB. */
const MOST_BYTES = 1 << 28;

/** What a file holds at most, if it holds more than one block; `bytes` before they are compressed. */
export interface FileBounds {
  readonly rows: number;
  readonly bytes: number;
}

/** The blocks that the next file holds: enough of them to fill it, or what has waited too long. Null: not yet. */
export function planFile(blocks: readonly Block[], most: FileBounds): Stretch | null {
  let [rows, bytes, last] = [0, 0, null as Block | null];
  for (const block of blocks) {
    if (!block.isDue || (last !== null && (rows + block.lines > most.rows || bytes + block.bytes > most.bytes))) break;
    rows += block.lines;
    bytes += block.bytes;
    last = block;
  }
  if (last === null) return null;
  const isFull = rows >= most.rows || bytes >= most.bytes || blocks.some(block => block.isDue && block.since >= last.upto);
  return isFull || blocks[0]!.isOverdue ? { since: blocks[0]!.since, upto: last.upto } : null;
}

/** Packs blocks with their rows. Rejects with ArchiveError where they are not what was sealed. */
export async function pack(stream: Stream, start: ChainHead, blocks: readonly { seal: Seal; lines: readonly string[] }[]): Promise<Packed> {
  const head = blocks.at(-1)!.seal;
  const rows = blocks.flatMap(({ lines }) => lines);
  const all = [
    JSON.stringify({ start: { stream, upto: start.upto, hash: start.hash } }),
    ...blocks.flatMap(({ seal, lines }) => [...lines, sealLine(seal)]),
    endLine(head.upto),
  ];
  if (all.reduce((size, line) => size + Buffer.byteLength(line) + 1, 0) > MOST_BYTES) throw new ArchiveError(`rows ${start.upto + 1} to ${head.upto} are more than a file holds`);
  await mustHold(all, head);
  const bytes = await promisify(gzip)(Buffer.from(all.map(line => `${line}\n`).join('')), { level: 6 });
  const parsed: { at: string; kind?: string }[] = [];
  for await (const chunk of inTurns(rows)) {
    for (const row of chunk) {
      const { at, kind } = JSON.parse(row) as { at: string; kind?: string };
      parsed.push({ at, ...(kind === undefined ? {} : { kind }) });
    }
  }
  // Lines tell times in UTC, without saying so.
  const times = parsed.map(({ at }) => `${at}Z`).sort();
  const name = nameOf(stream, start, head);
  const manifest: Manifest = {
    format: 1, stream, since: start.upto, upto: head.upto, lines: rows.length, file: name, bytes: bytes.length, sha256: sha256(bytes),
    previous_hash: start.hash, hash: head.hash, first_at: times[0] ?? '', last_at: times.at(-1) ?? '',
    kinds: [...new Set(parsed.map(({ kind }) => kind ?? stream))].sort(),
  };
  return { manifest, manifestName: name.replace(/ndjson\.gz$/, 'manifest.json'), bytes };
}

/** Where a file lies that begins after `start` and ends with `head`: told before it is made. */
export const nameOf = (stream: Stream, start: Pick<ChainHead, 'upto'>, head: ChainHead): string =>
  `${stream}/${padded(start.upto + 1)}-${padded(head.upto)}-${head.hash.slice(0, 16)}.ndjson.gz`;

export const sealLine = ({ since, upto, lines, hash }: Seal): string => JSON.stringify({ seal: { since, upto, lines, hash } });
export const endLine = (upto: number): string => JSON.stringify({ end: { upto } });
export const manifestBytes = (manifest: Manifest): Buffer => Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`);
export const fileOf = ({ since, upto, file, sha256, lines, first_at, last_at, kinds }: Manifest): KeptFile =>
  ({ since, upto, name: file, sha256, lines, firstAt: first_at, lastAt: last_at, kinds });

/** The lines of a file, once its bytes are those that were kept. Rejects with ArchiveError otherwise. */
export async function unpack(file: Pick<KeptFile, 'name' | 'sha256'>, bytes: Buffer | null): Promise<string[]> {
  if (bytes === null) throw new ArchiveError(`${file.name} is not there`);
  if (sha256(bytes) !== file.sha256) throw new ArchiveError(`${file.name} is not the file that was written`);
  const lines: string[] = [];
  for await (const chunk of inTurns(linesOf(await promisify(gunzip)(bytes, { maxOutputLength: MOST_BYTES })))) lines.push(...chunk);
  return lines;
}

/** Rejects with ArchiveError unless the lines are a whole chain that ends in `head`. */
export async function mustHold(lines: readonly string[], head: ChainHead): Promise<void> {
  const { faults } = await verifyChain(lines, head);
  const [fault] = faults;
  if (fault !== undefined) throw new ArchiveError(`rows ${fault.from ?? '?'} to ${fault.to ?? '?'}: ${fault.detail}`);
}

/** What is not, or is no longer, what it should be. Nothing is removed then. */
export class ArchiveError extends Error {
  readonly code = 'corrupt';

  constructor(message: string) {
    super(message);
    this.name = 'ArchiveError';
  }
}

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
const padded = (number: number): string => String(number).padStart(16, '0');
