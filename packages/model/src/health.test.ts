import * as fc from 'fast-check';
import { describe, expect, expectTypeOf, test } from 'vitest';
import type { checkSchema } from './endpoint.ts';
import {
  evidenceLost,
  firstProbeDelayMs,
  httpOutcome,
  judge,
  nextProbeDelayMs,
  streakFrom,
  type Health,
  type Outcome,
  type ProbedCheck,
  type TcpCheck,
} from './health.ts';
import type { Infer } from './schema.ts';

const good: Outcome = { good: true, warning: false };
const warning: Outcome = { good: true, warning: true };
const bad: Outcome = { good: false, warning: false };
const lost: Outcome = { good: false, warning: false, lost: true };
const letters: { readonly [letter: string]: Outcome } = { g: good, w: warning, b: bad, l: lost };
const outcomes = (word: string): Outcome[] => word.split('').map(letter => letters[letter]!);

const check: TcpCheck = { type: 'tcp', interval_ms: 1_000, timeout_ms: 500, rise: 2, fall: 3 };
const after = (from: Health, word: string, by: TcpCheck = check): Health =>
  outcomes(word).reduce((streak, outcome) => judge(streak, outcome, by), streakFrom(from)).health;

describe('judge, with rise 2 and fall 3 (g good, w warning, b bad, l lost)', () => {
  test.each<[Health, string, Health]>([
    ['starting', '', 'starting'],
    ['starting', 'g', 'starting'],
    ['starting', 'gg', 'passing'],
    ['starting', 'gbg', 'starting'],
    ['starting', 'gw', 'warning'],
    ['starting', 'wg', 'passing'],
    ['starting', 'bb', 'starting'],
    ['starting', 'bbb', 'critical'],
    ['starting', 'bbgbb', 'starting'],
    ['starting', 'lll', 'starting'],
    ['starting', 'gllg', 'passing'],
    ['starting', 'glllg', 'starting'],
    ['passing', 'bb', 'passing'],
    ['passing', 'bbb', 'critical'],
    ['passing', 'bbgbb', 'passing'],
    ['passing', 'w', 'warning'],
    ['passing', 'bbw', 'warning'],
    ['passing', 'll', 'passing'],
    ['passing', 'lll', 'unknown'],
    ['passing', 'llgl', 'passing'],
    ['passing', 'blblb', 'critical'],
    ['warning', 'g', 'passing'],
    ['warning', 'bbb', 'critical'],
    ['warning', 'lll', 'unknown'],
    ['critical', 'g', 'critical'],
    ['critical', 'gg', 'passing'],
    ['critical', 'ww', 'warning'],
    ['critical', 'gbg', 'critical'],
    ['critical', 'glg', 'passing'],
    ['critical', 'llllll', 'critical'],
    ['unknown', 'g', 'passing'],
    ['unknown', 'w', 'warning'],
    ['unknown', 'bb', 'unknown'],
    ['unknown', 'bbb', 'critical'],
  ])('%s, after "%s": %s', (from, word, to) => {
    expect(after(from, word)).toBe(to);
  });

  test('with rise 1 and fall 1 each result decides', () => {
    const quick = { ...check, rise: 1, fall: 1 };
    expect(after('starting', 'g', quick)).toBe('passing');
    expect(after('passing', 'b', quick)).toBe('critical');
    expect(after('critical', 'w', quick)).toBe('warning');
    expect(after('passing', 'l', quick)).toBe('unknown');
  });
});

