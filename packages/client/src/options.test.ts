import { hostname } from 'node:os';
import { expect, test } from 'vitest';
import { ownerOf, readSettings } from './options.ts';
import type { ConnectOptions } from './options.ts';
import { DEFAULT_POLICY } from './policy.ts';

const ENV = { MIKO_URL: 'https://miko.example/base/', MIKO_TOKEN: 'from-env', MIKO_PROJECT: 'shop', MIKO_CACHE_DIR: '/var/cache/app' };

test('arguments come before the environment, and that before the defaults', () => {
  expect(readSettings(undefined, {}, ENV)).toMatchObject({ url: 'https://miko.example/base', token: 'from-env', project: 'shop', cacheDir: '/var/cache/app' });
  const propagate = (): void => undefined;
  const given: ConnectOptions = {
    token: 't',
    project: 'default',
    cacheDir: null,
    owner: 'web-1',
    name: 'web',
    zone: 'zone-a',
    ttlSeconds: 5,
    drainSeconds: 0,
    firstAnswerMs: 0,
    confirmEmptyMs: 0,
    firstFrameMs: 100,
    pollMs: 50,
    required: ['auth'],
    optional: ['mail'],
    fixed: { auth: ['http://10.0.0.1:8080'] },
    propagate,
  };
  expect(readSettings('http://localhost:1', given, ENV)).toEqual({ ...given, url: 'http://localhost:1', policy: DEFAULT_POLICY, services: new Map() });
  expect(readSettings(undefined, { token: 't' }, { XDG_CACHE_HOME: '/x' })).toMatchObject({
    url: 'http://127.0.0.1:7450',
    project: 'default',
    cacheDir: '/x/miko',
    owner: null,
    zone: null,
    ttlSeconds: 10,
    drainSeconds: 5,
    firstAnswerMs: 2_000,
    confirmEmptyMs: 1_000,
    firstFrameMs: 5_000,
    pollMs: 1_000,
    required: [],
    optional: [],
    fixed: {},
    propagate: null,
  });
});

test('the policy of a service goes over the policy of all, and that over the defaults', () => {
  const { policy, services } = readSettings(undefined, { token: 't', policy: { retry: { attempts: 2 }, timeoutMs: 500 }, services: { web: { retry: { backoffMs: 1 }, breaker: null } } }, {});
  expect(policy).toEqual({ ...DEFAULT_POLICY, timeoutMs: 500, retry: { ...DEFAULT_POLICY.retry, attempts: 2 } });
  expect(services.get('web')).toEqual({ ...policy, breaker: null, retry: { ...policy.retry, backoffMs: 1 } });
});

test.each<[string | undefined, object, RegExp]>([
  [undefined, {}, /^token is missing/],
  [undefined, { token: 'a b' }, /^token must be/],
  ['miko.example', { token: 't' }, /^url .* must be an http or https URL/],
  ['ftp://miko.example', { token: 't' }, /^url .* must be an http or https URL/],
  ['https://me:secret@miko.example', { token: 't' }, /^url must hold no user/],
  ['http://miko.example', { token: 't' }, /^url .* not this machine: use https/],
  ['http://127.0.0.1.example', { token: 't' }, /^url .* not this machine: use https/],
  [undefined, { token: 't', project: 'a/b' }, /^project must be/],
  [undefined, { token: 't', cacheDir: '' }, /^cacheDir must be/],
  [undefined, { token: 't', owner: 'tok_1' }, /^owner must be/],
  [undefined, { token: 't', name: '' }, /^name must be/],
  [undefined, { token: 't', zone: 'a b' }, /^zone must be/],
  [undefined, { token: 't', ttlSeconds: 1 }, /^ttlSeconds must be a whole number from 2 to 3600/],
  [undefined, { token: 't', drainSeconds: 301 }, /^drainSeconds must be a whole number from 0 to 300/],
  [undefined, { token: 't', firstAnswerMs: 0.5 }, /^firstAnswerMs must be/],
  [undefined, { token: 't', confirmEmptyMs: -1 }, /^confirmEmptyMs must be/],
  [undefined, { token: 't', firstFrameMs: 0 }, /^firstFrameMs must be/],
  [undefined, { token: 't', pollMs: '1' }, /^pollMs must be/],
  [undefined, { token: 't', required: 'web' }, /^required must be a list/],
  [undefined, { token: 't', required: ['web', 'Web'] }, /^required\[1\] is no name/],
  [undefined, { token: 't', optional: Array.from({ length: 1_001 }, () => 'web') }, /^optional must be a list of at most 1000/],
  [undefined, { token: 't', fixed: { web: ['10.0.0.1'] } }, /^fixed\.web\[0\] must be an address/],
  [undefined, { token: 't', propagate: {} }, /^propagate must be a function/],
  [undefined, { token: 't', policy: { retry: { attempts: 0 } } }, /^policy\.retry\.attempts must be/],
  [undefined, { token: 't', services: [] }, /^services must be an object/],
  [undefined, { token: 't', services: { Web: {} } }, /^services\.Web is no name/],
  [undefined, { token: 't', services: { web: { balance: 'best' } } }, /^services\.web\.balance must be one of/],
  [undefined, { token: 't', attempts: 3 }, /^attempts is no option/],
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
