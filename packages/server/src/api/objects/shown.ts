import { specDown, specSchemaAt, type Kind, type Stored } from '@miko/model';
import { json, type PlainAnswer } from '../call.ts';
import { etagOf } from './etag.ts';
import { inOrder } from './in-order.ts';

/** An object as callers of an API date see it. */
export function shownObject(kind: Kind, object: Stored, apiDate: string) {
  return {
    id: object.id, kind: object.kind, name: object.name, project: object.project, revision: object.revision,
    created_at: object.createdAt, updated_at: object.updatedAt, spec: inOrder(specSchemaAt(kind, apiDate), specDown(kind, apiDate, object.spec)), status: object.status,
  };
}

/** The answer to a write: the object as it stands now. `more` stands in the body beside it. */
export function written(kind: Kind, object: Stored, apiDate: string, status: 200 | 201, headers: Readonly<Record<string, string>> = {}, more: Readonly<Record<string, string>> = {}): PlainAnswer {
  return json(status, { ...shownObject(kind, object, apiDate), ...more }, { etag: etagOf(object, apiDate), 'miko-revision': String(object.revision), ...headers });
}

/** The answer to a dry run: what would stand there, without a revision or an ETag of its own, because nothing was written. */
export const judged = (kind: Kind, object: Stored, apiDate: string, status: 200 | 201): PlainAnswer =>
  json(status, shownObject(kind, object, apiDate), { 'miko-dry-run': 'true' });
