import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MikoProcess } from '../miko-process.ts';
import { expectRefused, send, type Told } from './send.test.support.ts';
import { made } from './world.test.support.ts';

interface Page {
  readonly items: readonly Readonly<Record<string, never>>[];
  readonly next_page_token: string | null;
}
const COLLECTION = '/v1/projects/default/services';
const OVERRIDES = '/v1/projects/default/endpoint-overrides';

let miko: MikoProcess;
beforeAll(async () => {
  miko = await MikoProcess.start();
  for (let i = 0; i < 25; i++) await service(`s-${String(i).padStart(2, '0')}`, i % 2 === 0 ? { team: 'shop', url: 'http://x:1' } : { team: 'bank' });
  for (const [name, state] of [['a', 'active'], ['b', 'draining'], ['c', 'denied']]) {
    await made(miko, 'POST', OVERRIDES, { name, spec: { service: 'web', instance: name, state, weight: name === 'a' ? 7 : null, reason: '' } });
  }
});
afterAll(() => miko.dispose());

const service = (name: string, labels: object = {}) => made<{ id: string }>(miko, 'POST', COLLECTION, { name, spec: { description: '', labels } });
const list = (query: string, more: { collection?: string; token?: string; headers?: Readonly<Record<string, string>> } = {}): Promise<Told<Page>> =>
  send<Page>(miko, { method: 'GET', path: `${more.collection ?? COLLECTION}${query}`, ...(more.token === undefined ? {} : { token: more.token }), headers: more.headers ?? {} });
const names = (told: Told<Page>): string[] => told.body.items.map(item => item['name']!);
const next = (told: Told<Page>): string => `&page_token=${encodeURIComponent(told.body.next_page_token!)}`;
const numbered = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => `s-${String(from + i).padStart(2, '0')}`);

describe('pages', () => {
  it('follow each other in any order, both ways, to the end', async () => {
    for (const [sort, expected] of [['name', numbered(0, 25)], ['-name', numbered(0, 25).toReversed()], ['created_at', numbered(0, 25)], ['-updated_at', numbered(0, 25).toReversed()]] as const) {
      const seen: string[] = [];
      let page = await list(`?limit=10&sort=${sort}`);
      for (seen.push(...names(page)); page.body.next_page_token !== null; seen.push(...names(page))) page = await list(`?limit=10&sort=${sort}${next(page)}`);
      expect(seen).toEqual(expected);
    }
    expect((await list('')).body).toMatchObject({ items: { length: 25 }, next_page_token: null });
  });

  it('go on where they were, whatever comes and goes between them', async () => {
    const first = await list('?limit=10');
    const [last, after] = ['s-09', 's-10'];
    await made(miko, 'POST', COLLECTION, { name: 's-00-before', spec: { description: '', labels: {} } });
    await service('s-09-between');
    for (const name of [last, after, 's-00-before']) await send(miko, { method: 'DELETE', path: `${COLLECTION}/${name}`, headers: { 'if-match': '*' } });
    expect(names(await list(`?limit=3${next(first)}`))).toEqual(['s-09-between', 's-11', 's-12']);
    await send(miko, { method: 'DELETE', path: `${COLLECTION}/s-09-between`, headers: { 'if-match': '*' } });
    await service(last, { team: 'bank' });
    await service(after, { team: 'shop', url: 'http://x:1' });
  });

  it('take a token of their own alone', async () => {
    const page = await list('?limit=5&label=team:shop');
    const { next_page_token: token } = page.body;
    expect((await list(`?limit=9&fields=name&label=team:shop${next(page)}`)).status).toBe(200);
    const flipped = `${token!.slice(0, -1)}${token!.endsWith('A') ? 'B' : 'A'}`;
    for (const query of [`?page_token=${token}`, `?label=team:bank&page_token=${token}`, `?label=team:shop&sort=-name&page_token=${token}`, `?label=team:shop&page_token=${flipped}`, `?label=team:shop&page_token=${token!.split('.')[0]}`, '?page_token=rubbish', '?page_token=']) {
      expectRefused(await list(query), { code: 'invalid_request', pointers: [['page_token', 'bad_page_token']] });
    }
    expectRefused(await list(`?page_token=${token}`, { collection: '/v1/zones' }), { code: 'invalid_request', pointers: ['page_token'] });
  });

  it('take it after a restart as well', async () => {
    const page = await list('?limit=20');
    await miko.kill();
    await miko.start();
    expect(names(await list(`?limit=20${next(page)}`))).toEqual(numbered(20, 25));
  });
});

