import type { Call } from '../../call.ts';
import { plain } from '../../output.ts';
import { changeTable, fetchPages, kindOf, type ChangeRow, type RecordPage } from './list.ts';

export interface ArchiveFlags {
  readonly kind?: string;
  readonly name?: string;
  readonly since?: string;
  readonly until?: string;
  readonly limit: number;
}

interface ArchivePage extends RecordPage<ChangeRow> {
  /** Files that are missing, or not what was written. */
  readonly unreadable: readonly string[];
}

/** Changes that were moved out of the database, read back from the archive's files, newest first. */
export async function searchArchive(call: Call, { name, since, until, limit, ...flags }: ArchiveFlags): Promise<void> {
  const unreadable = new Set<string>();
  const query = { project: call.typedProject, kind: await kindOf(call, flags), name, since, until };
  const rows = await fetchPages<ChangeRow, ArchivePage>(call, '/v1/archive', query, limit, page => {
    for (const file of page.unreadable) unreadable.add(file);
  });
  call.output.result({ text: () => (rows.length === 0 ? '' : changeTable(rows)), document: { items: rows, unreadable: [...unreadable] }, lines: rows });
  if (rows.length === 0) call.output.note('The archive holds no such change.');
  if (unreadable.size > 0) call.output.warn(`What these files held is missing here, for they cannot be read: ${[...unreadable].map(file => plain(file)).join(', ')}`);
}
