/** The API dates this Miko speaks, oldest first: one for each breaking change. Additive changes make none. */
export const apiDates = ['2026-11-01', '2026-12-01'] as const;
export type ApiDate = (typeof apiDates)[number];

export const oldestApiDate: ApiDate = apiDates[0];
export const newestApiDate: ApiDate = apiDates[apiDates.length - 1]!;
