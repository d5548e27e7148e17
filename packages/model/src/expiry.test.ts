import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expiryRules, planExpiry, type Group, type Overdue } from './expiry.ts';

/** One service in one zone: `overdue` sessions of one endpoint each, among `registered`, after `lapsed` went lately. */
const one = (overdue: number, registered: number, lapsed = 0, heldMs: number | null = null) =>
  planExpiry(Array.from({ length: overdue }, (_, i): Overdue => ({ session: `ses_${i}`, heldMs, groups: ['web'] })), new Map([['web', { registered, lapsed }]]));

describe('a mass expiry is held: at least 5 endpoints, and at least half of a service in a zone', () => {
  it.each([
    // overdue, registered, lapsed lately: held?
    [1, 1, 0, false],
    [4, 4, 0, false],
    [5, 5, 0, true],
    [5, 10, 0, true],
    [5, 11, 0, false],
    [6, 11, 0, true],
    [49, 100, 0, false],
    [50, 100, 0, true],
    // What lapsed in the last 30 s counts on both sides: 1 + 4 of 6 + 4.
    [1, 6, 4, true],
    [1, 7, 4, false],
    [1, 1, 3, false],
    [1, 100, 4, false],
    [0, 100, 100, false],
  ])('%i overdue of %i registered, %i lapsed: held is %s', (overdue, registered, lapsed, held) => {
    const plan = one(overdue, registered, lapsed);
    expect(plan.hold).toHaveLength(held ? overdue : 0);
    expect(plan.expire).toHaveLength(held ? 0 : overdue);
  });

  it('counts endpoints, not sessions: one process with half of a service is a mass', () => {
    const groups = new Map([['web', { registered: 10, lapsed: 0 }]]);
    expect(planExpiry([{ session: 'big', heldMs: null, groups: Array<string>(5).fill('web') }], groups)).toEqual({ expire: [], hold: ['big'] });
  });

  it('takes a session as one unit: held whole while any of its groups is in trouble', () => {
    const overdue: Overdue[] = [
      ...[1, 2, 3, 4].map(n => ({ session: `a${n}`, heldMs: null, groups: ['web'] })),
      { session: 'both', heldMs: null, groups: ['mail', 'web'] },
      { session: 'mail', heldMs: null, groups: ['mail'] },
    ];
    const groups = new Map([['web', { registered: 5, lapsed: 0 }], ['mail', { registered: 3, lapsed: 0 }]]);
    expect(planExpiry(overdue, groups)).toEqual({ expire: ['mail'], hold: ['a1', 'a2', 'a3', 'a4', 'both'] });
  });

  it('ends a session that holds nothing, and one whose groups nobody knows, at once', () => {
    expect(planExpiry([{ session: 'bare', heldMs: null, groups: [] }], new Map())).toEqual({ expire: ['bare'], hold: [] });
    expect(planExpiry([{ session: 'lost', heldMs: null, groups: ['gone'] }], new Map())).toEqual({ expire: ['lost'], hold: [] });
  });

  it('lets go when the time box is up, not a millisecond before', () => {
    expect(one(5, 5, 0, expiryRules.holdForMs - 1).hold).toHaveLength(5);
    expect(one(5, 5, 0, expiryRules.holdForMs).expire).toHaveLength(5);
  });

  it('goes on holding the others while one whose time is up ends', () => {
    const overdue = [0, 1, 2, 3, 4].map((n): Overdue => ({ session: `s${n}`, heldMs: n === 0 ? expiryRules.holdForMs : 1_000, groups: ['web'] }));
    expect(planExpiry(overdue, new Map([['web', { registered: 5, lapsed: 0 }]]))).toEqual({ expire: ['s0'], hold: ['s1', 's2', 's3', 's4'] });
  });
});

const names = ['web/a', 'web/b', 'mail/a'];
const overdues = fc.array(
  fc.record({
    heldMs: fc.option(fc.integer({ min: 0, max: 2 * expiryRules.holdForMs }), { nil: null }),
    groups: fc.array(fc.constantFrom(...names), { maxLength: 6 }),
  }),
  { maxLength: 20 },
).map(list => list.map((rest, i): Overdue => ({ session: `ses_${i}`, ...rest })));
const observed = fc.tuple(...names.map(() => fc.record({ registered: fc.nat({ max: 30 }), lapsed: fc.nat({ max: 10 }) })))
  .map(list => new Map<string, Group>(list.map((group, i) => [names[i]!, group])));

describe('planExpiry, whatever is observed', () => {
  it('puts each overdue session into exactly one of expire and hold, in their order', () => {
    fc.assert(fc.property(overdues, observed, (overdue, groups) => {
      const { expire, hold } = planExpiry(overdue, groups);
      expect([...expire, ...hold].sort()).toEqual(overdue.map(o => o.session).sort());
      for (const part of [expire, hold]) expect(part).toEqual(overdue.map(o => o.session).filter(session => part.includes(session)));
    }));
  });

  it('holds only while a group of the session has lost the least number and the least share', () => {
    fc.assert(fc.property(overdues, observed, (overdue, groups) => {
      const lost = (name: string) => overdue.flatMap(o => o.groups).filter(group => group === name).length + groups.get(name)!.lapsed;
      const { hold } = planExpiry(overdue, groups);
      for (const { session, groups: mine } of overdue) {
        if (!hold.includes(session)) continue;
        expect(mine.some(name => {
          const { registered, lapsed } = groups.get(name)!;
          return lost(name) >= 5 && lost(name) * 2 >= registered + lapsed;
        })).toBe(true);
      }
    }));
  });

  it('never holds where fewer than the least number are lost in all', () => {
    fc.assert(fc.property(overdues, overdue => {
      fc.pre(overdue.flatMap(o => o.groups).length < expiryRules.leastEndpoints);
      expect(planExpiry(overdue, new Map(names.map(name => [name, { registered: 1, lapsed: 0 }]))).hold).toEqual([]);
    }));
  });

  it('ends whatever was held for its whole time box', () => {
    fc.assert(fc.property(overdues, observed, (overdue, groups) => {
      const { expire } = planExpiry(overdue, groups);
      for (const { session, heldMs } of overdue) if (heldMs !== null && heldMs >= expiryRules.holdForMs) expect(expire).toContain(session);
    }));
  });

  it('is pure: the same observation gives the same plan, and stays as it was', () => {
    fc.assert(fc.property(overdues, observed, (overdue, groups) => {
      const before = JSON.stringify([overdue, [...groups]]);
      const plan = planExpiry(overdue, groups);
      expect(planExpiry(overdue, groups)).toEqual(plan);
      expect(JSON.stringify([overdue, [...groups]])).toBe(before);
    }));
  });

  it('judges by rules that are given, the same way', () => {
    fc.assert(fc.property(overdues, observed, (overdue, groups) => {
      expect(planExpiry(overdue, groups, { ...expiryRules, holdForMs: 0 }).hold.filter(session => overdue.find(o => o.session === session)!.heldMs !== null)).toEqual([]);
      expect(planExpiry(overdue, groups, { ...expiryRules, leastEndpoints: Number.POSITIVE_INFINITY }).hold).toEqual([]);
    }));
  });
});
