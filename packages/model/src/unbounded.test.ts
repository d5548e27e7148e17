import { describe, expect, it } from 'vitest';
import { healthReportSchema, registrationSchema } from './endpoint.ts';
import { kinds } from './kinds/index.ts';
import { bool, choice, int, list, map, nullable, object, oneOf, optional, text, type Schema } from './schema.ts';
import { renewalLineSchema, renewalSchema, sessionSchema } from './session.ts';
import { unbounded } from './unbounded.ts';

const schemas: readonly (readonly [string, Schema])[] = [
  ...kinds.flatMap(kind => [[`the spec of ${kind.name}`, kind.spec], [`the status of ${kind.name}`, kind.status.schema]] as const),
  ['a registration', registrationSchema], ['a health report', healthReportSchema],
  ['a session', sessionSchema], ['a renewal', renewalSchema], ['a line of renewals', renewalLineSchema],
];

describe('every string, list, map and number that a schema lets in has a bound', () => {
  it.each(schemas)('%s', (_, schema) => {
    expect(unbounded(schema)).toEqual([]);
  });
});

describe('what is unbounded is found, however deep', () => {
  it.each<[string, Schema, string[]]>([
    ['a string', { type: 'string' }, [': no maxLength']],
    ['an integer', { type: 'integer', maximum: 3 }, [': no minimum']],
    ['a number that need not be whole', { type: 'number', minimum: 0, maximum: 1 }, [': no type']],
    ['a list', { type: 'array', items: bool() }, [': no maxItems']],
    ['a list of anything', { type: 'array', maxItems: 1 }, ['/items: no type']],
    ['a map', { type: 'object', propertyNames: text({ max: 1 }), additionalProperties: bool() }, [': no maxProperties']],
    ['the keys of a map', { type: 'object', maxProperties: 1, propertyNames: { type: 'string' }, additionalProperties: bool() }, ['/propertyNames: no maxLength']],
    ['an open object', { type: 'object', properties: {} }, [': no maxProperties', '/propertyNames: no type', '/additionalProperties: no type']],
    ['a field of a field', object({ a: object({ b: { type: 'string' } }) }), ['/properties/a/properties/b: no maxLength']],
    ['a nullable field', object({ a: nullable({ type: 'string' }) }), ['/properties/a: no maxLength']],
    ['a case of a choice', choice('type', { a: { b: { type: 'string' } } }), ['/oneOf/0/properties/b: no maxLength']],
    ['the items of a list in a map', map(list({ type: 'string' }, { max: 1 }), { keys: '^', max: 1 }), ['/additionalProperties/items: no maxLength']],
    ['a reference', { $ref: '#/elsewhere' }, [': no type']],
  ])('%s', (_, schema, found) => {
    expect(unbounded(schema)).toEqual(found);
  });

  it('and what is bounded is not', () => {
    const all = object({ a: text({ max: 1 }), b: int({ min: 0, max: 1 }), c: oneOf('x'), d: bool(), e: optional(list(bool(), { max: 1 })), f: map(bool(), { keys: '^', max: 1 }), g: nullable(choice('t', { u: {} })) });
    expect(unbounded(all)).toEqual([]);
  });
});
