import { createReadStream } from 'node:fs';
import { access } from 'node:fs/promises';
import { Failure } from './failure.ts';
import { errorCode } from './unknown.ts';

/** The text of a file, or of stdin for `-`: some more than `mostBytes` at most, so that a larger one is refused and never held. */
export async function readBounded(file: string, mostBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of (file === '-' ? process.stdin : createReadStream(file)) as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      size += chunk.length;
      if (size > mostBytes) break;
    }
  } catch (cause) {
    throw unreadable(file, cause);
  }
  return Buffer.concat(chunks).toString('utf8');
}

export async function mustExist(file: string): Promise<void> {
  await access(file).catch((cause: unknown) => Promise.reject(unreadable(file, cause)));
}

function unreadable(file: string, cause: unknown): Failure {
  const code = errorCode(cause) ?? 'unknown reason';
  if (code === 'ENOENT') return new Failure('not_found', 'file_unreadable', `There is no file ${file}`, { cause });
  return new Failure('error', 'file_unreadable', `Cannot read ${file}: ${code}`, { cause });
}
