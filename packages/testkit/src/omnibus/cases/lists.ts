import type { Kind } from '@miko/model';
import { prove, type Case, type Subject } from '../case.ts';
import type { Page, Place, Shown } from '../place.ts';
import { holds, refused, same, went } from '../told.ts';
import { otherThan, typesOf } from '../variation.ts';

const SORTS = ['name', '-name', 'created_at', '-created_at', 'updated_at', '-updated_at'] as const;
type Sort = (typeof SORTS)[number];
const COUNT = 7;

/** Lists: pages, sorts, filters, tokens, and what happens to them while objects come and go. */
export function lists({ kind }: Subject): Case[] {
  return [
    ...SORTS.map(sort => prove('list-sort', `by ${sort}, a page of two at a time`, async world => {
      const place = await world.place(kind);
      const count = await filled(place);
      went(await place.put(0, place.other(0)), 200);
      const found = await place.all(`limit=2&sort=${sort}`);
      same(found.length, count, 'how many are listed');
      same(new Set(found.map(({ id }) => id)).size, count, 'how many different ones');
      same(found.map(keyOf(sort)), found.map(keyOf(sort)).toSorted((a, b) => (sort.startsWith('-') ? -1 : 1) * (a < b ? -1 : a > b ? 1 : 0)), 'the order');
    })),
    prove('list', 'holds each object once, by name, and ends', async world => {
      const place = await world.place(kind);
      const count = await filled(place);
      const names = Array.from({ length: count }, (_, n) => place.name(n));
      for (const query of ['limit=1', 'limit=2', `limit=${count}`, `limit=${kind.limits.page}`]) same((await place.all(query)).map(({ name }) => name), names, `the names with ${query}`);
      const [first] = (await place.all('limit=1')) as [Shown];
      same(first, (await place.get(0)).body, 'an object in the list');
      if (place.project === null) return;
      const exact = went(await place.list(`limit=${count}`), 200).body;
      same([exact.items.length, exact.next_page_token], [count, null], 'a page that holds all of them');
      same(Object.keys(exact).toSorted(), ['items', 'next_page_token'], 'the fields of a page');
    }),
    prove('list-limit', 'limit is 1 to what the kind allows', async world => {
      const place = await world.shared(kind);
      for (const limit of [1, kind.limits.page]) went(await place.list(`limit=${limit}`), 200);
      for (const limit of ['0', String(kind.limits.page + 1), '-1', 'x', '1.5', '']) refused(await place.list(`limit=${limit}`), 'invalid_request', ['limit']);
      for (const sort of ['', 'size', '+name', 'name,created_at']) refused(await place.list(`sort=${encodeURIComponent(sort)}`), 'invalid_request', ['sort']);
    }),
    ...(['name', '-name', 'created_at'] as const).map(sort => prove('list-moving', `by ${sort}: what stays is listed once while others come and go`, async world => {
      const place = await world.place(kind);
      const count = await filled(place);
      const gone = sort === '-name' ? 0 : count - 1;
      const seen: Shown[] = [];
      let isMoved = false;
      for (let token: string | null = ''; token !== null;) {
        const page: Page = went(await place.list(`limit=1&sort=${sort}${token === '' ? '' : `&page_token=${token}`}`), 200).body;
        seen.push(...page.items);
        token = page.next_page_token;
        const own = seen.filter(object => place.owns(object));
        if (!isMoved && own.length === 1 && own[0]!.name !== place.name(gone)) {
          isMoved = true;
          // One that was listed goes and comes again, one that is still to come goes.
          const n = sort === '-name' ? count - 1 : 0;
          went(await place.remove(n), 204);
          went(await place.remove(gone), 204);
          went(await place.post(n), 201);
        }
      }
      const names = seen.filter(object => place.owns(object)).map(({ name }) => name);
      const stayed = Array.from({ length: count }, (_, n) => n).filter(n => n !== 0 && n !== count - 1).map(n => place.name(n));
      same(stayed.map(name => names.filter(one => one === name).length), stayed.map(() => 1), `how often each that stayed is listed among ${names.join(', ')}`);
      holds(!names.includes(place.name(gone)) || count === 1, 'what went before its page came is not listed');
    })),
    prove('list-token', 'a token that was changed is refused', async world => {
      const place = await world.place(kind);
      await filled(place);
      const token = went(await place.list('limit=1'), 200).body.next_page_token!;
      went(await place.list(`limit=1&page_token=${token}`), 200);
      const changed = [...Array(token.length).keys()].filter(at => at % 5 === 0).map(at => token.slice(0, at) + (token[at] === 'A' ? 'B' : 'A') + token.slice(at + 1));
      for (const wrong of [...changed, token.slice(0, -1), `${token}A`, 'nothing', '']) refused(await place.list(`limit=1&page_token=${encodeURIComponent(wrong)}`), 'invalid_request', ['page_token']);
      for (const wrong of forged(token)) refused(await place.list(`limit=1&page_token=${encodeURIComponent(wrong)}`), 'invalid_request', ['page_token']);
    }),
    prove('list-token-scope', 'a token serves the list, filter and sort it was made for', async world => {
      const place = await world.place(kind);
      await filled(place);
      const token = went(await place.list('limit=1'), 200).body.next_page_token!;
      refused(await place.list(`limit=1&sort=-name&page_token=${token}`), 'invalid_request', ['page_token']);
      refused(await place.list(`limit=1&sort=created_at&page_token=${token}`), 'invalid_request', ['page_token']);
      for (const filter of filtersOf(kind)) refused(await place.list(`limit=1&${filter.query}&page_token=${token}`), 'invalid_request', ['page_token']);
      went(await place.list(`limit=2&page_token=${token}`), 200);
      for (const other of world.kinds.filter(other => other.name !== kind.name)) {
        const elsewhere = await world.shared(other);
        refused(await elsewhere.list(`limit=1&page_token=${token}`), 'invalid_request', ['page_token']);
      }
      if (place.project !== null) refused(await (await world.shared(kind)).list(`limit=1&page_token=${token}`), 'invalid_request', ['page_token']);
    }),
    prove('list-filter', 'holds what fits the filter and nothing else', async world => {
      const place = await world.place(kind);
      await filled(place);
      const all = await place.every();
      for (const { query, fits } of filtersOf(kind)) {
        same((await place.all(`limit=2&${query}`)).map(({ name }) => name), all.filter(fits).map(({ name }) => name), `the names with ${query}`);
        went(await place.put(0, place.other(0)), 200);
        const now = await place.every();
        same((await place.all(`limit=1&${query}`)).map(({ name }) => name), now.filter(fits).map(({ name }) => name), `the names with ${query} after a change`);
        went(await place.put(0, place.spec(0)), 200);
      }
      refused(await place.list('not_declared=1'), 'invalid_request', ['not_declared']);
    }),
    prove('list-fields', 'shows the fields that were asked for', async world => {
      const place = await world.place(kind);
      await filled(place);
      const fields = Object.keys(kind.spec.properties);
      const [all] = await place.every();
      for (const field of fields) {
        const [found] = went(await place.list(`limit=${kind.limits.page}&fields=name,spec.${field}`), 200).body.items.filter(object => place.owns(object));
        same([found!.name, found!.spec], [all!.name, { [field]: all!.spec[field] }], `fields=name,spec.${field}`);
        same(Object.keys(found!).filter(name => ['created_at', 'updated_at', 'status', 'revision'].includes(name)), [], 'what was not asked for');
      }
      for (const wrong of ['nothing', 'spec.nothing', '']) refused(await place.list(`fields=${encodeURIComponent(wrong)}`), 'invalid_request', ['fields']);
    }),
  ];
}

