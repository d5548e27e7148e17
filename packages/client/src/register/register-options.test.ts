import { expect, test } from 'vitest';
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
])('%j is refused at once, by name', (fields, option) => {
  // @ts-expect-error: what a program without types may pass
  expect(() => checkRegisterOptions({ ...WEB, ...fields })).toThrow(expect.objectContaining({ code: 'invalid_argument', message: expect.stringMatching(`^register: ${option} `) }));
});

test('every other choice is left to Miko', () => {
  expect(() => checkRegisterOptions({ ...WEB, host: '::1', protocol: 'udp', weight: 0, zone: 'z', tags: ['t'], labels: { a: 'b' }, check: null, publicUrl: null, readiness: () => true })).not.toThrow();
});
