import { Problem } from '@miko/model';

/** The API dates this Miko speaks, oldest first. Additive changes make none. */
export const apiDates = ['2026-12-01'] as const;
export const newestApiDate = apiDates[apiDates.length - 1]!;

/** The date of a request: the one it asks for, else the newest. Throws Problem `unknown_version`. */
export function apiDateOf(header: string | string[] | undefined): string {
  if (header === undefined) return newestApiDate;
  const date = apiDates.find(known => known === header);
  if (date !== undefined) return date;
  throw new Problem('unknown_version', `the API dates known here are ${apiDates.join(', ')}`, {
    flaws: [{ pointer: 'Miko-Version', code: 'not_one_of', detail: `must be one of ${apiDates.join(', ')}` }],
  });
}
