import { apiDateLives } from '@miko/model';

/**
 * The header fields of an answer in an API date that is not the newest: `Deprecation` (RFC 9745), `Sunset` (RFC 8594)
 * and where to read about it. None for the newest. Made once: every answer of an old date carries them.
 */
export const lifeHeaders = (apiDate: string): Readonly<Record<string, string>> => byDate.get(apiDate) ?? none;

const none: Readonly<Record<string, string>> = {};
const at = (day: string): Date => new Date(`${day}T00:00:00Z`);

const byDate = new Map<string, Readonly<Record<string, string>>>(apiDateLives.map(({ date, deprecated, sunset }) => [date, {
  deprecation: `@${at(deprecated).getTime() / 1_000}`,
  sunset: at(sunset).toUTCString(),
  link: '</docs>; rel="deprecation"; type="text/html"',
}]));
