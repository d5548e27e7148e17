import { expect, test } from 'vitest';
import type { Check } from './check.ts';
import { checkRegisterOptions } from './register-options.ts';

const WEB = { service: 'web', instance: 'web:1', port: 8080 };

test.each([
  [{ service: 'Web' }, 'service'],
  [{ instance: '' }, 'instance'],
  [{ instance: 'a b' }, 'instance'],
  [{ host: '' }, 'host'],
  [{ port: 0 }, 'port'],
  [{ port: 70_000 }, 'port'],
  [{ port: '8080' }, 'port'],
  [{ protocol: 'ftp' }, 'protocol'],
  [{ weight: 1_001 }, 'weight'],
  [{ weight: -1 }, 'weight'],
  [{ readiness: true }, 'readiness'],
  [{ prot: 1 }, 'prot'],
  [{ host: 'http://10.0.0.1' }, 'host'],
  [{ host: '10.0.0.1:80' }, 'host'],
  [{ host: 'web/path' }, 'host'],
  [{ host: '[::1]' }, 'host'],
  [{ host: '0.0.0.0' }, 'host'],
  [{ host: '::' }, 'host'],
  [{ host: '0:0::0' }, 'host'],
  [{ tags: 'a' }, 'tags'],
  [{ labels: [] }, 'labels'],
  [{ check: 'tcp' }, 'check'],
  [{ check: {} }, 'check.type'],
  [{ check: { type: 'htp' } }, 'check.type'],
  [{ check: { type: 'toString' } }, 'check.type'],
  [{ check: { type: 'tcp', path: '/' } }, 'check.path'],
  [{ check: { type: 'ttl', ttlMs: 5_000, rise: 2 } }, 'check.rise'],
  [{ check: { type: 'ttl' } }, 'check.ttlMs'],
  [{ check: { type: 'ttl', ttlMs: 999 } }, 'check.ttlMs'],
  [{ check: { type: 'http' } }, 'check.path'],
  [{ check: { type: 'http', path: 'healthz' } }, 'check.path'],
  [{ check: { type: 'http', path: '/', expectStatus: 600 } }, 'check.expectStatus'],
  [{ check: { type: 'grpc', service: 5 } }, 'check.service'],
  [{ check: { type: 'tcp', intervalMs: 99 } }, 'check.intervalMs'],
  [{ check: { type: 'tcp', timeoutMs: 9 } }, 'check.timeoutMs'],
  [{ check: { type: 'tcp', timeoutMs: '500' } }, 'check.timeoutMs'],
  [{ check: { type: 'tcp', rise: 0 } }, 'check.rise'],
  [{ check: { type: 'tcp', fall: 101 } }, 'check.fall'],
])('%j is refused at once, by name', (fields, option) => {
  // @ts-expect-error: what a program without types may pass
  expect(() => checkRegisterOptions({ ...WEB, ...fields })).toThrow(expect.objectContaining({ code: 'invalid_argument', message: expect.stringMatching(`^register: ${option} `) }));
});

test.each(['10.0.0.1', '::1', 'fe80::1%eth0', 'web.internal', 'web_1'])('%s is a host', (host) => {
  expect(() => checkRegisterOptions({ ...WEB, host })).not.toThrow();
});

test.each<Check>([
  { type: 'http', path: '/healthz', expectStatus: 204, intervalMs: 100, timeoutMs: 10, rise: 1, fall: 1 },
  { type: 'tcp', intervalMs: 3_600_000, timeoutMs: 60_000, rise: 100, fall: 100 },
  { type: 'grpc', service: 'greeter' },
  { type: 'ttl', ttlMs: 86_400_000 },
])('%j is a check', (check) => {
  expect(() => checkRegisterOptions({ ...WEB, check })).not.toThrow();
});

test('without options it says so', () => {
  // @ts-expect-error: what a program without types may pass
  expect(() => checkRegisterOptions()).toThrow(expect.objectContaining({ code: 'invalid_argument', message: 'register: options must be an object' }));
});

test('every other choice is left to Miko', () => {
  expect(() => checkRegisterOptions({ ...WEB, host: '::1', protocol: 'udp', weight: 0, zone: 'z', tags: ['t'], labels: { a: 'b' }, check: null, publicUrl: null, readiness: () => true })).not.toThrow();
});