/** As many objects as there is room for, at most seven. */
async function filled(place: Place): Promise<number> {
  const count = place.room(COUNT);
  await place.makeAll(count);
  return count;
}

const keyOf = (sort: Sort) => (object: Shown): string => object[sort.replace('-', '') as 'name' | 'created_at' | 'updated_at'];

interface Filter {
  readonly query: string;
  readonly fits: (object: Shown) => boolean;
}

/** The filters a kind takes, read from its spec: by each scalar field, and by labels. */
function filtersOf(kind: Kind): Filter[] {
  const first = kind.example(0);
  const scalars = Object.entries(kind.spec.properties).filter(([, schema]) => typesOf(schema).some(type => ['string', 'boolean', 'integer'].includes(type)));
  const byField = scalars.flatMap(([field, schema]) => [first[field], otherThan(first[field], schema)].filter(value => value !== null && value !== undefined && value !== '').map((value): Filter => ({
    query: `${field}=${encodeURIComponent(value as string)}`, fits: object => object.spec[field] === value,
  })));
  const labels = first['labels'] as Readonly<Record<string, string>> | undefined;
  const byLabel = Object.entries(labels ?? {}).flatMap(([key, value]): Filter[] => [
    { query: `label=${encodeURIComponent(`${key}:${value}`)}`, fits: object => (object.spec['labels'] as Record<string, string>)[key] === value },
    { query: `label=${encodeURIComponent(`${key}:nobody`)}`, fits: () => false },
    { query: `label=${encodeURIComponent(`${key}:${value}`)}&label=other:one`, fits: () => false },
  ]);
  return [...byField, ...byLabel];
}

/** The document in a token with something else in it, under the old signature. */
function forged(token: string): string[] {
  const [payload, ...rest] = token.split('.') as [string];
  try {
    const document = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>;
    return Object.keys(document).map(field => [Buffer.from(JSON.stringify({ ...document, [field]: 'forged' })).toString('base64url'), ...rest].join('.'));
  } catch {
    return [];
  }
}
