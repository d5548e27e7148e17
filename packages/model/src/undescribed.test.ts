import { describe, expect, it } from 'vitest';
import { healthReportSchema, registrationSchema } from './endpoint.ts';
import { jsonPatchSchema } from './patch-operations.ts';
import { bool, choice, described, int, list, map, nullable, object, oneOf, optional, text, type Schema } from './schema.ts';
import { renewalLineSchema, renewalSchema, sessionSchema } from './session.ts';
import { undescribed } from './undescribed.ts';

it.each<[string, Schema]>([
  ['a registration', registrationSchema], ['a health report', healthReportSchema], ['a session', sessionSchema],
  ['a renewal', renewalSchema], ['a line of renewals', renewalLineSchema], ['a JSON patch', jsonPatchSchema],
])('%s says of every field what it means', (_, schema) => {
  expect(undescribed(schema)).toEqual([]);
});

describe('a field without a description is found, however deep', () => {
  it.each<[string, Schema, string[]]>([
    ['a field', object({ a: bool() }), ['/properties/a']],
    ['an empty one', object({ a: bool({ description: ' ' }) }), ['/properties/a']],
    ['an optional field', object({ a: optional(bool()) }), ['/properties/a']],
    ['a field of a field', object({ a: described('A', object({ b: bool() })) }), ['/properties/a/properties/b']],
    ['a case of a choice, not its tag', choice('type', { http: { path: text({ max: 1 }) } }), ['/oneOf/0/properties/path']],
    ['an item of a list', list(object({ a: bool() }), { max: 1 }), ['/items/properties/a']],
    ['a value of a map', map(object({ a: bool() }), { keys: '^', max: 1 }), ['/additionalProperties/properties/a']],
  ])('%s', (_, schema, found) => {
    expect(undescribed(schema)).toEqual(found);
  });
});

it('every builder takes one, and null keeps it', () => {
  const description = 'What it means';
  const fields = {
    a: text({ max: 1, description }), b: int({ min: 0, max: 1, description }), c: bool({ description }), d: list(bool(), { max: 1, description }),
    e: map(bool(), { keys: '^', max: 1, description }), f: described(description, oneOf('x')), g: described(description, choice('type', { a: {} })),
  };
  expect(undescribed(object(fields))).toEqual([]);
  expect(undescribed(object(Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, nullable(field as Schema)]))))).toEqual([]);
  expect(undescribed(object({ a: optional(fields.a), b: optional(nullable(fields.f)) }))).toEqual([]);
});
