import { isObjectName, newId, object, permit, pluralOf, Problem, text, OBJECT_NAME, type Action, type Flaw, type Kind, type Stored } from '@miko/model';
import { StoreError, type ObjectTransaction, type Store } from '@miko/store';
import { newSecret } from '../access/identity.ts';
import { empty, json, type Answer } from './call.ts';
import { defineEndpoint, type Operation, type Request } from './operation.ts';
import { newestApiDate } from './versions.ts';

/** What the operations of kinds need of the rest: the truth, and the view that answers reads. */
export interface ObjectHost {
  readonly store: Store;
  object(kind: string, project: string | null, nameOrId: string): Stored | null;
  list(kind: string, project: string | null): Iterable<Stored>;
  seen(revision: number): Promise<void>;
}

/** A kind's operations, all derived: create, list, get, replace, delete. */
export function kindOperations(kind: Kind, host: ObjectHost): Operation[] {
  const collection = `/v1${kind.parent === null ? '' : `/${pluralOf(kind.parent)}/{${kind.parent.name}}`}/${pluralOf(kind)}`;
  const one = `${collection}/{${kind.parent === null ? `${kind.name}_name` : kind.name}}`.replace('{project_name}', '{project}');
  const parameter = /\{(\w+)\}$/.exec(one)![1]!;
  const read: Action = { name: `${kind.name}.read`, role: kind.access.read };
  const write: Action = { name: `${kind.name}.write`, role: kind.access.write };
  const specOnly = object({ spec: kind.spec });
  /** By name or id, so that access is judged for the project that is meant. */
  const project = (params: Readonly<Record<string, string>>) =>
    params['project'] === undefined ? null : (host.object('project', null, params['project'])?.name ?? params['project']);
  const created = object({ name: text({ min: 1, max: 63, pattern: OBJECT_NAME }), spec: kind.spec });

  return [
    defineEndpoint({
      id: `${kind.name}_create`, project, method: 'POST', path: collection, action: write, summary: `Create a ${kind.name}`, body: created, bodyBytes: kind.limits.bodyBytes,
      run: request => create(request, request.body.name, request.body.spec, taken),
    }),
    defineEndpoint({
      id: `${kind.name}_list`, project, method: 'GET', path: collection, action: read, summary: `List every ${kind.name}`,
      run: ({ params, actor }) => {
        const visible = [...host.list(kind.name, parentOf(params))].filter(item => permit(actor, read, { project: projectOf(item) }) === 'allow');
        const items = visible.sort((a, b) => (a.name < b.name ? -1 : 1));
        return json(200, { items: items.map(shownObject), next_page_token: null });
      },
    }),
    defineEndpoint({
      id: `${kind.name}_get`, project, method: 'GET', path: one, action: read, summary: `Get a ${kind.name}`,
      run: ({ params, call }) => {
        const found = host.object(kind.name, parentOf(params), params[parameter]!);
        if (found === null) throw absent(kind, params[parameter]!);
        const etag = etagOf(found);
        if (call.headers['if-none-match'] !== undefined && listed(call.headers['if-none-match'].replaceAll('W/', ''), etag)) return empty(304, { etag });
        return json(200, shownObject(found), { etag });
      },
    }),
    defineEndpoint({
      id: `${kind.name}_replace`, project, method: 'PUT', path: one, action: write, summary: `Replace the spec of a ${kind.name}`, body: specOnly, bodyBytes: kind.limits.bodyBytes,
      run: request => (request.call.headers['if-none-match'] === '*'
        ? create(request, named(request.params[parameter]!), request.body.spec, present)
        : replace(request, request.body.spec)),
    }),
    defineEndpoint({
      id: `${kind.name}_delete`, project, method: 'DELETE', path: one, action: write, summary: `Delete a ${kind.name}`,
      run: async request => {
        const result = await host.store.writeObject(by(request), async tx => {
          const before = await current(tx, request);
          admit(kind, before.spec, null, before.name);
          if (await tx.inUse(before)) throw new Problem('in_use', `${kind.name} ${before.name} is not empty`);
          return { operation: 'delete', before };
        });
        await host.seen(result!.change.revision);
        return empty(204, { 'miko-revision': String(result!.change.revision) });
      },
    }),
  ];

  function parentOf(params: Readonly<Record<string, string>>): string | null {
    if (kind.parent === null) return null;
    const parent = host.object(kind.parent.name, null, params[kind.parent.name]!);
    if (parent === null) throw absent(kind.parent, params[kind.parent.name]!);
    return parent.name;
  }

  async function create(request: Request, name: string, spec: Stored['spec'], refuse: typeof taken): Promise<Answer> {
    const project = parentOf(request.params);
    const secret = kind.issuesSecret ? newSecret() : null;
    const next: Stored = { id: newId(kind.idPrefix), kind: kind.name, name, project, revision: 0, createdAt: '', updatedAt: '', spec, status: kind.status.initial(spec) };
    try {
      const result = await host.store.writeObject(by(request), async tx => {
        if ((await tx.find(kind.name, project, name)) !== null) throw refuse(kind, name);
        if ((await tx.count(kind.name, project)) >= kind.limits.perParent) throw new Problem('quota_exceeded', `at most ${kind.limits.perParent} of the kind ${kind.name} may exist here`);
        admit(kind, null, spec, name);
        return { operation: 'create', object: next, secret: secret?.hash ?? null };
      });
      const made = result!.object;
      await host.seen(made.revision);
      const location = `${collection.replace(/\{\w+\}/, project ?? '')}/${made.name}`;
      return json(201, { ...shownObject(made), ...(secret === null ? {} : { secret: secret.text }) }, { location, etag: etagOf(made), 'miko-revision': String(made.revision) });
    } catch (error) {
      if (error instanceof StoreError && error.code === 'conflict') throw refuse(kind, name);
      throw error;
    }
  }

  async function replace(request: Request, spec: Stored['spec']): Promise<Answer> {
    const result = await host.store.writeObject(by(request), async tx => {
      const before = await current(tx, request);
      const flaws = kind.frozen.filter(field => JSON.stringify(before.spec[field]) !== JSON.stringify(spec[field]))
        .map((field): Flaw => ({ pointer: `/spec/${field}`, code: 'frozen', detail: 'is set when it is created and never changes' }));
      if (flaws.length > 0) throw new Problem('invalid_request', flaws.map(f => `${f.pointer} ${f.detail}`).join('; '), { flaws });
      admit(kind, before.spec, spec, before.name);
      return { operation: 'update', before, spec };
    });
    const { object: made } = result!;
    await host.seen(made.revision);
    return json(200, shownObject(made), { etag: etagOf(made), 'miko-revision': String(made.revision) });
  }

  /** The object a conditional write is about: 404 before 428 before 412. */
  async function current(tx: ObjectTransaction, { call, params }: Request): Promise<Stored> {
    const before = await tx.find(kind.name, parentOf(params), params[parameter]!);
    if (before === null) throw absent(kind, params[parameter]!);
    const match = call.headers['if-match'];
    if (match === undefined) throw new Problem('precondition_required', 'send If-Match with the ETag you have read, or * to overwrite whatever is there');
    const etag = etagOf(before);
    if (!listed(match, etag)) throw new Problem('precondition_failed', 'it has changed since you read it', { headers: { etag } });
    return before;
  }
}

