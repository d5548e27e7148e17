import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DEFAULT_POLICY, readPolicy } from './policy.ts';
import type { PolicyOptions } from './policy.ts';

function refused(options: unknown): string {
  try {
    readPolicy(options as PolicyOptions, 'policy');
  } catch (error) {
    return String(error);
  }
  return 'accepted';
}

test('without options everything is as the protocol says', () => {
  expect(readPolicy(undefined, 'policy')).toEqual(DEFAULT_POLICY);
  expect(readPolicy({}, 'policy')).toEqual(DEFAULT_POLICY);
});

test('what is given changes nothing beside it', () => {
  const policy = readPolicy({ retry: { attempts: 5 }, timeoutMs: null }, 'policy');
  expect(policy).toEqual({ ...DEFAULT_POLICY, retry: { ...DEFAULT_POLICY.retry, attempts: 5 }, timeoutMs: null });
});

test('the policy of one service goes over that of all, field by field', () => {
  const all = readPolicy({ balance: 'least_request', retry: { attempts: 5, backoffMs: 10 } }, 'policy');
  const one = readPolicy({ retry: { attempts: 2 } }, 'services.web', all);
  expect(one.balance).toBe('least_request');
  expect(one.retry).toEqual({ ...DEFAULT_POLICY.retry, attempts: 2, backoffMs: 10 });
});

test('null switches a part off; one service may switch it on again, with the defaults for the rest', () => {
  const off = readPolicy({ outlier: null, breaker: null }, 'policy');
  expect([off.outlier, off.breaker]).toEqual([null, null]);
  const on = readPolicy({ outlier: { minHosts: 3 }, adaptive: {} }, 'services.web', off);
  expect(on.outlier).toEqual({ ...DEFAULT_POLICY.outlier, minHosts: 3 });
  expect(on.adaptive).toEqual({ initial: 20, minLimit: 4, maxLimit: 1_000, tolerance: 1.5 });
  expect(on.breaker).toBeNull();
});

test.each([
  [{ retry: { attempts: 0 } }, 'policy.retry.attempts must be a whole number from 1 to 100'],
  [{ retry: { attempts: 2.5 } }, 'policy.retry.attempts must be a whole number'],
  [{ retry: { atempts: 2 } }, 'policy.retry.atempts is no option'],
  [{ retry: { toString: 2 } }, 'policy.retry.toString is no option'],
  [{ retry: null }, 'policy.retry must be an object'],
  [{ retry: [] }, 'policy.retry must be an object'],
  [{ retries: {} }, 'policy.retries is no option'],
  [{ balance: 'random' }, 'policy.balance must be one of p2c, least_request, round_robin, weighted, consistent_hash'],
  [{ panicThreshold: Number.NaN }, 'policy.panicThreshold must be a number from 0 to 1'],
  [{ hashLoadFactor: 0.9 }, 'policy.hashLoadFactor must be a number from 1'],
  [{ timeoutMs: '30' }, 'policy.timeoutMs must be a whole number'],
  [{ timeoutMs: Number.POSITIVE_INFINITY }, 'policy.timeoutMs must be a whole number'],
  [{ bulkhead: { maxInFlight: 0 } }, 'policy.bulkhead.maxInFlight must be'],
  [{ adaptive: { minLimit: 50, maxLimit: 40 } }, 'policy.adaptive.minLimit must be at most maxLimit, 40'],
  ['fast', 'policy must be an object'],
])('%j is refused by its path', (options, message) => {
  expect(refused(options)).toContain(message);
});

test('whatever is given, the answer is a whole policy or a refusal by `invalid_argument`', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom(...Object.keys(DEFAULT_POLICY)), fc.anything()), (options) => {
      try {
        const policy = readPolicy(options, 'policy');
        expect(Object.keys(policy).toSorted()).toEqual(Object.keys(DEFAULT_POLICY).toSorted());
      } catch (error) {
        expect(error).toMatchObject({ code: 'invalid_argument', message: expect.stringMatching(/^policy\b/) });
      }
    }),
  );
});
