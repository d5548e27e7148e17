import { once } from 'node:events';
import type { Api, CallOptions } from '../../api.ts';
import type { Call } from '../../call.ts';
import { Failure } from '../../failure.ts';
import { readLines } from '../../lines.ts';

/** What is recorded in an order of its own: changes, and refusals with the showing of secrets. */
export type RecordStream = 'change' | 'refusal';

export interface ExportFlags {
  readonly stream: RecordStream;
  readonly sinceRevision?: number;
}

/** The record as Miko sealed it, to stdout, byte for byte: NDJSON whatever the output format. */
export async function exportAudit(call: Call, flags: ExportFlags): Promise<void> {
  for await (const line of exportedLines(call.api(), flags)) {
    if (!process.stdout.write(`${line}\n`)) await once(process.stdout, 'drain');
  }
}

/** A record cut off in the middle shows by its missing end; a connection that broke is thrown. */
export async function* exportedLines(api: Api, { stream, sinceRevision }: ExportFlags): AsyncGenerator<string> {
  const query: CallOptions['query'] = { stream, since_revision: sinceRevision };
  const stop = new AbortController();
  const response = await api.open('/v1/audit:export', { query, headers: { accept: 'application/x-ndjson' }, signal: stop.signal });
  try {
    yield* readLines(response as AsyncIterable<Uint8Array>);
  } catch (cause) {
    if (cause instanceof Failure) throw cause;
    throw new Failure('unreachable', 'export_lost', 'The connection broke in the middle of the export', { cause });
  } finally {
    stop.abort();
    response.destroy();
  }
}
