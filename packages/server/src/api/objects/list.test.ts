import { endpointOverride, kinds, newestApiDate, oldestApiDate, project, service, token, type Actor, type Kind, type Stored } from '@miko/model';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ObjectIndex } from '../../directory/object-index.ts';
import { idOf, stored } from '../../directory/stored.test.support.ts';
import type { Query } from '../query.ts';
import { listObjects, listQuery, type Page } from './list.ts';
import { PageSigner } from './page-token.ts';

const signer = new PageSigner(Buffer.alloc(32, 1));
const admin: Actor = { id: 'tok', name: 'admin', credential: 'tok', apiDate: newestApiDate, role: 'admin', project: null, audience: 'internal' };

function world(objects: readonly Stored[]) {
  const index = new ObjectIndex();
  for (const object of objects) index.set(object);
  const list = (kind: Kind, query: Query = {}, actor: Actor = admin, apiDate: string = newestApiDate): Page =>
    listObjects(index.of(kind.name, kind.parent === null ? null : 'default'), kind, query, actor, apiDate, signer);
  const names = (kind: Kind, query: Query = {}, actor?: Actor, apiDate?: string) => list(kind, query, actor, apiDate).items.map(item => item['name']);
  return { index, list, names };
}
const services = (count: number, more: (i: number) => Stored['spec'] = () => ({ description: '', labels: {} })) =>
  Array.from({ length: count }, (_, i) => stored(`s-${String(i).padStart(6, '0')}`, count - i, i + 1, { spec: more(i) }));
const flaws = (read: () => unknown): unknown[] => {
  try {
    read();
  } catch (error) {
    return (error as { flaws: { pointer: string; code: string }[] }).flaws.map(({ pointer, code }) => [pointer, code]);
  }
  return [];
};

describe('pages', () => {
  it('hold 100 objects where nothing is asked, in the order of names, and end with null', () => {
    const { list } = world(services(150));
    const first = list(service);
    expect([first.items.length, first.items[0]!['name'], first.items.at(-1)!['name']]).toEqual([100, 's-000000', 's-000099']);
    const second = list(service, { page_token: first.next_page_token! });
    expect([second.items.length, second.items.at(-1)!['name'], second.next_page_token]).toEqual([50, 's-000149', null]);
    expect(world([]).list(service)).toEqual({ items: [], next_page_token: null });
    expect(world(services(100)).list(service).next_page_token).toBeNull();
  });

  it('come in each order, both ways', () => {
    const { names } = world([stored('b', 1, 5), stored('a', 2, 7), stored('c', 3, 6)]);
    const sorted = (sort: string) => names(service, { sort }).join('');
    expect(['name', '-name', 'created_at', '-created_at', 'updated_at', '-updated_at'].map(sorted)).toEqual(['abc', 'cba', 'bac', 'cab', 'bca', 'acb']);
  });

  it('show what is there all the while exactly once, whatever comes and goes between them', () => {
    const change = fc.record({ name: fc.nat(40), isDeleted: fc.boolean() });
    fc.assert(fc.property(fc.constantFrom('name', '-name', 'created_at', '-created_at'), fc.integer({ min: 1, max: 7 }), fc.array(fc.array(change, { maxLength: 5 }), { maxLength: 30 }), (sort, limit, rounds) => {
      // Those with an even number stay.
      const { index, list } = world(Array.from({ length: 20 }, (_, i) => stored(`n-${i * 2}`, i * 2, i * 2 + 1)));
      const seen: string[] = [];
      let revision = 1_000;
      let next: string | null = null;
      for (let round = 0; round === 0 || next !== null; round++) {
        const page: Page = list(service, { sort, limit, ...(next === null ? {} : { page_token: next }) });
        seen.push(...page.items.map(item => item['name'] as string));
        next = page.next_page_token;
        for (const { name, isDeleted } of rounds[round] ?? []) {
          const odd = name * 2 + 1;
          if (isDeleted) index.of('service', 'default').delete(idOf('svc', odd));
          else index.set(stored(`n-${odd}`, odd, ++revision));
        }
      }
      const stayed = seen.filter(name => Number(name.slice(2)) % 2 === 0);
      expect(stayed.toSorted()).toEqual(Array.from({ length: 20 }, (_, i) => `n-${i * 2}`).toSorted());
      expect(new Set(seen).size).toBe(seen.length);
    }));
  });

  it('are bounded in what they look at: one may be short, and only null ends them', () => {
    const { list } = world(services(25_000, i => ({ description: i === 24_999 ? 'it' : '', labels: {} })));
    const sizes: number[] = [];
    let next: string | null = null;
    do {
      const page: Page = list(service, { description: 'it', ...(next === null ? {} : { page_token: next }) });
      sizes.push(page.items.length);
      next = page.next_page_token;
    } while (next !== null);
    expect(sizes).toEqual([0, 0, 1]);
  });
});

