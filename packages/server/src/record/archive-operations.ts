import { isObjectName, permit, Problem, type Action, type JsonObject, type Kind } from '@miko/model';
import { findFiles, type KeptFile } from '@miko/store';
import { answered } from '../api/answered.ts';
import { json } from '../api/call.ts';
import { defineEndpoint, noProject, type Operation } from '../api/operation.ts';
import { ArchiveError, unpack } from './archive-file.ts';
import { lifeOf, recordedKinds, type RecordHost } from './audit-operations.ts';
import { knownOf, pagingOf, timeOf } from './page.ts';
import { archivePage } from './schemas.ts';
import { inTurns } from './turns.ts';

const action: Action = { name: 'archive.read', role: 'admin', showsInternal: true };
/** One call reads back so many files; the token goes on with the next. */
const MOST_FILES = 5;
/** Calls that read files at once: each holds one of them in memory. */
const MOST_READERS = 2;

/** Reading back what has left the database. */
export function archiveOperations(host: RecordHost, kinds: readonly Kind[]): Operation[] {
  const recorded = recordedKinds(kinds);
  let readers = 0;
  return [
    defineEndpoint({
      id: 'archive_search', verb: 'search', method: 'GET', path: '/v1/archive', action, project: (_params, actor) => actor.project,
      summary: 'Search changes that are in files of the archive, newest first',
      query: { kind: 'text', name: 'text', project: 'text', since: 'text', until: 'text', limit: 'integer', page_token: 'text' },
      answers: [answered(200, 'A page of changes, with what was before and after them', archivePage)], errors: ['overloaded'],
      async run({ query, actor }) {
        const asked = (query['project'] as string | undefined) ?? actor.project;
        if (asked !== null && (!isObjectName(asked) || permit(actor, action, { project: asked }) !== 'allow')) throw noProject();
        const life = await lifeOf(host, actor.project);
        const filter: RowFilter = {
          kind: knownOf(query, 'kind', recorded), name: (query['name'] as string | undefined) ?? null, project: asked,
          since: timeOf(query, 'since'), until: timeOf(query, 'until'),
          born: life?.since ?? null, revision: life?.revision ?? 0,
        };
        const paging = pagingOf(host.signer, ['archive', filter], query);
        if (readers >= MOST_READERS) throw new Problem('overloaded', `${MOST_READERS} calls read the archive`, { headers: { 'retry-after': '5' } });
        readers += 1;
        try {
          const { items, unreadable, before } = await search(host, filter, paging.before, paging.limit);
          return json(200, { items, unreadable, next_page_token: paging.next(before) });
        } finally {
          readers -= 1;
        }
      },
    }),
  ];
}

interface RowFilter {
  readonly kind: string | null;
  readonly name: string | null;
  readonly project: string | null;
  readonly since: string | null;
  readonly until: string | null;
  /** When the reader's project was made, and by which revision, where that is known: what is older is of another one. */
  readonly born: string | null;
  readonly revision: number;
}

interface Found {
  readonly items: readonly JsonObject[];
  readonly unreadable: readonly string[];
  readonly before: number | null;
}

/** A file that is not what was written is named and passed over: what other files hold is still to be had. */
async function search(host: RecordHost, filter: RowFilter, before: number | null, limit: number): Promise<Found> {
  const beyond = before ?? Number.MAX_SAFE_INTEGER;
  const files = await findFiles(host.store.pool, 'change', filter, beyond - 1, MOST_FILES + 1);
  const items: JsonObject[] = [];
  const unreadable: string[] = [];
  for (const file of files.slice(0, MOST_FILES)) {
    const rows = await read(host, file, filter);
    if (rows === null) unreadable.push(file.name);
    for (const row of (rows ?? []).toReversed()) {
      if (row.revision >= beyond) continue;
      if (items.length === limit) return { items, unreadable, before: items.at(-1)!['revision'] as number };
      items.push({ ...row, at: `${row.at}Z`, project: row.project === '' ? null : row.project });
    }
  }
  return { items, unreadable, before: files.length > MOST_FILES ? files[MOST_FILES - 1]!.since + 1 : null };
}

interface Row {
  readonly revision: number;
  /** In UTC, without saying so. */
  readonly at: string;
  readonly kind: string;
  readonly name: string | null;
  readonly project: string;
  readonly [field: string]: unknown;
}

/** The rows of a file that fit, oldest first; null: it cannot be read. */
async function read(host: RecordHost, file: KeptFile, filter: RowFilter): Promise<Row[] | null> {
  try {
    const rows: Row[] = [];
    for await (const lines of inTurns(await unpack(file, await host.archive.get(file.name)))) {
      for (const line of lines) {
        const row = line.startsWith('{"revision"') ? (JSON.parse(line) as Row) : null;
        if (row !== null && fits(filter, row)) rows.push(row);
      }
    }
    return rows;
  } catch (error) {
    if (!(error instanceof ArchiveError)) throw error;
    host.failed(error);
    return null;
  }
}

/** To the millisecond, both ends included. */
const fits = ({ kind, name, project, since, until, born, revision }: RowFilter, row: Row): boolean => {
  const at = Date.parse(`${row.at}Z`);
  return (kind === null || row.kind === kind) && (name === null || row.name === name) && (since === null || at >= Date.parse(since)) && (until === null || at <= Date.parse(until))
    && row.revision >= revision && (born === null || at >= Date.parse(born)) && (project === null || row.project === project || (row.kind === 'project' && row.name === project));
};
