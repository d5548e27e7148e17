import type { Schema } from './schema.ts';

/** Which fields of a schema, at any depth, say nothing about what they mean, as JSON pointers into the schema. The tag of a choice speaks for itself. */
export function undescribed(schema: Schema, at = ''): string[] {
  const fields = Object.entries((schema['properties'] ?? {}) as Readonly<Record<string, Schema>>);
  const inner = (['items', 'additionalProperties'] as const).filter(keyword => typeof schema[keyword] === 'object');
  return [
    ...fields.flatMap(([name, field]) => [
      ...('const' in field || isWorded(field) ? [] : [`${at}/properties/${name}`]),
      ...undescribed(field, `${at}/properties/${name}`),
    ]),
    ...inner.flatMap(keyword => undescribed(schema[keyword] as Schema, `${at}/${keyword}`)),
    ...((schema['oneOf'] ?? []) as readonly Schema[]).flatMap((one, i) => undescribed(one, `${at}/oneOf/${i}`)),
  ];
}

const isWorded = ({ description }: Schema): boolean => typeof description === 'string' && description.trim() !== '';
