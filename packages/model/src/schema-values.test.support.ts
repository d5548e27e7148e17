import fc from 'fast-check';
import type { JsonObject } from './kind.ts';
import type { ObjectSchema, Schema } from './schema.ts';

/** Any value that fits a schema, for properties that have to hold of all of them. */
export function valuesOf(schema: Schema): fc.Arbitrary<unknown> {
  if ('const' in schema) return fc.constant(schema['const']);
  const types = [schema.type].flat();
  const some = valuesOfType(types[0], schema);
  return types.includes('null') ? fc.oneof(fc.constant(null), some) : some;
}

export const specsOf = (schema: ObjectSchema): fc.Arbitrary<JsonObject> => valuesOf(schema) as fc.Arbitrary<JsonObject>;

function valuesOfType(type: string | undefined, schema: Schema): fc.Arbitrary<unknown> {
  const bound = (keyword: string) => schema[keyword] as number;
  if (Array.isArray(schema['enum'])) return fc.constantFrom(...(schema['enum'] as unknown[]));
  if (Array.isArray(schema['oneOf'])) return fc.oneof(...(schema['oneOf'] as Schema[]).map(valuesOf));
  if (type === 'boolean') return fc.boolean();
  if (type === 'integer') return fc.integer({ min: bound('minimum'), max: Math.min(bound('maximum'), Number.MAX_SAFE_INTEGER) });
  if (type === 'string') return texts(schema['pattern'] as string | undefined, bound('minLength'), bound('maxLength'));
  if (type === 'array') return fc.array(valuesOf(schema['items'] as Schema), { maxLength: Math.min(bound('maxItems'), 5) });
  if (typeof schema['additionalProperties'] === 'object') {
    const names = schema['propertyNames'] as { readonly pattern: string; readonly maxLength: number };
    return fc.dictionary(texts(names.pattern, 0, names.maxLength), valuesOf(schema['additionalProperties'] as Schema), { maxKeys: 5 });
  }
  const { properties, required } = schema as ObjectSchema;
  return fc.record(Object.fromEntries(Object.entries(properties).map(([name, field]) => [name, valuesOf(field)])), { requiredKeys: [...required], noNullPrototype: true });
}

function texts(pattern: string | undefined, minLength: number, maxLength: number): fc.Arbitrary<string> {
  if (pattern === undefined) return fc.string({ minLength, maxLength: Math.min(maxLength, 40) });
  return fc.stringMatching(new RegExp(pattern), { size: 'small' }).filter(text => text.length >= minLength && text.length <= maxLength);
}
