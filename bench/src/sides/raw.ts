/** Starts the raw server with an answer that was fetched from Miko, so that both send the same bytes. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startChild, stopChild } from '../harness/children.ts';
import { scratch } from '../harness/scratch.ts';
import { waitFor } from '../harness/wait.ts';
import type { Answer } from './http.ts';

export type RawAnswer = {
  readonly headers: string[];
  readonly notModifiedHeaders: string[];
  readonly body: string;
  readonly etag: string;
  readonly keepAliveSeconds: number;
};

export type Raw = { readonly pid: number; readonly port: number; readonly stop: () => Promise<void> };

export async function startRaw(answer: RawAnswer): Promise<Raw> {
  const file = join(scratch(), 'raw-answer.json');
  writeFileSync(file, JSON.stringify(answer));
  const child = await startChild(process.execPath, [fileURLToPath(new URL('raw-server.ts', import.meta.url)), file]);
  await waitFor('the raw server listens', 10_000, () => child.hasEnded() || child.output().includes('\n'));
  const port = Number(child.output());
  if (!(port > 0)) throw new Error(`the raw server did not start: ${child.output().slice(-300)}`);
  return { pid: child.pid, port, stop: () => stopChild(child) };
}

/** What the raw server needs to send the bytes of `full` and `notModified`. Node adds Date and the connection headers itself. */
export function rawAnswer(full: Answer, notModified: Answer): RawAnswer {
  return {
    headers: without(full.rawHeaders),
    notModifiedHeaders: without(notModified.rawHeaders),
    body: full.text,
    etag: full.header('etag') ?? '',
    keepAliveSeconds: Number(/timeout=(\d+)/.exec(full.header('keep-alive') ?? '')?.[1] ?? 5),
  };
}

function without(rawHeaders: readonly string[]): string[] {
  const kept: string[] = [];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const [name = '', value = ''] = rawHeaders.slice(index, index + 2);
    if (!['date', 'connection', 'keep-alive'].includes(name.toLowerCase())) kept.push(name, value);
  }
  return kept;
}
