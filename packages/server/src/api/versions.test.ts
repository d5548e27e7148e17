import { kinds, Problem, type Actor } from '@miko/model';
import { describe, expect, it } from 'vitest';
import { apiDateOf, apiDateOfHeader, apiDates, newestApiDate } from './versions.ts';

const pinned: Actor = { id: 'tok_1', name: 'a', credential: 'tok_1', apiDate: apiDates[0], role: 'reader', project: null, audience: 'internal' };

describe('the API date of a request', () => {
  it('is the one it asks for, and where it asks for none the one pinned on its credential', () => {
    for (const date of apiDates) expect(apiDateOf(date, pinned)).toBe(date);
    expect(apiDateOf(undefined, pinned)).toBe(apiDates[0]);
    expect(apiDateOfHeader(undefined)).toBeNull();
  });

  it.each(['', '2026-11-30', '2026-12-02', '2999-01-01', '2026-12-1', ' 2026-12-01', '20261201', 'latest', '2026-12-01, 2026-12-01', '__proto__', ['2026-12-01']])(
    'is 400 where it is not known: %j', header => {
      let problem: unknown;
      try {
        apiDateOfHeader(header);
      } catch (error) {
        problem = error;
      }
      expect(problem).toBeInstanceOf(Problem);
      expect(problem).toMatchObject({ code: 'unknown_version', flaws: [{ pointer: 'Miko-Version', code: 'not_one_of' }] });
      expect((problem as Problem).message).toContain(newestApiDate);
    },
  );
});

it('dates are real days, oldest first, and every kind appeared on one of them', () => {
  expect([...apiDates].sort()).toEqual([...apiDates]);
  for (const date of apiDates) expect(new Date(`${date}T00:00:00Z`).toISOString().slice(0, 10)).toBe(date);
  for (const kind of kinds) expect(apiDates).toContain(kind.since);
});
