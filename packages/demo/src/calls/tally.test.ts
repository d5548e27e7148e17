import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { percentile, Tally } from './tally.ts';

describe('percentile', () => {
  test.each([
    { values: [], part: 0.99, is: null },
    { values: [7], part: 0.99, is: 7 },
    { values: [3, 1, 2], part: 0.5, is: 2 },
    { values: [3, 1, 2], part: 1, is: 3 },
    { values: [3, 1, 2], part: 0, is: 1 },
    { values: Array.from({ length: 100 }, (_, i) => i + 1), part: 0.99, is: 99 },
    { values: Array.from({ length: 101 }, (_, i) => i + 1), part: 0.99, is: 100 },
  ])('of $values.length values at $part is $is', ({ values, part, is }) => {
    expect(percentile(values, part)).toBe(is);
  });

  test('is the smallest value that at least so many do not exceed', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ noNaN: true }), { minLength: 1 }), fc.double({ min: 0.01, max: 1, noNaN: true }), (values, part) => {
        const found = percentile(values, part) as number;
        const upTo = (limit: number): number => values.filter(value => value <= limit).length;
        const smaller = values.filter(value => value < found);
        expect(upTo(found)).toBeGreaterThanOrEqual(part * values.length);
        if (smaller.length > 0) expect(upTo(Math.max(...smaller))).toBeLessThan(part * values.length);
      }),
    );
  });
});

describe('Tally', () => {
  test('each second counts its own calls, and the sums count all', () => {
    const tally = new Tally(['web']);
    tally.answered('web', 'web-1', 2);
    tally.failed();
    expect(tally.take()).toMatchObject({ calls: 2, errors: 1, p99Ms: 2 });
    tally.answered('web', 'web-1', 4);
    tally.skip(3);
    expect(tally.take()).toMatchObject({ calls: 1, errors: 0, skipped: 3, p99Ms: 4 });
    expect(tally).toMatchObject({ calls: 3, errors: 1, skipped: 3 });
    expect(tally.take()).toMatchObject({ calls: 0, skipped: 0, p99Ms: null });
  });

  test('an instance that once answered stays, with none when it got none', () => {
    const tally = new Tally(['web']);
    for (const instance of ['web-2', 'web-1']) tally.answered('web', instance, 1);
    tally.take();
    tally.answered('web', 'web-2', 1);
    expect(tally.take().shares.get('web')).toEqual(new Map([['web-1', 0], ['web-2', 1]]));
  });

  test('what was counted elsewhere is as good as what was counted here', () => {
    const tally = new Tally(['web', 'cache']);
    tally.answered('web', 'web-1', 2);
    tally.add({ errors: 1, skipped: 2, answered: { web: { 'web-1': 2 }, cache: { 'cache-2': 1 } }, latencies: [{ ms: 5, times: 2 }, { ms: 9.5, times: 1 }] });
    expect(tally.take()).toEqual({
      calls: 5, errors: 1, skipped: 2, p99Ms: 9.5,
      shares: new Map([['web', new Map([['web-1', 3]])], ['cache', new Map([['cache-2', 1]])]]),
    });
    expect(tally).toMatchObject({ calls: 5, errors: 1, skipped: 2 });
  });
});