describe('a page token', () => {
  it('holds for its filter, order, kind, project and audience, and for no other; for any limit and fields', () => {
    const { list, index } = world([...services(10), stored('other', 99, 99, { project: 'bank' })]);
    const first = list(service, { limit: 2, label: [], sort: 'name' });
    const page_token = first.next_page_token!;
    expect(list(service, { page_token, limit: 5, fields: ['name'] }).items.map(item => item['name'])).toEqual(['s-000002', 's-000003', 's-000004', 's-000005', 's-000006']);
    const elsewhere: (() => unknown)[] = [
      () => list(service, { page_token, sort: '-name' }), () => list(service, { page_token, sort: 'created_at' }), () => list(service, { page_token, description: 'x' }),
      () => list(service, { page_token, label: ['team:shop'] }), () => list(endpointOverride, { page_token }), () => list(service, { page_token }, { ...admin, audience: 'public' }),
      () => list(service, { page_token }, { ...admin, project: 'default' }), () => listObjects(index.of('service', 'bank'), service, { page_token }, admin, newestApiDate, signer),
    ];
    for (const read of elsewhere) expect(flaws(read)).toEqual([['page_token', 'bad_page_token']]);
  });
});

describe('filters', () => {
  it('take labels, all of them, also where a value holds a colon', () => {
    const { names } = world([
      stored('a', 1, 1, { spec: { description: '', labels: { team: 'shop', url: 'http://x' } } }), stored('b', 2, 2, { spec: { description: '', labels: { team: 'shop' } } }), stored('c', 3, 3),
    ]);
    expect(names(service, { label: ['team:shop'] })).toEqual(['a', 'b']);
    expect(names(service, { label: ['team:shop', 'url:http://x'] })).toEqual(['a']);
    expect(names(service, { label: ['team:'] })).toEqual([]);
    expect(names(service, { label: ['toString:x'] })).toEqual([]);
  });

  const override = (name: string, made: number, spec: object) => stored(name, made, made, { kind: 'endpoint_override', spec: { service: 'web', instance: name, state: 'active', weight: null, reason: '', ...spec } });

  it('take each scalar of the spec by its name; null fits no value', () => {
    const { names } = world([override('a', 1, { state: 'draining', weight: 5 }), override('b', 2, { state: 'denied' }), override('c', 3, { service: 'mail', weight: 0 })]);
    expect(names(endpointOverride, { state: 'draining' })).toEqual(['a']);
    expect(names(endpointOverride, { weight: 0 })).toEqual(['c']);
    expect(names(endpointOverride, { service: 'web', weight: 5 })).toEqual(['a']);
    expect(names(endpointOverride, { instance: 'null' })).toEqual([]);
  });

  it('speak the names of the API date, and show its form', () => {
    const { names, list } = world([override('a', 1, { state: 'draining' }), override('b', 2, { state: 'denied' })]);
    expect(names(endpointOverride, { draining: true }, admin, oldestApiDate)).toEqual(['a']);
    expect(list(endpointOverride, { draining: false }, admin, oldestApiDate).items).toMatchObject([{ name: 'b', spec: { draining: false, denied: true } }]);
    expect(flaws(() => list(endpointOverride, { state: 'denied' }, admin, oldestApiDate))).toEqual([['state', 'unknown_parameter']]);
    expect(flaws(() => list(endpointOverride, { draining: true }))).toEqual([['draining', 'unknown_parameter']]);
  });

  it('are declared for each kind from its spec, at every date', () => {
    expect(listQuery(service)).toEqual({ limit: 'integer', page_token: 'text', sort: 'text', fields: 'repeated', label: 'repeated', description: 'text' });
    expect(listQuery(endpointOverride)).toMatchObject({ service: 'text', state: 'text', draining: 'boolean', denied: 'boolean', weight: 'integer' });
    expect(listQuery(project)).toMatchObject({ create_services: 'boolean' });
    for (const kind of kinds) expect(Object.values(listQuery(kind)).every(parameter => typeof parameter === 'string')).toBe(true);
  });
});

