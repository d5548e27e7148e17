import type { CallOptions } from '../../api.ts';
import type { Call } from '../../call.ts';
import { recordedKind } from '../../objects/kind-names.ts';
import { renderTable, type Row } from '../../table.ts';

export interface AuditFlags {
  readonly actor?: string;
  readonly kind?: string;
  readonly name?: string;
  readonly sinceRevision?: number;
  readonly limit: number;
}

export interface RefusalFlags {
  readonly actor?: string;
  readonly code?: string;
  readonly limit: number;
}

export interface ChangeRow {
  readonly revision: number;
  readonly at: string;
  readonly actor: string | null;
  readonly remote: string | null;
  readonly operation: string;
  readonly kind: string;
  readonly project: string | null;
  readonly service: string | null;
  readonly name: string | null;
  /** JSON pointers; null where it is not told. */
  readonly changed: readonly string[] | null;
}

interface RefusalRow {
  readonly at: string;
  readonly code: string;
  readonly count: number;
  readonly actor: string | null;
  readonly remote: string | null;
  readonly method: string | null;
  readonly path: string | null;
  readonly project: string | null;
  readonly subject: string | null;
}

/** Who changed what, newest first. */
export async function listAudit(call: Call, flags: AuditFlags): Promise<void> {
  const query = { actor: flags.actor, kind: await kindOf(call, flags), name: flags.name, since_revision: flags.sinceRevision };
  const rows = await fetchPages<ChangeRow>(call, '/v1/audit', query, flags.limit);
  call.output.result({ text: () => changeTable(rows), document: { items: rows }, lines: rows });
}

/** As Miko knows it, however it was typed. */
export const kindOf = async (call: Call, { kind }: { readonly kind?: string }): Promise<string | undefined> =>
  kind === undefined ? undefined : recordedKind(await call.kinds(), kind);

/** Who was turned away, and to whom a secret was shown, newest first. */
export async function listRefusals(call: Call, flags: RefusalFlags): Promise<void> {
  const rows = await fetchPages<RefusalRow>(call, '/v1/audit/refusals', { actor: flags.actor, code: flags.code }, flags.limit);
  call.output.result({ text: () => refusalTable(rows), document: { items: rows }, lines: rows });
}

/** A page of a record; it may be empty and still lead on: what fits a filter may lie far back. */
export interface RecordPage<R> {
  readonly items: readonly R[];
  readonly next_page_token: string | null;
}

/** Rows from as many pages as it takes; `look` sees each page. */
export async function fetchPages<R, P extends RecordPage<R> = RecordPage<R>>(
  call: Call,
  where: string,
  query: NonNullable<CallOptions['query']>,
  most: number,
  look?: (page: P) => void,
): Promise<readonly R[]> {
  const rows: R[] = [];
  let pageToken: string | undefined;
  do {
    const { body } = await call.api().call<P>('GET', where, {
      query: { ...query, limit: Math.min(PAGE, most - rows.length), page_token: pageToken },
    });
    look?.(body);
    rows.push(...body.items);
    pageToken = body.next_page_token ?? undefined;
  } while (pageToken !== undefined && rows.length < most);
  return rows;
}

/** The most that one page may hold. */
const PAGE = 1_000;

export const changeTable = (rows: readonly ChangeRow[]): string =>
  renderTable(
    ['AT', 'REVISION', 'WHO', 'FROM', 'DID', 'KIND', 'PROJECT', 'NAME', 'CHANGED'],
    rows.map((row): Row => [row.at, row.revision, row.actor, row.remote, row.operation, row.kind, row.project, nameOf(row), row.changed?.join(' ') ?? null]),
  );

const refusalTable = (rows: readonly RefusalRow[]): string =>
  renderTable(
    ['AT', 'CODE', 'TIMES', 'WHO', 'FROM', 'METHOD', 'PATH', 'PROJECT', 'WHOSE SECRET'],
    rows.map((row): Row => [row.at, row.code, row.count, row.actor, row.remote, row.method, row.path, row.project, row.subject]),
  );

/** An endpoint is named with its service, as everywhere. */
const nameOf = ({ kind, service, name }: ChangeRow): string | null => (kind === 'endpoint' && service !== null ? `${service}/${name ?? ''}` : name);
