import type { JsonObject, Kind, Schema } from '@miko/model';

/** A field that may change after creation, and a value for it that fits its schema and is not `value`. */
export interface Variation {
  readonly field: string;
  readonly value: unknown;
}

/** Every way to change one field of a spec, read from the schema: free text first, for it depends on nothing else. */
export function variationsOf(kind: Kind, spec: JsonObject, n = 1): Variation[] {
  return Object.entries(kind.spec.properties)
    .filter(([field]) => !kind.frozen.includes(field))
    .flatMap(([field, schema]): Variation[] => {
      const value = otherThan(spec[field], schema, n);
      return value === undefined ? [] : [{ field, value }];
    })
    .sort((a, b) => Number(typeof b.value === 'string') - Number(typeof a.value === 'string'));
}

/** The spec with one field changed; the same for the same `n`. */
export function varied(kind: Kind, spec: JsonObject, n = 1): JsonObject {
  const [first] = variationsOf(kind, spec, n);
  if (first === undefined) throw new Error(`${kind.name} has no field that may change`);
  return { ...spec, [first.field]: first.value };
}

/** A value that fits the schema and differs, or undefined where none is found. */
export function otherThan(value: unknown, schema: Schema, n = 1): unknown {
  const types = typesOf(schema);
  const values = schema['enum'] as readonly unknown[] | undefined;
  if (values !== undefined) return values.find(one => one !== value);
  if (types.includes('boolean')) return value !== true;
  if (types.includes('integer')) return [schema['minimum'] as number, schema['maximum'] as number].find(one => one !== value);
  if (types.includes('string')) return textOtherThan(value, schema, n);
  if (types.includes('array')) return (value as readonly unknown[] | null)?.length === 0 ? undefined : [];
  if (schema['additionalProperties'] !== undefined && typeof schema['additionalProperties'] === 'object') return mapOtherThan(value, schema, n);
  return undefined;
}

/** A text that a pattern of names lets in as well. */
function textOtherThan(value: unknown, schema: Schema, n: number): string | undefined {
  const text = `other-${n}`;
  const fits = (schema['pattern'] === undefined || new RegExp(schema['pattern'] as string).test(text)) && text.length <= (schema['maxLength'] as number);
  return fits && text !== value ? text : undefined;
}

function mapOtherThan(value: unknown, schema: Schema, n: number): unknown {
  const one = otherThan(undefined, schema['additionalProperties'] as Schema, n);
  return one === undefined || JSON.stringify(value) === JSON.stringify({ other: one }) ? {} : { other: one };
}

export const typesOf = (schema: Schema): readonly string[] => (schema.type === undefined ? [] : typeof schema.type === 'string' ? [schema.type] : schema.type);
