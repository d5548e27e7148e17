import { expect, test } from 'vitest';
import { endpointFromWire } from './endpoint.ts';
import { parseTarget, urlAt } from './target.ts';
import type { Target } from './target.ts';
import { wireEndpoint } from './testing/fake-miko.ts';

test.each<[Target, { service: string; path: string; secure: boolean }]>([
  ['http://web/a/b?c=d#e', { service: 'web', path: '/a/b?c=d', secure: false }],
  ['https://web', { service: 'web', path: '/', secure: true }],
  [new URL('http://web/x'), { service: 'web', path: '/x', secure: false }],
  [{ service: 'web', path: '/x?y' }, { service: 'web', path: '/x?y', secure: false }],
])('%j names a service and a path', (target, parsed) => {
  expect(parseTarget(target)).toEqual(parsed);
});

test.each<[Target, RegExp]>([
  ['/path', /no URL/],
  ['ftp://web/', /use http or https/],
  ['http://web:8080/', /without a port/],
  ['http://me:pw@web/', /user or password/],
  [{ service: 'web', path: 'x' }, /begin with a slash/],
])('%j is refused', (target, message) => {
  expect(() => parseTarget(target)).toThrow(expect.objectContaining({ code: 'invalid_argument', message: expect.stringMatching(message) }));
});

test.each([
  [{}, 'http://127.0.0.1:8080/x', null],
  [{ protocol: 'https' }, 'https://127.0.0.1:8080/x', 'https://127.0.0.1:8080/x'],
  [{ host: '::1' }, 'http://[::1]:8080/x', null],
  [{ protocol: 'grpc' }, null, null],
  [{ host: null, port: null, public_url: 'https://shop.example/base/' }, 'https://shop.example/base/x', 'https://shop.example/base/x'],
  [{ host: null, port: null }, null, null],
])('an endpoint %j is fetched at %j, and over https at %j', (fields, plain, secure) => {
  const endpoint = endpointFromWire('web', wireEndpoint('web-1', fields));
  expect(urlAt(endpoint, { service: 'web', path: '/x', secure: false })).toBe(plain);
  expect(urlAt(endpoint, { service: 'web', path: '/x', secure: true })).toBe(secure);
});
