import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject, Kind } from '../kind.ts';
import { endpointOverride } from '../kinds/endpoint-override.ts';
import { kinds } from '../kinds/index.ts';
import { specsOf } from '../schema-values.test.support.ts';
import { apiDates, newestApiDate, oldestApiDate } from './dates.ts';
import { isKnownAt, specDown, specSchemaAt, specUp } from './forms.ts';
import { changes } from './index.ts';

const forms = kinds.flatMap(kind => apiDates.filter(date => isKnownAt(kind, date)).map(date => [kind.name, date, kind] as const));

describe('the API dates', () => {
  it('are real days, oldest first', () => {
    expect([...apiDates].sort()).toEqual([...apiDates]);
    for (const date of apiDates) expect(new Date(`${date}T00:00:00Z`).toISOString().slice(0, 10)).toBe(date);
    expect([oldestApiDate, newestApiDate]).toEqual([apiDates[0], apiDates.at(-1)]);
  });

  it('are made by breaking changes: each but the first has one, of a kind that was there, in their order', () => {
    expect(apiDates.slice(1).filter(date => !changes.some(change => change.date === date))).toEqual([]);
    expect(changes.map(change => change.date)).toEqual(changes.map(change => change.date).toSorted());
    for (const { kind: name, date, summary } of changes) {
      expect(apiDates.slice(1)).toContain(date);
      expect(kinds.find(kind => kind.name === name)!.since < date).toBe(true);
      expect(summary.length).toBeGreaterThan(10);
    }
  });
});

describe.each(forms)('%s at %s', (_, date, kind: Kind) => {
  const fields = Object.keys(specSchemaAt(kind, date).properties).sort();

  it('comes back whole from the older form, whatever its spec', () => {
    const examples = [1, 2, 77].map(n => kind.example(n));
    for (const spec of examples) expect(specUp(kind, date, specDown(kind, date, spec))).toEqual(spec);
    fc.assert(fc.property(specsOf(kind.spec), spec => {
      expect(specUp(kind, date, specDown(kind, date, spec))).toEqual(spec);
    }));
  });

  it('has exactly the fields of its schema in either form', () => {
    fc.assert(fc.property(specsOf(kind.spec), spec => {
      expect(Object.keys(specDown(kind, date, spec)).sort()).toEqual(fields);
    }));
    fc.assert(fc.property(specsOf(specSchemaAt(kind, date)), spec => {
      expect(Object.keys(specUp(kind, date, spec)).sort()).toEqual(Object.keys(kind.spec.properties).sort());
    }));
  });

  it('changes no argument, and its schema is one value', () => {
    const spec = kind.example(1);
    const before = JSON.stringify(spec);
    specDown(kind, date, spec);
    specUp(kind, date, specDown(kind, date, spec));
    expect(JSON.stringify(spec)).toBe(before);
    expect(specSchemaAt(kind, date)).toBe(specSchemaAt(kind, date));
  });
});

it.each(kinds.map(kind => [kind.name, kind] as const))('%s is itself in the newest form', (_, kind) => {
  expect(specSchemaAt(kind, newestApiDate)).toBe(kind.spec);
  const spec = kind.example(1);
  expect([specDown(kind, newestApiDate, spec), specUp(kind, newestApiDate, spec)]).toEqual([spec, spec]);
});

it('a kind is known from its first date on', () => {
  const quota = kinds.find(kind => kind.name === 'quota')!;
  expect([isKnownAt(quota, '2026-11-01'), isKnownAt(quota, '2026-12-01')]).toEqual([false, true]);
});

describe('an override before it had a state', () => {
  const at = '2026-11-01';
  const rest = { service: 'web', instance: 'web-1', weight: null, reason: '' };

  it.each<[JsonObject, JsonObject]>([
    [{ state: 'active' }, { draining: false, denied: false }],
    [{ state: 'draining' }, { draining: true, denied: false }],
    [{ state: 'denied' }, { draining: false, denied: true }],
  ])('%j is %j', (newest, older) => {
    expect(specDown(endpointOverride, at, { ...rest, ...newest })).toEqual({ ...rest, ...older });
    expect(specUp(endpointOverride, at, { ...rest, ...older })).toEqual({ ...rest, ...newest });
  });

  it('could be both: denied wins', () => {
    expect(specUp(endpointOverride, at, { ...rest, draining: true, denied: true })).toEqual({ ...rest, state: 'denied' });
  });

  it('has its switches in the schema, in the place of the state', () => {
    const { properties, required } = specSchemaAt(endpointOverride, at);
    expect(Object.keys(properties)).toEqual(['service', 'instance', 'draining', 'denied', 'weight', 'reason']);
    expect(required).toEqual(Object.keys(properties));
    expect(properties['draining']).toMatchObject({ type: 'boolean' });
  });
});
