import { expect, it } from 'vitest';
import { apiDateLives, lifeOf } from './api-date-life.ts';
import { apiDates, newestApiDate } from './dates.ts';

it('every date but the newest has an end, and the newest has none', () => {
  expect(apiDateLives.map(({ date }) => date)).toEqual(apiDates.slice(0, -1));
  expect([lifeOf(newestApiDate), lifeOf('2020-01-01')]).toEqual([null, null]);
});

it.each(apiDateLives.map(life => [life.date, life] as const))('%s is deprecated after it began, and ends no sooner than a year later', (date, { deprecated, sunset }) => {
  const day = (text: string) => new Date(`${text}T00:00:00Z`).getTime();
  expect([deprecated, sunset].map(text => new Date(day(text)).toISOString().slice(0, 10))).toEqual([deprecated, sunset]);
  expect(day(deprecated)).toBeGreaterThan(day(date));
  expect(day(sunset) - day(deprecated)).toBeGreaterThanOrEqual(365 * 86_400_000);
});
