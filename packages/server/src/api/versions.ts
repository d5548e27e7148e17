import { apiDates, newestApiDate, Problem, type Actor } from '@miko/model';

export { apiDates, newestApiDate };

/** The date a request asks for; null where it names none. Throws Problem `unknown_version`. */
export function apiDateOfHeader(header: string | string[] | undefined): string | null {
  if (header === undefined) return null;
  const date = apiDates.find(known => known === header);
  if (date !== undefined) return date;
  throw new Problem('unknown_version', `the API dates known here are ${apiDates.join(', ')}`, {
    flaws: [{ pointer: 'Miko-Version', code: 'not_one_of', detail: `must be one of ${apiDates.join(', ')}` }],
  });
}

/** The date a request is answered in: its own, else the one pinned on the caller's credential. */
export const apiDateOf = (header: string | string[] | undefined, actor: Actor): string => apiDateOfHeader(header) ?? actor.apiDate;