/** Strong: it stands for the spec as this API date shows it. */
export const etagOf = (object: Stored): string => `"${object.revision.toString(36)}-${newestApiDate.replaceAll('-', '')}"`;

export const shownObject = (object: Stored) => ({
  id: object.id, kind: object.kind, name: object.name, project: object.project, revision: object.revision,
  created_at: object.createdAt, updated_at: object.updatedAt, spec: object.spec, status: object.status,
});

/** The project an object lies in; a project lies in itself. */
const projectOf = (item: Stored): string | null => (item.kind === 'project' ? item.name : item.project);
const by = ({ actor, requestId }: Request) => ({ actor: actor.id, requestId });
const listed = (header: string, etag: string): boolean => header.trim() === '*' || header.split(',').some(tag => tag.trim() === etag);
const absent = (kind: Kind, name: string) => new Problem('not_found', `there is no ${kind.name} ${JSON.stringify(name.slice(0, 100))}`);
const taken = (kind: Kind, name: string) => new Problem('already_exists', `a ${kind.name} ${name} exists`);
/** If-None-Match: * that does not hold (RFC 9110, section 13.1.2). */
const present = (kind: Kind, name: string) => new Problem('precondition_failed', `a ${kind.name} ${name} exists, and this PUT may only create`);

function named(name: string): string {
  if (isObjectName(name)) return name;
  throw new Problem('invalid_request', 'the name is not valid', { flaws: [{ pointer: 'name', code: 'pattern', detail: `must match ${OBJECT_NAME}` }] });
}

function admit(kind: Kind, before: Stored['spec'] | null, next: Stored['spec'] | null, name: string): void {
  const flaws = kind.admit?.({ before, next, name }) ?? [];
  if (flaws.length > 0) throw new Problem('invalid_request', flaws.map(f => `${f.pointer} ${f.detail}`).join('; '), { flaws });
}
