import { pluralOf, type JsonObject, type Kind } from '@miko/model';
import { path, type Answer, type Api, type CallOptions } from '../api.ts';
import { Failure } from '../failure.ts';
import { didYouMean } from '../nearest-name.ts';

/** The calls that every kind has, as functions of the kind (docs/api.md, "Objects"). */
export interface ShownObject {
  readonly id: string;
  readonly kind: string;
  readonly name: string;
  readonly project: string | null;
  readonly revision: number;
  readonly created_at: string;
  readonly updated_at: string;
  readonly spec: JsonObject;
  readonly status: JsonObject;
  /** Only in the answer that creates one of a kind that issues secrets. */
  readonly secret?: string;
}

/** One object, by its name or id; `project` is null for a kind of the whole fleet. */
export interface Address {
  readonly kind: Kind;
  readonly project: string | null;
  readonly name: string;
}

/** An object as it was read, with the ETag that a write of it must match. */
export interface Standing {
  readonly object: ShownObject;
  readonly etag: string;
}

export type Condition = { readonly 'if-match': string } | { readonly 'if-none-match': '*' };

export interface WriteOptions {
  readonly dryRun: boolean;
}

/** The project that a kind's objects are looked for in: the one of the settings, or none. */
export const projectOf = (kind: Kind, project: () => string): string | null => (kind.parent === null ? null : project());

export const addressText = ({ kind, project, name }: Address): string => `${kind.name} ${project === null ? '' : `${project}/`}${name}`;

export const collectionPath = (kind: Kind, project: string | null): string =>
  project === null ? path`/v1/${pluralOf(kind)}` : path`/v1/projects/${project}/${pluralOf(kind)}`;

export const objectPath = (address: Address): string => `${collectionPath(address.kind, address.project)}${path`/${address.name}`}`;

/** Throws a failure that names what may have been meant where there is no such object. */
export async function readObject(api: Api, address: Address): Promise<Standing> {
  try {
    return standing(await api.call<ShownObject>('GET', objectPath(address)));
  } catch (error) {
    throw await withNameHints(error, api, address);
  }
}

/** Null where there is none, or none that the caller may see. */
export async function findObject(api: Api, address: Address): Promise<Standing | null> {
  try {
    return standing(await api.call<ShownObject>('GET', objectPath(address)));
  } catch (error) {
    if (error instanceof Failure && error.status === 404) return null;
    throw error;
  }
}

interface Page {
  readonly items: readonly ShownObject[];
  readonly next_page_token: string | null;
}

/** Every object, page by page, at most `most` of them. */
export async function* listObjects(
  api: Api,
  kind: Kind,
  project: string | null,
  query: NonNullable<CallOptions['query']>,
  most: number,
): AsyncGenerator<ShownObject> {
  let pageToken: string | undefined;
  let left = most;
  do {
    const limit = Math.min(left, kind.limits.page);
    const page = { ...query, limit, page_token: pageToken };
    const { body } = await api.call<Page>('GET', collectionPath(kind, project), { query: page });
    yield* body.items.slice(0, left);
    left -= body.items.length;
    pageToken = body.next_page_token ?? undefined;
  } while (pageToken !== undefined && left > 0);
}

export async function createObject(api: Api, { kind, project, name }: Address, spec: JsonObject, options: WriteOptions): Promise<ShownObject> {
  return (await api.call<ShownObject>('POST', collectionPath(kind, project), { ...dryRun(options), body: { name, spec } })).body;
}

/** The whole spec, at once; creates where the condition says so. */
export async function putObject(api: Api, address: Address, spec: JsonObject, condition: Condition, options: WriteOptions): Promise<ShownObject> {
  return (await api.call<ShownObject>('PUT', objectPath(address), { ...dryRun(options), headers: condition, body: { spec } })).body;
}

export async function deleteObject(api: Api, address: Address, etag: string, options: WriteOptions): Promise<number | null> {
  return (await api.call('DELETE', objectPath(address), { ...dryRun(options), headers: { 'if-match': etag } })).revision;
}

const dryRun = (options: WriteOptions): Pick<CallOptions, 'query'> => (options.dryRun ? { query: { dry_run: 'true' } } : {});

function standing({ body, etag }: Answer<ShownObject>): Standing {
  if (etag === null) throw new Failure('error', 'not_miko', 'The answer has no ETag: is that address a Miko?', { hints: ['Look at MIKO_URL or --url.'] });
  return { object: body, etag };
}

/** Any other failure, or one while asking for the names, leaves it as it was. */
async function withNameHints(failure: unknown, api: Api, address: Address): Promise<unknown> {
  if (!(failure instanceof Failure) || failure.status !== 404) return failure;
  try {
    const names: string[] = [];
    for await (const { name } of listObjects(api, address.kind, address.project, {}, 1_000)) names.push(name);
    return failure.withHints(...didYouMean(address.name, names));
  } catch {
    return failure;
  }
}
