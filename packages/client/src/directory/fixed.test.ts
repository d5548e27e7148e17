import { expect, test } from 'vitest';
import type { Answer } from './endpoint.ts';
import { createFixedConnections } from './fixed.ts';

const NOW = Date.UTC(2030, 0, 1);
const fixed = () => createFixedConnections({ web: ['http://10.0.0.1:8080', 'https://[fd00::1]'], cache: ['tcp://cache.internal:6379'] }, () => NOW);

const KNOWN: Answer = { state: 'known', service: 'web', revision: 1, endpoints: [], unusable: [], source: 'miko' };
const empty = (cause: string): Answer => ({ state: 'empty', service: 'web', revision: 1, cause, unusable: [], source: 'miko' });

test('addresses are endpoints with a name by their place, and the weight of any other', () => {
  const answer = fixed().under('web', null);
  expect(answer).toMatchObject({
    state: 'known',
    source: 'fixed',
    endpoints: [
      { instance: 'fixed-1', protocol: 'http', host: '10.0.0.1', port: 8080, weight: 100, zone: null, url: 'http://10.0.0.1:8080' },
      { instance: 'fixed-2', protocol: 'https', host: 'fd00::1', port: 443, address: '[fd00::1]:443', url: 'https://[fd00::1]:443' },
    ],
  });
  expect(fixed().under('cache', null)).toMatchObject({ endpoints: [{ protocol: 'tcp', address: 'cache.internal:6379' }] });
  expect(fixed().under('mail', null)).toBeNull();
});

test.each<[Answer, boolean]>([
  [KNOWN, true],
  [empty('departed'), true],
  [empty('never_registered'), false],
  [{ state: 'unknown', service: 'web' }, false],
  [{ state: 'not_ready', service: 'web', error: null }, false],
])('Miko wins wherever it knows the service: %j', (answer, wins) => {
  expect(fixed().under('web', answer) === answer).toBe(wins);
});

test('the report counts calls by who answered for them, and tells which entries can be deleted', () => {
  const connections = fixed();
  connections.called(connections.under('web', null));
  connections.called(connections.under('web', KNOWN));
  connections.called(connections.under('web', KNOWN));
  connections.called({ ...KNOWN, service: 'other' });
  connections.called(null);
  expect(connections.report()).toEqual([
    { service: 'web', urls: ['http://10.0.0.1:8080', 'https://[fd00::1]'], callsByMiko: 2, callsByFixed: 1, lastFixedAt: new Date(NOW) },
    { service: 'cache', urls: ['tcp://cache.internal:6379'], callsByMiko: 0, callsByFixed: 0, lastFixedAt: null },
  ]);
});

test.each<[object, RegExp]>([
  [[], /^fixed must be an object/],
  [{ Web: ['http://a:1'] }, /^fixed\.Web is no name/],
  [{ web: [] }, /^fixed\.web must be a list of 1 to 1000/],
  [{ web: Array.from({ length: 1_001 }, () => 'http://a') }, /^fixed\.web must be a list/],
  [{ web: 'http://a' }, /^fixed\.web must be a list/],
  [{ web: ['http://a', 'a:1'] }, /^fixed\.web\[1\] must be an address/],
  [{ web: ['ftp://a'] }, /^fixed\.web\[0\] must be an address/],
  [{ web: ['http://a/base'] }, /^fixed\.web\[0\] must hold protocol, host and port alone/],
  [{ web: ['http://me:secret@a'] }, /^fixed\.web\[0\] must hold/],
  [{ web: ['tcp://a'] }, /^fixed\.web\[0\] needs a port/],
  [Object.fromEntries(Array.from({ length: 1_001 }, (_, i) => [`s${i}`, ['http://a']])), /^fixed has more than 1000/],
])('%j is refused', (options, message) => {
  // @ts-expect-error: what a program without types may pass
  expect(() => createFixedConnections(options, () => NOW)).toThrow(expect.objectContaining({ code: 'invalid_argument', message: expect.stringMatching(message) }));
});
