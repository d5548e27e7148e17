import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { wireEndpoint } from '../testing/fake-miko.ts';
import type { WireList } from '../wire.ts';
import { createCache } from './cache.ts';

const URL_A = 'http://127.0.0.1:7450';
let dir: string;

beforeEach(() => {
  dir = join(mkdtempSync(join(tmpdir(), 'miko-cache-')), 'made', 'when needed');
});

afterEach(() => rmSync(join(dir, '..', '..'), { recursive: true }));

function list(...instances: string[]): WireList {
  return { state: 'known', cause: null, revision: 4, endpoints: instances.map((instance) => wireEndpoint(instance, { held: false })) };
}

function onlyFile(): string {
  const files = readdirSync(dir);
  expect(files).toHaveLength(1);
  return join(dir, files[0] ?? '');
}

test('what was stored is loaded again, from a file that only its user can read', () => {
  const cache = createCache(dir, URL_A, 'default');
  expect(cache.load()).toBeNull();
  cache.store(new Map([['web', list('web-1', 'web-2')]]), 77);
  expect(createCache(dir, URL_A, 'default').load()).toEqual({ savedAt: 77, lists: new Map([['web', list('web-1', 'web-2')]]) });
  expect(statSync(onlyFile()).mode & 0o777).toBe(0o600);
  expect(statSync(dir).mode & 0o777).toBe(0o700);
});

test('each Miko and each project has its own file', () => {
  createCache(dir, URL_A, 'default').store(new Map([['web', list('a')]]), 1);
  expect(createCache(dir, URL_A, 'shop').load()).toBeNull();
  expect(createCache(dir, 'https://miko.example', 'default').load()).toBeNull();
});

test('processes that watch different services keep each other\'s lists; the last word on a service wins', () => {
  const [one, two] = [createCache(dir, URL_A, 'default'), createCache(dir, URL_A, 'default')];
  one.store(new Map([['web', list('a')], ['mail', list('m')]]), 1);
  two.store(new Map([['web', list('b')]]), 2);
  expect(one.load()?.lists).toEqual(new Map([['web', list('b')], ['mail', list('m')]]));
});

test('the file stays within its bound: own services first', () => {
  const bytes = Buffer.byteLength(JSON.stringify(list('a')));
  const cache = createCache(dir, URL_A, 'default', bytes * 2 + 200);
  cache.store(new Map([['one', list('a')]]), 1);
  cache.store(new Map([['two', list('b')], ['three', list('c')]]), 2);
  expect([...(cache.load()?.lists.keys() ?? [])]).toEqual(['two', 'three']);
  expect(statSync(onlyFile()).size).toBeLessThanOrEqual(bytes * 2 + 200);
});

test.each(['', '{', '[]', '{"format":1,"saved_at":1,"services":{"web":{}}}', '{"format":2,"saved_at":1,"services":{}}', ' '.repeat(1_001)])(
  'a file that cannot be read (%j) is told of, and replaced by the next change',
  (content) => {
    const cache = createCache(dir, URL_A, 'default', 1_000);
    cache.store(new Map(), 1);
    writeFileSync(onlyFile(), content);
    expect(() => cache.load()).toThrow(expect.objectContaining({ code: 'cache_failed' }));
    cache.store(new Map([['web', list('a')]]), 2);
    expect([...(cache.load()?.lists.keys() ?? [])]).toEqual(['web']);
  },
);

test('the format is the one that all SDKs share', () => {
  createCache(dir, URL_A, 'default').store(new Map([['mail', { state: 'empty', cause: 'expired', revision: 3, endpoints: [] }]]), 77);
  expect(basename(onlyFile())).toBe('3fa1067923032eab681c9c04.json');
  expect(JSON.parse(readFileSync(onlyFile(), 'utf8'))).toEqual({
    format: 1,
    url: URL_A,
    project: 'default',
    saved_at: 77,
    services: { mail: { state: 'empty', cause: 'expired', revision: 3, endpoints: [] } },
  });
});

test('a directory that cannot be made is a failure with its cause', () => {
  const cache = createCache('/dev/null/miko', URL_A, 'default');
  expect(() => cache.store(new Map(), 1)).toThrow(expect.objectContaining({ code: 'cache_failed', cause: expect.any(Error) }));
});
