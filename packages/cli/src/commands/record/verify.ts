import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { verifyChain, type ChainHead, type ChainReport } from '@miko/model';
import type { Call } from '../../call.ts';
import { Failure } from '../../failure.ts';
import { readLines } from '../../lines.ts';
import { plain, styled } from '../../output.ts';
import { errorCode } from '../../unknown.ts';
import { exportedLines, type ExportFlags, type RecordStream } from './export.ts';

export interface VerifyFlags {
  readonly stream?: RecordStream;
  readonly known?: ChainHead;
}

type Verified = ChainReport & { readonly record: string };

/**
 * Recomputes the hash chain here, from the lines alone: of an export in a file, or of what Miko answers now. Ends with 1
 * where a line was changed, lost or added after it was sealed.
 */
export async function verifyAudit(call: Call, file: string | undefined, flags: VerifyFlags): Promise<void> {
  if (flags.known !== undefined && file === undefined && flags.stream === undefined) {
    throw new Failure('usage', 'usage', 'A seal that was kept belongs to one stream', { hints: ['Say which: --stream change or --stream refusal.'] });
  }
  const verified: Verified[] = [];
  if (file === undefined) {
    for (const stream of flags.stream === undefined ? STREAMS : [flags.stream]) {
      verified.push({ record: stream, ...(await verifyChain(exportedLines(call.api(), wholeOf(stream)), flags.known ?? null)) });
    }
  } else {
    verified.push({ record: file, ...(await verifyChain(linesOf(file), flags.known ?? null)) });
  }
  const document = { ok: verified.every(({ ok }) => ok), records: verified };
  call.output.result({ text: () => verified.map(reportText).join(''), document, lines: verified });
  const broken = verified.filter(({ ok }) => !ok).map(({ record }) => record);
  if (broken.length > 0) throw new Failure('error', 'chain_broken', `The record is not what was sealed: ${broken.map(record => plain(record)).join(', ')}`);
}

const STREAMS: readonly RecordStream[] = ['change', 'refusal'];
const wholeOf = (stream: RecordStream): ExportFlags => ({ stream });

/** `-` reads stdin; a file of the archive may be compressed. */
async function* linesOf(file: string): AsyncGenerator<string> {
  const source = file === '-' ? process.stdin : createReadStream(file);
  const chunks: AsyncIterable<Uint8Array> = file.endsWith('.gz') ? source.compose(createGunzip()) : source;
  try {
    yield* readLines(chunks);
  } catch (cause) {
    if (cause instanceof Failure) throw cause;
    const code = errorCode(cause) ?? 'unknown reason';
    if (code === 'ENOENT') throw new Failure('not_found', 'file_unreadable', `There is no file ${file}`, { cause });
    throw new Failure('error', 'file_unreadable', `Cannot read ${file}: ${code}`, { cause });
  }
}

function reportText({ record, ok, faults, head, blocks, rows, unsealed }: Verified): string {
  const word = ok ? styled('green', 'whole') : styled('red', 'BROKEN');
  const lines = [
    `${plain(record)}: ${word}, ${rows} rows in ${blocks} blocks, sealed up to ${head?.upto ?? 'nothing'}${unsealed === 0 ? '' : `, ${unsealed} too young to be sealed`}`,
    ...faults.map(({ from, to, detail }) => `  ${from === null && to === null ? '' : `${from ?? '...'} to ${to ?? '...'}: `}${plain(detail)}`),
    // A chain made anew as a whole agrees with itself: only a hash kept elsewhere shows that.
    ...(ok && head !== null && head.upto > 0 ? [`  to prove it later, keep this elsewhere: --known ${head.upto}:${plain(head.hash)}`] : []),
  ];
  return `${lines.join('\n')}\n`;
}
