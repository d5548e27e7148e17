import { expect, test } from 'vitest';
import { isBad, isFailure } from './outcome.ts';

test.each([
  ['ok', false, false],
  ['limited', false, true],
  ['overloaded', true, true],
  ['failed', true, true],
  ['refused', true, true],
  ['broken', true, true],
  ['timeout', true, true],
  ['cancelled', false, false],
] as const)('%s: a failure %s, bad %s', (kind, failure, bad) => {
  expect([isFailure(kind), isBad(kind)]).toEqual([failure, bad]);
});
