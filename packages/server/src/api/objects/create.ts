import { isObjectName, newId, OBJECT_NAME, pluralOf, Problem, specUp, type Kind, type Stored } from '@miko/model';
import { StoreError, type ObjectResult } from '@miko/store';
import { newSecret } from '../../access/identity.ts';
import { attributionOf } from '../attribution.ts';
import type { Answer, PlainAnswer } from '../call.ts';
import type { Request } from '../operation.ts';
import { admit, howOf, isDryRun, parentOf, refuseFlaws, type ObjectHost, type Place } from './object-host.ts';
import { judged, written } from './shown.ts';

/** POST to the collection. */
export const create = (host: ObjectHost, place: Place, request: Request<{ name: string; spec: Stored['spec'] }>): Promise<Answer> =>
  insert(host, place, request, request.body.name, request.body.spec, taken);

/** PUT with `If-None-Match: *` (RFC 9110, section 13.1.2): it may only create. */
export function createOnly(host: ObjectHost, place: Place, request: Request<{ spec: Stored['spec'] }>): Promise<Answer> {
  const name = request.params[place.parameter]!;
  refuseFlaws(isObjectName(name) ? [] : [{ pointer: 'name', code: 'pattern', detail: `must match ${OBJECT_NAME}` }]);
  return insert(host, place, request, name, request.body.spec, present);
}

async function insert(host: ObjectHost, place: Place, request: Request, name: string, given: Stored['spec'], refuse: (kind: Kind, name: string) => Problem): Promise<Answer> {
  const { kind } = place;
  const { apiDate } = request;
  const project = parentOf(host, place, request.params);
  refuseFlaws(place.names === null || place.names.includes(name) ? [] : [{ pointer: '/name', code: 'not_one_of', detail: `must be one of ${place.names.join(', ')}` }]);
  const secret = kind.issuesSecret ? newSecret() : null;
  const spec = specUp(kind, apiDate, given);
  const denial = kind.denies?.(request.actor, spec) ?? null;
  if (denial !== null) throw new Problem('denied', denial);
  const next: Stored = {
    id: newId(kind.idPrefix), kind: kind.name, name, project, revision: 0, createdAt: '', updatedAt: '', spec, status: kind.status.initial(spec, { apiDate }),
  };
  const answerOf = (object: Stored, shown: Readonly<Record<string, string>>): PlainAnswer =>
    written(kind, object, apiDate, 201, { location: `${place.collection.replace(/\{\w+\}/, project ?? '')}/${object.name}` }, shown);
  try {
    const result = await host.store.writeObject(attributionOf(request), async tx => {
      if ((await tx.find(kind.name, project, name)) !== null) throw refuse(kind, name);
      admit(kind, null, spec, name);
      return { operation: 'create', object: next, secret: secret?.hash ?? null, most: kind.limits.perParent, quotaName: pluralOf(kind) };
      // A secret is shown once: what is remembered for a repetition holds none.
    }, { ...howOf(request), ...(request.claim === null ? {} : { claim: { ...request.claim, answer: (made: ObjectResult) => answerOf(made.object, {}) } }) });
    if (result === null) throw new Error('a creation wrote nothing');
    if ('replay' in result) {
      // Another Miko may have made it a moment ago.
      await host.seen(Number(result.replay.headers['miko-revision']));
      return result.replay;
    }
    if (isDryRun(request)) return judged(kind, { ...result.object, revision: 0 }, apiDate, 201);
    await host.seen(result.object.revision);
    if (secret === null) return answerOf(result.object, {});
    host.secretShown(result.object.id, request);
    return answerOf(result.object, { secret: secret.text });
  } catch (error) {
    if (error instanceof StoreError && error.code === 'conflict') throw refuse(kind, name);
    throw error;
  }
}

const taken = (kind: Kind, name: string) => new Problem('already_exists', `a ${kind.name} ${name} exists`);
const present = (kind: Kind, name: string) => new Problem('precondition_failed', `a ${kind.name} ${name} exists, and this PUT may only create`);