describe('sparse fields', () => {
  const { list } = world([stored('a', 1, 1, { spec: { description: 'x', labels: { team: 'shop' } } })]);

  it('bring what is named and the id, in the usual order', () => {
    expect(list(service, { fields: ['spec.labels', 'name'] }).items).toEqual([{ id: idOf('svc', 1), name: 'a', spec: { labels: { team: 'shop' } } }]);
    expect(list(service, { fields: ['spec', 'spec.labels'] }).items).toEqual([{ id: idOf('svc', 1), spec: { description: 'x', labels: { team: 'shop' } } }]);
    expect(list(service, { fields: ['id'] }).items).toEqual([{ id: idOf('svc', 1) }]);
  });

  it('are refused where there is none of that name, naming it', () => {
    for (const path of ['nope', 'spec.nope', 'spec.labels.team', 'name.x', '', 'spec.', '__proto__', 'constructor']) {
      expect(() => list(service, { fields: ['name', path] })).toThrow(`fields ${path} is not a field here`);
    }
    expect(flaws(() => world([]).list(token, { fields: ['secret'] }))).toEqual([['fields', 'unknown_field']]);
    expect(flaws(() => list(service, { fields: Array.from({ length: 101 }, (_, i) => `x${i}`) }))).toContainEqual(['fields', 'too_many']);
  });
});

describe('what is wrong in a query', () => {
  it('is told all at once', () => {
    const { list } = world([]);
    expect(flaws(() => list(service, { limit: 0, sort: 'size', label: ['team'], fields: ['nope'] }))).toEqual([['limit', 'too_small'], ['sort', 'not_one_of'], ['label', 'pattern'], ['fields', 'unknown_field']]);
    expect(flaws(() => list(service, { limit: service.limits.page + 1 }))).toEqual([['limit', 'too_large']]);
    expect(list(service, { limit: service.limits.page })).toEqual({ items: [], next_page_token: null });
    expect(flaws(() => list(endpointOverride, { state: 'draning' }))).toEqual([['state', 'not_one_of']]);
    expect(flaws(() => list(service, { label: Array.from({ length: 21 }, (_, i) => `l:${i}`) }))).toEqual([['label', 'too_many']]);
  });
});

describe('a caller bound to a project', () => {
  const projects = ['bank', 'default', 'shop'].map((name, i) => stored(name, i, i + 1, { kind: 'project', project: null, spec: { description: '', create_services: true } }));
  const { list, names } = world(projects);
  const bound = { ...admin, project: 'default' };

  it('sees that one among projects, whatever it asks, and no token that tells of another', () => {
    for (const query of [{}, { limit: 1 }, { sort: '-name' }, { sort: 'created_at', limit: 1 }]) {
      expect(names(project, query, bound)).toEqual(['default']);
      expect(list(project, query, bound).next_page_token).toBeNull();
    }
    expect(names(project, {}, { ...admin, project: 'gone' })).toEqual([]);
    expect(names(project, {}, admin)).toEqual(['bank', 'default', 'shop']);
  });
});
