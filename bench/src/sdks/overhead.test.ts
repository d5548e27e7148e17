import { describe, expect, it } from 'vitest';
import { besideBare, otherWork } from './overhead.ts';
import type { RunResult } from './program/protocol.ts';

const slice = (changes: Partial<RunResult>): RunResult => ({ calls: 100, failed: 0, first_error: null, wall_ms: 400, cpu_us: 4_000, ...changes });

describe('otherWork', () => {
  it('is null when each call was one request', () => expect(otherWork([slice({}), slice({ calls: 50 })], 150)).toBeNull());
  it('names failed calls with their first error', () => {
    expect(otherWork([slice({}), slice({ failed: 2, first_error: 'refused' })], 200)).toBe('2 of 200 calls failed: refused');
  });
  it('names repetitions, which the other side does not make', () => expect(otherWork([slice({})], 103)).toBe('103 requests were answered for 100 calls'));
});

describe('besideBare', () => {
  it('compares neighbours: a machine that halves its speed changes nothing', () => {
    const own = [slice({ cpu_us: 4_400 }), slice({ cpu_us: 8_800 }), slice({ cpu_us: 4_400 })];
    const bare = [slice({ cpu_us: 4_000 }), slice({ cpu_us: 8_000 }), slice({ cpu_us: 4_000 })];
    expect(besideBare(own, bare)).toMatchObject({ bare_cpu_us_per_call: 40, cpu_ratio: expect.closeTo(1.1, 9), mean_ratio: 1 });
  });
  it('takes the median of the ratios, so that one disturbed slice counts for nothing', () => {
    const own = [slice({}), slice({ cpu_us: 90_000 }), slice({})];
    expect(besideBare(own, [slice({}), slice({}), slice({})])['cpu_ratio']).toBe(1);
  });
  it('is empty without a bare side', () => expect(besideBare([slice({})], [])).toEqual({}));
});
