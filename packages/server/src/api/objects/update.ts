import { changedPaths, cleared, jsonPatch, mergePatch, Problem, specDown, specUp, type Flaw, type Kind, type Stored } from '@miko/model';
import { attributionOf } from '../attribution.ts';
import type { Answer } from '../call.ts';
import { checked } from '../check.ts';
import type { Request } from '../operation.ts';
import { etagOf, requireMatch } from './etag.ts';
import { absent, admit, howOf, isDryRun, parentOf, refuseFlaws, type ObjectHost, type Place } from './object-host.ts';
import { replaceSchema } from './schemas.ts';
import { judged, written } from './shown.ts';

export const mergePatchType = 'application/merge-patch+json';
export const jsonPatchType = 'application/json-patch+json';

/** PUT: the whole spec anew. */
export const replace = (host: ObjectHost, place: Place, request: Request<{ spec: Stored['spec'] }>): Promise<Answer> =>
  update(host, place, request, () => request.body.spec);

/**
 * PATCH, by its media type, on the document `{"spec": ...}` as the caller's API date shows it. No schema of a patch
 * exists: what comes out of it is checked as a whole spec.
 */
export function patch(host: ObjectHost, place: Place, request: Request): Promise<Answer> {
  const schema = replaceSchema(place.kind, request.apiDate);
  return update(host, place, request, shown => {
    const document = { spec: shown };
    const next = request.mediaType === mergePatchType ? cleared(schema, mergePatch(document, request.body)) : jsonPatch(document, request.body);
    return checked(schema, next).spec;
  });
}

/** Where every update ends. `next` makes the new spec of the one that stands, both in the form of the request's API date. */
async function update(host: ObjectHost, place: Place, request: Request, next: (shown: Stored['spec']) => Stored['spec']): Promise<Answer> {
  const { kind, parameter } = place;
  const { call, params, apiDate } = request;
  let stands: Stored | null = null as Stored | null;
  const result = await host.store.writeObject(attributionOf(request), async tx => {
    // 404 before 428 before 412 before what is wrong with the content.
    const before = await tx.find(kind.name, parentOf(host, place, params), params[parameter]!);
    if (before === null) throw absent(kind, params[parameter]!);
    requireMatch(call.headers['if-match'], etagOf(before, apiDate));
    const spec = specUp(kind, apiDate, next(specDown(kind, apiDate, before.spec)));
    const changed = changedPaths(before.spec, spec);
    stands = before;
    if (changed.length === 0) return null;
    refuseFlaws(frozen(kind, before.spec, spec));
    admit(kind, before.spec, spec, before.name);
    return { operation: 'update', before, spec, changed: changed.map(path => `/spec${path}`) };
  }, howOf(request));
  // Nothing of it is new: no revision, no event.
  if (result === null) {
    if (isDryRun(request)) return judged(kind, stands!, apiDate, 200);
    await host.seen(stands!.revision);
    return written(kind, stands!, apiDate, 200);
  }
  if ('replay' in result) throw new Problem('internal', 'an update was replayed');
  if (isDryRun(request)) return judged(kind, { ...result.object, revision: stands!.revision }, apiDate, 200);
  await host.seen(result.object.revision);
  return written(kind, result.object, apiDate, 200);
}

const frozen = (kind: Kind, before: Stored['spec'], next: Stored['spec']): Flaw[] =>
  kind.frozen.filter(field => changedPaths(before[field], next[field]).length > 0)
    .map(field => ({ pointer: `/spec/${field}`, code: 'frozen', detail: 'is set when it is created and never changes' }));
