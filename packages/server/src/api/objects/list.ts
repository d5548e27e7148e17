import { permit, specDown, type Action, type Actor, type Flaw, type JsonObject, type Kind, type Stored } from '@miko/model';
import { keyIn, objectOrders, type ObjectCollection, type ObjectOrder } from '../../directory/object-index.ts';
import type { SortKey } from '../../directory/sorted-list.ts';
import { json, type Answer } from '../call.ts';
import type { Request } from '../operation.ts';
import type { Parameter, Query } from '../query.ts';
import { filterOf, filtersOf, fits, OWN_PARAMETERS, type ObjectFilter } from './filter.ts';
import { parentOf, refuseFlaws, type ObjectHost, type Place } from './object-host.ts';
import type { PageSigner } from './page-token.ts';
import { shownObject } from './shown.ts';
import { picked, sparseOf, type Sparse } from './sparse.ts';

/** GET of a collection: a page of it. */
export function list(host: ObjectHost, place: Place, { params, query, actor, apiDate }: Request): Answer {
  const collection = host.objects.of(place.kind.name, parentOf(host, place, params));
  return json(200, listObjects(collection, place.kind, query, actor, apiDate, host.signer));
}

/** The parameters of a kind's list: its own, and a filter for each scalar of the spec, at every API date. */
export const listQuery = (kind: Kind): Readonly<Record<string, Parameter>> => ({ ...OWN_PARAMETERS, ...filtersOf(kind) });

export interface Page {
  readonly items: readonly JsonObject[];
  /** Null: this was the last page. */
  readonly next_page_token: string | null;
}

/**
 * Pages by key: an object that is there all the while comes exactly once, whatever comes and goes beside it. Only in the
 * order of `updated_at` it can come again, when it is changed between two pages, for it then stands elsewhere.
 *
 * One call looks at no more than 10,000 objects. So where a filter fits few of many, a page may hold fewer than `limit`
 * items, or none: it is the last one only where `next_page_token` is null.
 *
 * Throws Problem `invalid_request`, with every finding in the parameters.
 */
export function listObjects(collection: ObjectCollection, kind: Kind, query: Query, actor: Actor, apiDate: string, signer: PageSigner): Page {
  const { limit, order, isDescending, filter, sparse, token } = read(kind, query, apiDate);
  const self = [kind.name, collection.project, order, isDescending, filter, actor.audience, actor.project];
  const beyond = token === null ? null : signer.read(self, token);
  const items: JsonObject[] = [];
  let lookedAt = 0;
  let last: SortKey = '';
  for (const object of visible(collection, kind, actor, order, isDescending, beyond)) {
    if (items.length === limit || lookedAt === MOST_LOOKED_AT) return { items, next_page_token: signer.sign(self, last) };
    lookedAt++;
    last = keyIn[order](object);
    if (!mayRead(actor, kind, object)) continue;
    if (!fits(filter, specDown(kind, apiDate, object.spec))) continue;
    const shown = shownObject(kind, object, apiDate);
    items.push(sparse === null ? shown : picked(shown, sparse));
  }
  return { items, next_page_token: null };
}

const DEFAULT_LIMIT = 100;
const MOST_LOOKED_AT = 10_000;

interface Asked {
  readonly limit: number;
  readonly order: ObjectOrder;
  readonly isDescending: boolean;
  readonly filter: ObjectFilter;
  readonly sparse: Sparse | null;
  readonly token: string | null;
}

function read(kind: Kind, query: Query, apiDate: string): Asked {
  const flaws: Flaw[] = [];
  const most = kind.limits.page;
  const limit = (query['limit'] as number | undefined) ?? Math.min(DEFAULT_LIMIT, most);
  if (limit < 1) flaws.push({ pointer: 'limit', code: 'too_small', detail: 'must be at least 1' });
  if (limit > most) flaws.push({ pointer: 'limit', code: 'too_large', detail: `must be at most ${most}` });
  const sort = (query['sort'] as string | undefined) ?? 'name';
  const order = objectOrders.find(one => sort === one || sort === `-${one}`);
  if (order === undefined) flaws.push({ pointer: 'sort', code: 'not_one_of', detail: `must be one of ${objectOrders.flatMap(one => [one, `-${one}`]).join(', ')}` });
  const filter = filterOf(kind, query, apiDate, flaws);
  const sparse = sparseOf(kind, query['fields'] as readonly string[] | undefined, apiDate, flaws);
  refuseFlaws(flaws);
  return { limit, order: order!, isDescending: sort.startsWith('-'), filter, sparse, token: (query['page_token'] as string | undefined) ?? null };
}

/** Of projects, a caller bound to one is led to it alone: not even a token tells of another. */
function visible(collection: ObjectCollection, kind: Kind, actor: Actor, order: ObjectOrder, isDescending: boolean, beyond: SortKey | null): Iterable<Stored> {
  if (kind.name !== 'project' || actor.project === null) return collection.walk(order, isDescending, beyond);
  const own = collection.get(actor.project);
  return own === null ? [] : [own];
}

/** The one decision about access, for each object: the call itself was judged for the collection. */
export function mayRead(actor: Actor, kind: Kind, object: Stored): boolean {
  const action: Action = { name: `${kind.name}.read`, role: kind.access.read };
  // A project lies in itself.
  return permit(actor, action, { project: object.kind === 'project' ? object.name : object.project }) === 'allow';
}
