import type { ApiDate } from './dates.ts';

/**
 * How long an API date is answered: whoever still asks in an old one is told since when it is deprecated (RFC 9745) and
 * when it will end (RFC 8594). A year lies between the two; a date that has ended is taken out of `apiDates`.
 */
export interface ApiDateLife {
  readonly date: ApiDate;
  /** The first day of both, at 00:00 UTC. */
  readonly deprecated: string;
  readonly sunset: string;
}

/** Every date but the newest has a line. */
export const apiDateLives: readonly ApiDateLife[] = [
  { date: '2026-11-01', deprecated: '2026-12-01', sunset: '2027-12-01' },
];

/** Null: nothing ends it. */
export const lifeOf = (date: string): ApiDateLife | null => apiDateLives.find(life => life.date === date) ?? null;
