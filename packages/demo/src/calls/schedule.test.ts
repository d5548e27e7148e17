import { describe, expect, test } from 'vitest';
import { spread } from './schedule.ts';

describe('spread', () => {
  test('repeats names by their weights, evenly', () => {
    const next = spread(new Map([['web', 2], ['orders', 1], ['cache', 1]]));
    expect(Array.from({ length: 8 }, next)).toEqual(['web', 'orders', 'cache', 'web', 'web', 'orders', 'cache', 'web']);
  });
});
