import type { Flaw } from '@miko/model';
import { refuseFlaws } from '../api/objects/object-host.ts';
import type { PageSigner } from '../api/objects/page-token.ts';
import type { Query } from '../api/query.ts';

/** One page of rows, newest first: which list it is of, how many, and before which number it begins. */
export interface Paging {
  readonly limit: number;
  /** Null: the first page. */
  readonly before: number | null;
  /** The token of the page after one that stopped before this number; null: there is none. */
  next(before: number | null): string | null;
}

const MOST_ITEMS = 1_000;
const DEFAULT_LIMIT = 100;

/** `list`: everything that makes it this list and no other. Throws Problem `invalid_request`. */
export function pagingOf(signer: PageSigner, list: readonly unknown[], query: Query): Paging {
  const limit = (query['limit'] as number | undefined) ?? DEFAULT_LIMIT;
  const flaws: Flaw[] = [];
  if (limit < 1) flaws.push({ pointer: 'limit', code: 'too_small', detail: 'must be at least 1' });
  if (limit > MOST_ITEMS) flaws.push({ pointer: 'limit', code: 'too_large', detail: `must be at most ${MOST_ITEMS}` });
  refuseFlaws(flaws);
  const token = query['page_token'] as string | undefined;
  return {
    limit,
    before: token === undefined ? null : (signer.read(list, token) as number),
    next: before => (before === null ? null : signer.sign(list, before)),
  };
}

/** Refuses a value that nothing can have. Null: it is not asked for. */
export function knownOf<T extends string>(query: Query, name: string, known: readonly T[]): T | null {
  const given = query[name] as string | undefined;
  if (given === undefined) return null;
  const found = known.find(one => one === given);
  if (found === undefined) refuseFlaws([{ pointer: name, code: 'not_one_of', detail: `must be one of ${known.join(', ')}` }]);
  return found!;
}

/** Refuses an RFC 3339 time that is none, such as the 30th of February. Null: it is not asked for. */
export function timeOf(query: Query, name: string): string | null {
  const given = query[name] as string | undefined;
  if (given === undefined) return null;
  const isTime = RFC_3339.test(given) && !Number.isNaN(Date.parse(given)) && isDay(given.slice(0, 10));
  if (!isTime) refuseFlaws([{ pointer: name, code: 'pattern', detail: 'must be a time such as 2026-12-01T00:00:00Z' }]);
  return new Date(given).toISOString();
}

const RFC_3339 = /^\d{4}-\d{2}-\d{2}T([01]\d|2[0-3]):\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/;
/** `Date` would take the 30th of February for the 2nd of March. */
const isDay = (day: string): boolean => new Date(`${day}T00:00:00Z`).toISOString().startsWith(day);
