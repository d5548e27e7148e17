import { errors, type Action, type Actor, type Kind } from '@miko/model';
import { projectLife, readAudit, readRefusals, streams, type AuditRow, type ProjectLife, type RefusalRow, type Store } from '@miko/store';
import { answered } from '../api/answered.ts';
import { json } from '../api/call.ts';
import type { PageSigner } from '../api/objects/page-token.ts';
import { defineEndpoint, noProject, type Operation } from '../api/operation.ts';
import type { Query } from '../api/query.ts';
import type { ArchiveTarget } from './archive-target.ts';
import { exportStream } from './export.ts';
import { knownOf, pagingOf } from './page.ts';
import { auditPage, refusalPage } from './schemas.ts';

export interface RecordHost {
  readonly store: Pick<Store, 'pool'>;
  readonly signer: PageSigner;
  readonly archive: ArchiveTarget;
  /** Told of an export that broke off. */
  failed(error: unknown): void;
}

const read: Action = { name: 'audit.read', role: 'admin', showsInternal: true };
/** A credential that is bound to a project is shown the rows of that one alone. */
const own = (_params: unknown, actor: Actor): string | null => actor.project;

/** Reading the record: who did what, who was turned away, and all of it with its seals. */
export function auditOperations(host: RecordHost, kinds: readonly Kind[]): Operation[] {
  const recorded = recordedKinds(kinds);
  return [
    defineEndpoint({
      id: 'audit_list', verb: 'list', method: 'GET', path: '/v1/audit', action: read, project: own, summary: 'List who did what, newest first',
      query: { actor: 'text', kind: 'text', name: 'text', since_revision: 'integer', limit: 'integer', page_token: 'text' },
      answers: [answered(200, 'A page of changes', auditPage)],
      async run({ query, actor }) {
        const life = await lifeOf(host, actor.project);
        const filter = {
          actor: textOf(query, 'actor'), kind: knownOf(query, 'kind', recorded), name: textOf(query, 'name'), project: actor.project, since: life?.since ?? null,
          sinceRevision: Math.max((query['since_revision'] as number | undefined) ?? 0, (life?.revision ?? 1) - 1),
        };
        const paging = pagingOf(host.signer, ['audit', filter], query);
        const { rows, before } = await readAudit(host.store.pool, filter, paging.before, paging.limit);
        return json(200, { items: rows.map(shownChange), next_page_token: paging.next(before) });
      },
    }),
    defineEndpoint({
      id: 'audit_refusals', verb: 'refusals', method: 'GET', path: '/v1/audit/refusals', action: read, project: own,
      summary: 'List who was turned away and who was shown a secret, newest first',
      query: { actor: 'text', code: 'text', since: 'integer', limit: 'integer', page_token: 'text' },
      answers: [answered(200, 'A page of refusals', refusalPage)],
      async run({ query, actor }) {
        const life = await lifeOf(host, actor.project);
        const filter = {
          actor: textOf(query, 'actor'), code: knownOf(query, 'code', refusalCodes), project: actor.project, since: (query['since'] as number | undefined) ?? 0, at: life?.since ?? null,
        };
        const paging = pagingOf(host.signer, ['refusals', filter], query);
        const { rows, before } = await readRefusals(host.store.pool, filter, paging.before, paging.limit);
        return json(200, { items: rows.map(shownRefusal), next_page_token: paging.next(before) });
      },
    }),
    defineEndpoint({
      id: 'audit_export', verb: 'export', method: 'GET', path: '/v1/audit:export', action: read, project: () => null,
      summary: 'Every row of the record with its seals, as lines that whoever holds them can verify',
      query: { stream: 'text', since_revision: 'integer' },
      answers: [answered(200, 'Lines of JSON: a start, rows and seals, an end', null, { mediaType: 'application/x-ndjson' })],
      run({ query }) {
        const stream = knownOf(query, 'stream', streams) ?? 'change';
        const body = exportStream(host, stream, (query['since_revision'] as number | undefined) ?? 0);
        return { status: 200, headers: { 'content-type': 'application/x-ndjson', 'cache-control': 'no-store' }, body };
      },
    }),
  ];
}

/** What bounds the readers of one project; null: those of the fleet. Throws Problem `not_found` where the project is gone. */
export async function lifeOf({ store }: Pick<RecordHost, 'store'>, project: string | null): Promise<ProjectLife | null> {
  if (project === null) return null;
  const life = await projectLife(store.pool, project);
  if (life === null) throw noProject();
  return life;
}

const textOf = (query: Query, name: string): string | null => (query[name] as string | undefined) ?? null;

/** What a change may be of: the kinds of objects, and what is registered. */
export const recordedKinds = (kinds: readonly Kind[]): readonly string[] => [...kinds.map(({ name }) => name), 'endpoint', 'session'];

const refusalCodes: readonly string[] = [...Object.keys(errors), 'secret_shown', 'dropped'];

const shownChange = (row: AuditRow) => ({
  revision: row.revision, at: row.at.toISOString(), actor: row.actor, credential: row.credential, remote: row.remote, user_agent: row.user_agent,
  request_id: row.request_id, kind: row.kind, operation: row.operation, project: row.project, service: row.service, name: row.name,
  subject: row.subject, session: row.session, before_revision: row.before_revision, changed: row.changed,
});

const shownRefusal = (row: RefusalRow) => ({
  number: row.number, at: row.at.toISOString(), code: row.code, count: row.count, actor: row.actor, credential: row.credential, remote: row.remote,
  user_agent: row.user_agent, request_id: row.request_id, method: row.method, path: row.path, project: row.project, subject: row.subject,
});
