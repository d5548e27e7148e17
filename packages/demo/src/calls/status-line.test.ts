import { describe, expect, test } from 'vitest';
import { statusLine, type StatusLine } from './status-line.ts';

const at = new Date(2026, 10, 21, 12, 3, 4);
const second = {
  calls: 240, errors: 0, skipped: 0, p99Ms: 3.14,
  shares: new Map([
    ['web', new Map([['web-3', 53], ['web-1', 27]])],
    ['orders', new Map([['orders-1', 40], ['orders-2', 0]])],
    ['cache', new Map<string, number>()],
  ]),
};
const line = (more: Partial<StatusLine> = {}): string => statusLine({ at, second, tookMs: 1_000, totalErrors: 0, away: null, ...more });

describe('the status line', () => {
  test('says calls, errors, p99 and where the calls went, each instance in the place of its number', () => {
    expect(line()).toBe('12:03:04  calls 240/s  errors 0 (total 0)  p99   3.1 ms  web 34/ -/66%  orders 100/ -%  cache -  | miko ok');
  });

  test('counts calls by the second that passed, however long that was', () => {
    expect(line({ tookMs: 1_200 })).toContain('calls 200/s');
  });

  test.each([
    { away: 4_200, says: '| miko away for 4 s, working on the last list' },
    { away: 'not yet' as const, says: '| miko not reached yet' },
    { away: 'not yet, lists from the disk' as const, says: '| miko not reached yet, working on the list kept on disk' },
  ])('ends with $says', ({ away, says }) => {
    expect(line({ away }).endsWith(says)).toBe(true);
  });

  test('tells failed calls, and those that were left out', () => {
    const bad = { ...second, errors: 2, skipped: 5, p99Ms: null };
    expect(line({ second: bad, totalErrors: 9 })).toContain('errors 2 (total 9)  left out 5  p99     - ms');
  });
});