describe('judge, for any check and any results', () => {
  const healths: readonly Health[] = ['starting', 'passing', 'warning', 'critical', 'unknown'];
  const isListed = (health: Health): boolean => health !== 'starting' && health !== 'critical';
  /** The run of such answers at the end; `fall` losses in a row begin all runs anew, fewer are looked through. */
  const trailing = (word: string, letter: RegExp, fall: number): number => {
    const answers = word.split(new RegExp(`l{${fall},}`)).at(-1)!.replaceAll('l', '');
    let run = 0;
    while (run < answers.length && letter.test(answers[answers.length - 1 - run]!)) run += 1;
    return run;
  };
  const bounds = fc.integer({ min: 1, max: 5 });
  const histories = fc.record({
    from: fc.constantFrom(...healths),
    by: fc.record({ rise: bounds, fall: bounds }).map(riseAndFall => ({ ...check, ...riseAndFall })),
    word: fc.string({ unit: fc.constantFrom('g', 'w', 'b', 'l'), maxLength: 40 }),
  });

  test('becomes critical exactly at the fall-th bad answer in a row, and comes up exactly at the rise-th good one', () => {
    fc.assert(
      fc.property(histories, ({ from, by, word }) => {
        for (let end = 1; end <= word.length; end += 1) {
          const before = after(from, word.slice(0, end - 1), by);
          const now = after(from, word.slice(0, end), by);
          const sofar = word.slice(0, end);
          if (word[end - 1] === 'b') expect(now).toBe(trailing(sofar, /b/, by.fall) >= by.fall ? 'critical' : before);
          if (/[gw]/.test(word[end - 1]!)) {
            const isUp = isListed(before) || trailing(sofar, /[gw]/, by.fall) >= by.rise;
            expect(now).toBe(isUp ? (word[end - 1] === 'w' ? 'warning' : 'passing') : before);
          }
        }
      }),
    );
  });

  test('lost evidence never takes an endpoint out of the list and never brings one in', () => {
    fc.assert(
      fc.property(histories, fc.integer({ min: 1, max: 12 }), ({ from, by, word }, losses) => {
        const before = after(from, word, by);
        const now = after(from, word + 'l'.repeat(losses), by);
        expect(isListed(now)).toBe(isListed(before));
        if (isListed(before) && losses >= by.fall) expect(now).toBe('unknown');
      }),
    );
  });

  test('the counters stay within their thresholds', () => {
    fc.assert(
      fc.property(histories, ({ from, by, word }) => {
        const streak = outcomes(word).reduce((sofar, outcome) => judge(sofar, outcome, by), streakFrom(from));
        expect(streak.good).toBeLessThanOrEqual(by.rise);
        expect(streak.bad).toBeLessThanOrEqual(by.fall);
        expect(streak.lost).toBeLessThanOrEqual(by.fall);
      }),
    );
  });
});

test.each<[Health, Health]>([
  ['passing', 'unknown'],
  ['warning', 'unknown'],
  ['unknown', 'unknown'],
  ['starting', 'starting'],
  ['critical', 'critical'],
])('evidenceLost: %s becomes %s, and all runs begin anew', (from, to) => {
  expect(evidenceLost({ health: from, good: 1, bad: 2, lost: 2 })).toEqual({ health: to, good: 0, bad: 0, lost: 0 });
});

test.each<[number, number | undefined, Outcome]>([
  [200, undefined, good],
  [204, undefined, good],
  [299, undefined, good],
  [199, undefined, bad],
  [302, undefined, bad],
  [401, undefined, bad],
  [429, undefined, warning],
  [500, undefined, bad],
  [503, undefined, bad],
  [401, 401, good],
  [302, 302, good],
  [200, 204, bad],
  [429, 204, warning],
  [429, 429, good],
])('httpOutcome: %i when %s is expected', (status, expected, outcome) => {
  expect(httpOutcome(status, expected)).toEqual(outcome);
});

describe('delays', () => {
  const checks = fc.integer({ min: 100, max: 3_600_000 }).map(interval_ms => ({ ...check, interval_ms }));
  const randoms = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

  test('the next probe follows after the interval, give or take a tenth', () => {
    fc.assert(
      fc.property(checks, randoms, (by, random) => {
        const delay = nextProbeDelayMs(by, () => random);
        expect(delay).toBeGreaterThanOrEqual(Math.floor(by.interval_ms * 0.9));
        expect(delay).toBeLessThanOrEqual(Math.ceil(by.interval_ms * 1.1));
      }),
    );
    expect(nextProbeDelayMs(check, () => 0)).toBe(900);
    expect(nextProbeDelayMs(check, () => 0.5)).toBe(1_000);
  });

  test('the first probe comes within 100 ms for a fresh endpoint, within an interval for one already judged', () => {
    fc.assert(
      fc.property(checks, randoms, (by, random) => {
        expect(firstProbeDelayMs(by, 'starting', () => random)).toBeLessThan(Math.min(100, by.interval_ms));
        expect(firstProbeDelayMs(by, 'passing', () => random)).toBeLessThan(by.interval_ms);
      }),
    );
    expect(firstProbeDelayMs(check, 'passing', () => 0.5)).toBe(500);
  });
});

test('the checks here are those of a registration in which Miko calls the endpoint', () => {
  type Registered = Exclude<Infer<typeof checkSchema>, { readonly type: 'ttl' }>;
  expectTypeOf<Registered>().toExtend<ProbedCheck>();
  expectTypeOf<ProbedCheck>().toExtend<Registered>();
});