describe('filters', () => {
  it('by labels, and by the scalars of the spec', async () => {
    expect(names(await list('?label=team:bank'))).toEqual(numbered(0, 25).filter((_, i) => i % 2 === 1));
    expect(names(await list('?label=team:shop&label=url:http://x:1&limit=2'))).toEqual(['s-00', 's-02']);
    expect(names(await list('?label=team:shop&label=team:bank'))).toEqual([]);
    expect(names(await list('?state=draining', { collection: OVERRIDES }))).toEqual(['b']);
    expect(names(await list('?weight=7', { collection: OVERRIDES }))).toEqual(['a']);
    expect(names(await list('?create_services=true', { collection: '/v1/projects' }))).toEqual(['default']);
  });

  it('in the names of the API date', async () => {
    const headers = { 'miko-version': '2026-11-01' };
    const told = await list('?denied=true', { collection: OVERRIDES, headers });
    expect(told.body.items).toMatchObject([{ name: 'c', spec: { draining: false, denied: true } }]);
    expectRefused(await list('?state=denied', { collection: OVERRIDES, headers }), { code: 'invalid_request', pointers: [['state', 'unknown_parameter']] });
    expectRefused(await list('?denied=true', { collection: OVERRIDES }), { code: 'invalid_request', pointers: [['denied', 'unknown_parameter']] });
  });
});

describe('fields', () => {
  it('bring what is named, and the id', async () => {
    const { body } = await list('?limit=1&fields=name,spec.labels');
    expect(body.items).toEqual([{ id: expect.stringMatching(/^svc_/) as string, name: 's-00', spec: { labels: { team: 'shop', url: 'http://x:1' } } }]);
  });
});

describe('what is refused', () => {
  it.each([
    ['limit=0', 'limit'], ['limit=100000', 'limit'], ['limit=-1', 'limit'], ['limit=x', 'limit'], ['limit=1&limit=2', 'limit'], ['sort=size', 'sort'], ['sort=', 'sort'], ['label=team', 'label'],
    ['label=', 'label'], ['fields=nope', 'fields'], ['fields=', 'fields'], ['fields=spec.nope', 'fields'], ['nope=1', 'nope'],
  ])('?%s, naming the parameter', async (query, pointer) => {
    expectRefused(await list(`?${query}`), { code: 'invalid_request', pointers: [pointer] });
  });

  it('a value that the field cannot have', async () => {
    expectRefused(await list('?state=draning', { collection: OVERRIDES }), { code: 'invalid_request', pointers: [['state', 'not_one_of']] });
    expectRefused(await list('?weight=much', { collection: OVERRIDES }), { code: 'invalid_request', pointers: [['weight', 'type']] });
    expectRefused(await list('?create_services=1', { collection: '/v1/projects' }), { code: 'invalid_request', pointers: [['create_services', 'type']] });
  });
});

it('a caller bound to a project sees that one alone among projects', async () => {
  for (const name of ['aaa', 'zzz']) await made(miko, 'POST', '/v1/projects', { name, spec: { description: '', create_services: true } });
  const { secret } = await made<{ secret: string }>(miko, 'POST', '/v1/tokens', { name: 'bound', spec: { description: '', role: 'reader', project: 'default', audience: 'internal' } });
  for (const query of ['', '?limit=1', '?sort=-name&limit=1']) {
    const told = await list(query, { collection: '/v1/projects', token: secret });
    expect([names(told), told.body.next_page_token]).toEqual([['default'], null]);
  }
});
