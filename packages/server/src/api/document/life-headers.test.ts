import { apiDateLives, newestApiDate } from '@miko/model';
import { expect, it } from 'vitest';
import { lifeHeaders } from './life-headers.ts';

it('an answer in the newest date says nothing of an end', () => {
  expect(lifeHeaders(newestApiDate)).toEqual({});
});

it.each(apiDateLives.map(life => [life.date, life] as const))('an answer in %s says since when it is deprecated and when it ends', (date, { deprecated, sunset }) => {
  const headers = lifeHeaders(date);
  // A structured date (RFC 9651, section 3.3.7): seconds since the epoch. And an HTTP date (RFC 9110, section 5.6.7).
  expect(headers['deprecation']).toBe(`@${Date.parse(`${deprecated}T00:00:00Z`) / 1_000}`);
  expect(headers['sunset']).toMatch(/^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} 00:00:00 GMT$/);
  expect(Date.parse(headers['sunset']!)).toBe(Date.parse(`${sunset}T00:00:00Z`));
});
