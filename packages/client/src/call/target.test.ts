import { expect, test } from 'vitest';
import { endpointFromWire } from '../directory/endpoint.ts';
import { wireEndpoint } from '../testing/fake-miko.ts';
import { calledAt, canBeCalled } from './target.ts';

test.each([
  ['http://web', { service: 'web', secure: false }],
  ['https://web-2/', { service: 'web-2', secure: true }],
  ['http://web:80', null],
  ['http://web.example', null],
  ['http://127.0.0.1', null],
  ['http://[::1]', null],
  ['ws://web', null],
  ['http://-web', null],
])('%s names %j', (origin, called) => {
  expect(calledAt(origin)).toEqual(called);
});

test.each([
  [{}, true, false],
  [{ protocol: 'https' }, true, true],
  [{ protocol: 'grpc' }, false, false],
  [{ host: null, port: null, public_url: 'https://shop.example/base/' }, true, true],
  [{ host: null, port: null }, false, false],
])('an endpoint %j is called over http: %s, over https: %s', (fields, plain, secure) => {
  const endpoint = endpointFromWire('web', wireEndpoint('web-1', fields));
  expect([canBeCalled(endpoint, false), canBeCalled(endpoint, true)]).toEqual([plain, secure]);
});
