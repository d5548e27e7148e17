import type { JsonObject, Schema } from '@miko/model';

/**
 * A spec with its fields in the order in which its schema declares them, and the keys of maps sorted. The database keeps
 * no order of its own, and a strong ETag stands for the same bytes each time (RFC 9110, section 8.8.1).
 */
export const inOrder = (schema: Schema, spec: JsonObject): JsonObject => ordered(schema, spec) as JsonObject;

function ordered(schema: Schema | undefined, value: unknown): unknown {
  if (Array.isArray(value)) return value.map(item => ordered(schema?.['items'] as Schema | undefined, item));
  if (typeof value !== 'object' || value === null) return value;
  const fields = schema?.['properties'] as Readonly<Record<string, Schema>> | undefined;
  const given = value as JsonObject;
  // Of a union every case declares its own fields; by name they have one order as well.
  const names = fields === undefined ? Object.keys(given).toSorted() : Object.keys(fields).filter(name => Object.hasOwn(given, name));
  return Object.fromEntries(names.map(name => [name, ordered(fields?.[name], given[name])]));
}
