import { specDown, type Action, type Kind } from '@miko/model';
import { defineEndpoint, type DeclaredAnswer, type Operation, type Request } from '../operation.ts';
import { create, createOnly } from './create.ts';
import { tagsOf } from './etag.ts';
import { list, listQuery } from './list.ts';
import { placeOf, type ObjectHost } from './object-host.ts';
import { read } from './read.ts';
import { remove } from './remove.ts';
import { createSchema, exampleOf, listSchema, objectSchema, replaceSchema, words } from './schemas.ts';
import { jsonPatchType, mergePatchType, patch, replace } from './update.ts';
import { watch } from './watch.ts';

/** A kind's operations, all derived: create, list, watch, get, replace, patch, delete. `kinds`: all that this Miko has. */
export function kindOperations(kind: Kind, kinds: readonly Kind[], host: ObjectHost): Operation[] {
  const place = placeOf(kind, kinds);
  const { collection } = place;
  const one = `${collection}/{${place.parameter}}`;
  const what = words(kind);
  const a = `${/^[aeio]/.test(what) ? 'an' : 'a'} ${what}`;
  const reading: Action = { name: `${kind.name}.read`, role: kind.access.read };
  const writing: Action = { name: `${kind.name}.write`, role: kind.access.write, ofFleet: kind.access.fleetWrites === true };
  /** By name or id, so that access is judged for the project that is meant. */
  const project = (params: Readonly<Record<string, string>>) =>
    params['project'] === undefined ? null : (host.object('project', null, params['project'])?.name ?? params['project']);
  const common = { kind, since: kind.since, project };
  const dryRun = { dry_run: 'boolean' } as const;
  const shown = (status: 200 | 201, description: string): DeclaredAnswer => ({ status, description, schema: apiDate => objectSchema(kind, apiDate) });
  const nothing = (status: 204 | 304, description: string): DeclaredAnswer => ({ status, description, schema: () => null });
  const conditional = ['precondition_required', 'precondition_failed', 'not_found', 'deadline_exceeded'] as const;

  return [
    defineEndpoint({
      ...common, id: `${kind.name}_create`, verb: 'create', method: 'POST', path: collection, action: writing, summary: `Create ${a}`,
      query: dryRun, body: apiDate => createSchema(kind, apiDate), bodyBytes: kind.limits.bodyBytes, keepsClaim: true,
      example: (apiDate: string) => exampleOf(kind, kinds, apiDate), answers: [shown(201, `The ${what} as it was made`)],
      errors: ['already_exists', 'quota_exceeded', 'in_flight', 'idempotency_mismatch', 'deadline_exceeded', ...(kind.parent === null ? [] : ['not_found' as const])],
      run: request => create(host, place, request),
    }),
    defineEndpoint({
      ...common, id: `${kind.name}_list`, verb: 'list', method: 'GET', path: collection, action: reading, summary: `List every ${what}, a page at a time`,
      query: listQuery(kind), answers: [{ status: 200, description: 'A page', schema: apiDate => listSchema(kind, apiDate) }],
      errors: kind.parent === null ? [] : ['not_found'],
      run: request => list(host, place, request),
    }),
    defineEndpoint({
      ...common, id: `${kind.name}_watch`, verb: 'watch', method: 'GET', path: `${collection}:watch`, action: reading, summary: `Watch every ${what}`,
      query: { since: 'text' }, answers: [{ status: 200, description: 'A stream of changes', schema: () => null, mediaType: 'text/event-stream' }],
      errors: kind.parent === null ? ['overloaded'] : ['not_found', 'overloaded'],
      run: request => watch(host, place, reading, request),
    }),
    defineEndpoint({
      ...common, id: `${kind.name}_get`, verb: 'get', method: 'GET', path: one, action: reading, summary: `Get ${a}`,
      answers: [shown(200, `The ${what}`), nothing(304, 'It is what If-None-Match names')], errors: ['not_found'],
      run: request => read(host, place, request),
    }),
    defineEndpoint({
      ...common, id: `${kind.name}_replace`, verb: 'replace', method: 'PUT', path: one, action: writing, summary: `Replace the spec of ${a}, or with If-None-Match: * create it`,
      query: dryRun, body: apiDate => replaceSchema(kind, apiDate), bodyBytes: kind.limits.bodyBytes,
      example: (apiDate: string) => ({ spec: specDown(kind, apiDate, kind.example(1)) }), answers: [shown(200, `The ${what} as it stands now`), shown(201, 'Created, with If-None-Match: *')],
      errors: [...conditional, 'quota_exceeded'],
      run: request => (mayOnlyCreate(request) ? createOnly(host, place, request) : replace(host, place, request)),
    }),
    defineEndpoint({
      ...common, id: `${kind.name}_patch`, verb: 'patch', method: 'PATCH', path: one, action: writing, summary: `Change parts of the spec of ${a}`,
      query: dryRun, mediaTypes: [mergePatchType, jsonPatchType], bodyBytes: kind.limits.bodyBytes, example: { spec: {} },
      answers: [shown(200, `The ${what} as it stands now`)], errors: [...conditional, 'patch_test_failed'],
      run: request => patch(host, place, request),
    }),
    defineEndpoint({
      ...common, id: `${kind.name}_delete`, verb: 'delete', method: 'DELETE', path: one, action: writing, summary: `Delete ${a}`,
      query: dryRun, answers: [nothing(204, 'It is gone')], errors: [...conditional, 'in_use'],
      run: request => remove(host, place, request),
    }),
  ];
}

/** Throws Problem `invalid_request`. */
function mayOnlyCreate({ call }: Request): boolean {
  const header = call.headers['if-none-match'];
  return header !== undefined && tagsOf('If-None-Match', header) === '*';
}
