import type { Schema } from '@miko/model';

/**
 * Miko's schemas as an OpenAPI 3.1 document shows them: JSON Schema 2020-12, with what only Ajv needs left out.
 * A request refuses fields it does not know; an answer may grow fields, so there the document leaves objects open.
 */
export type Json = { readonly [name: string]: unknown };
export type Side = 'request' | 'answer';

/** Where a schema that has a name is put once; answers its `$ref`. */
export type Hoist = (name: string, build: () => Json) => Json;
/** The name a schema has in the document and the side it is shown for there; null: it stands where it is used. */
export type NameOf = (schema: Schema, side: Side) => { readonly name: string; readonly side: Side } | null;

export interface Showing {
  readonly side: Side;
  readonly nameOf: NameOf;
  readonly hoist: Hoist;
}

export function plainSchema(schema: Schema, showing: Showing): Json {
  const named = showing.nameOf(schema, showing.side);
  if (named === null) return unnamed(schema, showing);
  const { name, side } = named;
  if (!isNullable(schema)) return showing.hoist(name, () => unnamed(schema, { ...showing, side }));
  return { oneOf: [showing.hoist(name, () => unnamed(notNull(schema), { ...showing, side })), { type: 'null' }] };
}

function unnamed(schema: Schema, showing: Showing): Json {
  if (Array.isArray(schema['oneOf'])) return union(schema, schema['oneOf'] as readonly Schema[], showing);
  const { title: _name, minLength, uniqueItems, required, properties, items, additionalProperties, propertyNames, ...rest } = schema;
  return {
    ...('const' in schema && schema.type === undefined ? { type: 'string' } : {}),
    ...rest,
    ...(typeof minLength === 'number' && minLength > 0 ? { minLength } : {}),
    ...(uniqueItems === true ? { uniqueItems } : {}),
    ...(properties === undefined ? {} : { properties: each(properties as Readonly<Record<string, Schema>>, field => plainSchema(field, showing)) }),
    ...(Array.isArray(required) && required.length > 0 ? { required } : {}),
    ...(items === undefined ? {} : { items: plainSchema(items as Schema, showing) }),
    ...(propertyNames === undefined ? {} : { propertyNames }),
    ...further(additionalProperties, showing),
  };
}

/** The cases are told apart by their tag's constant; `discriminator` maps to named components alone, and these have no names. */
function union(schema: Schema, cases: readonly Schema[], showing: Showing): Json {
  const { description } = schema;
  const branches = cases.map(one => plainSchema(one, showing));
  return { ...(description === undefined ? {} : { description }), oneOf: isNullable(schema) ? [...branches, { type: 'null' }] : branches };
}

function further(additional: unknown, showing: Showing): Json {
  if (additional === undefined || typeof additional === 'boolean') return additional === false && showing.side === 'request' ? { additionalProperties: false } : {};
  return { additionalProperties: plainSchema(additional as Schema, showing) };
}

const isNullable = ({ type }: Schema): boolean => Array.isArray(type) && type.length > 1 && type.includes('null');
const notNull = (schema: Schema): Schema => ({ ...schema, type: (schema.type as readonly string[]).find(type => type !== 'null')! });

export const each = <T, U>(values: Readonly<Record<string, T>>, change: (value: T, name: string) => U): Record<string, U> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, change(value, name)]));
