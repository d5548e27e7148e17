import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeResponse, encodeRequest } from './health-message.ts';

const bytes = (hex: string): Buffer => Buffer.from(hex.replaceAll(' ', ''), 'hex');

test.each([
  ['', ''],
  ['web', '0a 03 77 65 62'],
  ['é', '0a 02 c3 a9'],
])('the request for %j', (service, hex) => {
  expect(encodeRequest(service)).toEqual(bytes(hex));
});

test('a long name has its length in two bytes', () => {
  expect(encodeRequest('x'.repeat(200)).subarray(0, 3)).toEqual(bytes('0a c8 01'));
});

test.each([
  ['', 'UNKNOWN'],
  ['08 00', 'UNKNOWN'],
  ['08 01', 'SERVING'],
  ['08 02', 'NOT_SERVING'],
  ['08 03', 'SERVICE_UNKNOWN'],
  ['08 09', 'UNKNOWN'],
  ['08 ff ff ff ff ff ff ff ff ff 01', 'UNKNOWN'],
  ['08 02 08 01', 'SERVING'],
  ['08 81 00', 'SERVING'],
  ['12 03 61 62 63 08 01', 'SERVING'],
  ['18 96 01 21 00 00 00 00 00 00 00 00 2d 00 00 00 00 08 02', 'NOT_SERVING'],
])('the response %j is %s', (hex, status) => {
  expect(decodeResponse(bytes(hex))).toBe(status);
});

test.each(['08', '08 ff', '12 05 61', '21 00', '2d 00 00', '0b', '08 ff ff ff ff ff ff ff ff ff ff 01'])('%j is malformed', hex => {
  expect(() => decodeResponse(bytes(hex))).toThrow();
});

test('any bytes are decoded or refused, and reading ends', () => {
  const statuses = ['UNKNOWN', 'SERVING', 'NOT_SERVING', 'SERVICE_UNKNOWN'];
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), input => {
      try {
        expect(statuses).toContain(decodeResponse(Buffer.from(input)));
      } catch (error) {
        expect(String(error)).toMatch(/^Error: (the message ends|a number is|wire type)/);
      }
    }),
  );
});
