import { hostname } from 'node:os';
import { expect, test } from 'vitest';
import { ownerOf, readSettings } from './options.ts';
import type { ConnectOptions } from './options.ts';

const ENV = { MIKO_URL: 'https://miko.example/base/', MIKO_TOKEN: 'from-env', MIKO_PROJECT: 'shop', MIKO_CACHE_DIR: '/var/cache/app' };

test('arguments come before the environment, and that before the defaults', () => {
  expect(readSettings(undefined, {}, ENV)).toMatchObject({ url: 'https://miko.example/base', token: 'from-env', project: 'shop', cacheDir: '/var/cache/app' });
  const given: ConnectOptions = { token: 't', project: 'default', cacheDir: null, owner: 'web-1', name: 'web', ttlSeconds: 5, firstAnswerMs: 0, attempts: 1 };
  expect(readSettings('http://localhost:1', given, ENV)).toEqual({ ...given, url: 'http://localhost:1' });
  expect(readSettings(undefined, { token: 't' }, { XDG_CACHE_HOME: '/x' })).toMatchObject({
    url: 'http://127.0.0.1:7450',
    project: 'default',
    cacheDir: '/x/miko',
    owner: null,
    ttlSeconds: 10,
    attempts: 3,
  });
});

test.each<[string | undefined, ConnectOptions, RegExp]>([
  [undefined, {}, /token is missing/],
  [undefined, { token: 'a b' }, /token must be/],
  ['miko.example', { token: 't' }, /url .* must be an http or https URL/],
  ['ftp://miko.example', { token: 't' }, /url .* must be an http or https URL/],
  ['https://me:secret@miko.example', { token: 't' }, /url must hold no user/],
  ['http://miko.example', { token: 't' }, /not this machine: use https/],
  ['http://127.0.0.1.example', { token: 't' }, /not this machine: use https/],
  [undefined, { token: 't', ttlSeconds: 1 }, /ttlSeconds must be a whole number from 2 to 3600/],
  [undefined, { token: 't', attempts: 0 }, /attempts must be/],
  [undefined, { token: 't', firstAnswerMs: 0.5 }, /firstAnswerMs must be/],
])('%j with %j is refused', (url, options, message) => {
  expect(() => readSettings(url, options, {})).toThrow(expect.objectContaining({ code: 'invalid_argument', message: expect.stringMatching(message) }));
});

test.each(['http://127.0.0.1:7450', 'http://127.8.8.8', 'http://[::1]:1', 'http://localhost', 'http://miko.localhost'])('%s is this machine', (url) => {
  expect(readSettings(url, { token: 't' }, {}).url).toBe(url);
});

test('the owner of a process that named none is its first endpoint on this host, within the bound of the contract', () => {
  expect(ownerOf('web', 'web-1')).toBe(`${hostname().slice(0, 60)}:web:web-1`);
  expect(ownerOf('w'.repeat(63), 'i'.repeat(128)).length).toBeLessThanOrEqual(256);
});
