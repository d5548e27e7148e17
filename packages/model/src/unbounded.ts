import type { Schema } from './schema.ts';

/**
 * Where a schema lets in a string, list, map or number without an upper bound, as JSON pointers into the schema.
 * A schema it cannot judge (a reference, a missing type) counts as unbounded: nothing is taken on trust.
 */
export function unbounded(schema: Schema, at = ''): string[] {
  if ('const' in schema || 'enum' in schema) return [];
  if (Array.isArray(schema['oneOf'])) return (schema['oneOf'] as Schema[]).flatMap((one, i) => unbounded(one, `${at}/oneOf/${i}`));
  const types = (Array.isArray(schema.type) ? schema.type : [schema.type]).filter(type => type !== 'null' && type !== 'boolean');
  return types.flatMap(type => boundsOf(type as string | undefined, schema, at));
}

function boundsOf(type: string | undefined, schema: Schema, at: string): string[] {
  const missing = (...bounds: string[]) => bounds.filter(bound => typeof schema[bound] !== 'number').map(bound => `${at}: no ${bound}`);
  if (type === 'string') return missing('maxLength');
  if (type === 'integer') return missing('minimum', 'maximum');
  if (type === 'array') return [...missing('maxItems'), ...unbounded((schema['items'] ?? {}) as Schema, `${at}/items`)];
  if (type !== 'object') return [`${at}: no type`];
  const fields = Object.entries((schema['properties'] ?? {}) as Readonly<Record<string, Schema>>).flatMap(([name, field]) => unbounded(field, `${at}/properties/${name}`));
  if (schema['additionalProperties'] === false) return fields;
  return [
    ...fields, ...missing('maxProperties'),
    ...unbounded((schema['propertyNames'] ?? {}) as Schema, `${at}/propertyNames`),
    ...unbounded((schema['additionalProperties'] ?? {}) as Schema, `${at}/additionalProperties`),
  ];
}
