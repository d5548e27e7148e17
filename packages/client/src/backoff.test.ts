import fc from 'fast-check';
import { expect, test } from 'vitest';
import { backoffMs, PATIENT, QUICK, waitAfter } from './backoff.ts';
import { MikoError } from './problem.ts';
import { createWorld } from './testing/world.ts';

const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

test('waits double up to the cap, and half of each is random', () => {
  fc.assert(
    fc.property(fc.constantFrom(QUICK, PATIENT), fc.nat(10_000), random, (backoff, attempt, dice) => {
      const full = Math.min(backoff.capMs, backoff.baseMs * 2 ** attempt);
      const wait = backoffMs(backoff, attempt, () => dice);
      expect(wait).toBeGreaterThanOrEqual(full / 2);
      expect(wait).toBeLessThanOrEqual(full);
    }),
  );
});

test('Retry-After is never undercut, and exceeded by a fifth at most', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 300_000 }), random, (retryAfterMs, dice) => {
      const { runtime } = createWorld(() => dice);
      const wait = waitAfter(new MikoError('overloaded', 'busy', { retryAfterMs }), QUICK, 0, runtime);
      expect(wait).toBeGreaterThanOrEqual(retryAfterMs);
      expect(wait).toBeLessThanOrEqual(Math.max(retryAfterMs * 1.2, QUICK.baseMs));
    }),
  );
});
