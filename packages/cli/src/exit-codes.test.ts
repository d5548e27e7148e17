import { errors } from '@miko/model';
import { expect, test } from 'vitest';
import { exitCodes, exitOfStatus } from './exit-codes.ts';

test('the codes are stable', () => {
  expect(Object.fromEntries(Object.entries(exitCodes).map(([name, { code }]) => [name, code]))).toEqual({
    ok: 0,
    error: 1,
    usage: 2,
    not_found: 3,
    login_needed: 4,
    denied: 5,
    conflict: 6,
    timed_out: 7,
    unreachable: 8,
    not_started: 127,
    interrupted: 130,
  });
});

test.each([
  [400, 'usage'],
  [401, 'login_needed'],
  [403, 'denied'],
  [404, 'not_found'],
  [409, 'conflict'],
  [412, 'conflict'],
  [428, 'conflict'],
  [429, 'unreachable'],
  [503, 'unreachable'],
  [504, 'timed_out'],
  [500, 'error'],
  [413, 'error'],
] as const)('status %d ends as %s', (status, exit) => expect(exitOfStatus(status)).toBe(exit));

test('no problem of the registry ends as success', () => {
  for (const { status } of Object.values(errors)) expect(exitCodes[exitOfStatus(status)].code).toBeGreaterThan(0);
});
