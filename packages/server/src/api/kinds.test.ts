import { apiDates, isKnownAt, jsonPatchSchema, kinds, newestApiDate, Problem, specDown, specSchemaAt, specUp, type Schema } from '@miko/model';
import { describe, expect, it } from 'vitest';
import { checked } from './check.ts';

/** What the kinds promise, held against the validator that callers meet. */
const findings = (schema: Schema, value: unknown): [string, string][] => {
  try {
    checked(schema, value);
  } catch (error) {
    if (error instanceof Problem && error.code === 'invalid_request') return error.flaws.map(flaw => [flaw.pointer, flaw.code]);
    throw error;
  }
  return [];
};
const forms = kinds.flatMap(kind => apiDates.filter(date => isKnownAt(kind, date)).map(date => [kind.name, date, kind] as const));

describe.each(forms)('%s at the API date %s', (_, date, kind) => {
  const schema = specSchemaAt(kind, date);
  const examples = [1, 2, 77].map(n => specDown(kind, date, kind.example(n)));

  it('has examples that fit it, and fit the newest form once they are brought there', () => {
    for (const example of examples) {
      expect(checked(schema, example)).toBe(example);
      expect(findings(kind.spec, specUp(kind, date, example))).toEqual([]);
    }
  });

  it('gives each its first status, which fits too', () => {
    for (const example of examples) expect(findings(kind.status.schema, kind.status.initial(specUp(kind, date, example), { apiDate: date }))).toEqual([]);
  });

  it('takes null where its schema has it, and nowhere else', () => {
    for (const [field, { type }] of Object.entries(schema.properties)) {
      const found = findings(schema, { ...examples[0], [field]: null }).map(([pointer]) => pointer);
      expect(found).toEqual(Array.isArray(type) && type.includes('null') ? [] : [`/${field}`]);
    }
  });

  it('refuses every field that is not of this date, and misses every one that is', () => {
    const example = examples[0]!;
    const foreign = Object.entries(kind.example(1)).filter(([field]) => !(field in schema.properties));
    for (const [field, value] of [...foreign, ['extra', 1] as const]) expect(findings(schema, { ...example, [field]: value })).toEqual([[`/${field}`, 'unknown_field']]);
    for (const field of Object.keys(schema.properties)) {
      expect(findings(schema, Object.fromEntries(Object.entries(example).filter(([name]) => name !== field)))).toEqual([[`/${field}`, 'required']]);
    }
  });
});

it('the one form that changed refuses the names of the other', () => {
  const override = kinds.find(kind => kind.name === 'endpoint_override')!;
  const [older, newer] = [specDown(override, '2026-11-01', override.example(1)), override.example(1)];
  const byPointer = (found: [string, string][]) => found.toSorted(([a], [b]) => (a < b ? -1 : 1));
  expect(byPointer(findings(specSchemaAt(override, '2026-11-01'), newer))).toEqual([['/denied', 'required'], ['/draining', 'required'], ['/state', 'unknown_field']]);
  expect(byPointer(findings(specSchemaAt(override, newestApiDate), older))).toEqual([['/denied', 'unknown_field'], ['/draining', 'unknown_field'], ['/state', 'required']]);
});

describe('the schema of a JSON patch, as documents show it', () => {
  it.each<[string, unknown, [string, string][]]>([
    ['each operation', [
      { op: 'add', path: '/a', value: null }, { op: 'replace', path: '', value: {} }, { op: 'test', path: '/~0~1', value: [1] },
      { op: 'remove', path: '/' }, { op: 'move', path: '/a', from: '/b' }, { op: 'copy', path: '/a', from: '' },
    ], []],
    ['members it does not name', [{ op: 'remove', path: '/a', value: 1, why: 'because' }], []],
    ['no operation', [{ path: '/a' }], [['/0/op', 'required']]],
    ['an unknown operation', [{ op: 'merge', path: '/a' }], [['/0/op', 'not_one_of']]],
    ['no value', [{ op: 'add', path: '/a' }], [['/0/value', 'required']]],
    ['no source', [{ op: 'move', path: '/a' }], [['/0/from', 'required']]],
    ['a path that is no pointer', [{ op: 'remove', path: 'a~' }], [['/0/path', 'pattern']]],
    ['too many', Array.from({ length: 101 }, () => ({ op: 'remove', path: '/a' })), [['', 'too_many']]],
    ['no list', {}, [['', 'type']]],
  ])('%s', (_, patch, expected) => {
    expect(findings(jsonPatchSchema, patch)).toEqual(expected);
  });
});
