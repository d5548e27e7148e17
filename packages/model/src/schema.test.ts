import { describe, expect, it } from 'vitest';
import { bool, choice, int, list, map, nullable, object, oneOf, optional, text } from './schema.ts';

describe('schema builders make plain JSON Schema 2020-12', () => {
  it('text: bounds always, pattern and description where given', () => {
    expect(text({ max: 5 })).toEqual({ type: 'string', minLength: 0, maxLength: 5 });
    expect(text({ min: 1, max: 5, pattern: '^a', description: 'a word' })).toEqual({ type: 'string', minLength: 1, maxLength: 5, pattern: '^a', description: 'a word' });
  });

  it('int: whole numbers between two bounds', () => {
    expect(int({ min: 1, max: 9 })).toEqual({ type: 'integer', minimum: 1, maximum: 9 });
    expect(int({ min: 1, max: 9, description: 'a digit' })).toMatchObject({ description: 'a digit' });
  });

  it('bool and oneOf', () => {
    expect(bool()).toEqual({ type: 'boolean' });
    expect(oneOf('a', 'b')).toEqual({ type: 'string', enum: ['a', 'b'] });
  });

  it('list and map: bounded, and what they hold', () => {
    expect(list(bool(), { max: 3 })).toEqual({ type: 'array', items: { type: 'boolean' }, maxItems: 3, uniqueItems: false });
    expect(list(bool(), { max: 3, unique: true })).toMatchObject({ uniqueItems: true });
    expect(map(bool(), { keys: '^k', max: 3 })).toEqual({
      type: 'object', propertyNames: { type: 'string', pattern: '^k', maxLength: 256 }, additionalProperties: { type: 'boolean' }, maxProperties: 3,
    });
  });

  it('nullable: null beside the type, and among the values of an enum', () => {
    expect(nullable(int({ min: 0, max: 1 }))).toEqual({ type: ['integer', 'null'], minimum: 0, maximum: 1 });
    expect(nullable(oneOf('a'))).toEqual({ type: ['string', 'null'], enum: ['a', null] });
    expect(nullable(choice('type', { a: {} }))).toMatchObject({ type: ['object', 'null'], discriminator: { propertyName: 'type' } });
  });

  it('object: closed, and every field required unless it is said to be optional', () => {
    expect(object({ a: bool(), b: optional(bool()), c: nullable(bool()) })).toEqual({
      type: 'object', properties: { a: { type: 'boolean' }, b: { type: 'boolean' }, c: { type: ['boolean', 'null'] } }, required: ['a', 'c'], additionalProperties: false,
    });
    expect(object({})).toEqual({ type: 'object', properties: {}, required: [], additionalProperties: false });
  });

  it('choice: told apart by the tag, each case closed', () => {
    expect(choice('type', { tcp: {}, ttl: { ttl_ms: int({ min: 1, max: 2 }), note: optional(bool()) } })).toEqual({
      type: 'object', discriminator: { propertyName: 'type' }, required: ['type'],
      oneOf: [
        { type: 'object', properties: { type: { const: 'tcp' } }, required: ['type'], additionalProperties: false },
        {
          type: 'object', properties: { type: { const: 'ttl' }, ttl_ms: { type: 'integer', minimum: 1, maximum: 2 }, note: { type: 'boolean' } },
          required: ['type', 'ttl_ms'], additionalProperties: false,
        },
      ],
    });
  });
});
