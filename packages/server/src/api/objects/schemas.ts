import { int, list, nullable, object, OBJECT_NAME, optional, specDown, specSchemaAt, text, type Kind, type Schema } from '@miko/model';

/** The bodies and answers of a kind's operations, in the form of an API date. The same value each time: a validator is compiled once. */
export const createSchema = once((kind, apiDate) => object({
  name: nameSchema(`Unique where the ${words(kind)} lies, never changed`), spec: specSchemaAt(kind, apiDate),
}));

export const replaceSchema = once((kind, apiDate) => object({ spec: specSchemaAt(kind, apiDate) }));

export const objectSchema = once((kind, apiDate) => object({
  id: text({ min: 30, max: 30, pattern: `^${kind.idPrefix}_[0-9a-z]{26}$`, description: 'Given by Miko, never used again' }),
  kind: { const: kind.name, description: 'What it is' },
  name: nameSchema('Unique where it lies'),
  project: nullable(nameSchema('The project it lies in; null: it is of the whole fleet')),
  revision: int({ min: 0, max: Number.MAX_SAFE_INTEGER, description: 'Of its spec' }),
  created_at: timeSchema('When it was made'),
  updated_at: timeSchema('When its spec was last changed'),
  spec: specSchemaAt(kind, apiDate),
  status: kind.status.schema,
  ...(kind.issuesSecret ? { secret: optional(text({ max: 100, description: 'Shown once, in the answer that makes it' })) } : {}),
}));

export const listSchema = once((kind, apiDate) => object({
  items: list(objectSchema(kind, apiDate), { max: kind.limits.page }),
  next_page_token: nullable(text({ max: 2_048, description: 'Gets the next page; null: this was the last' })),
}));

/** A body that creates one. */
export const exampleOf = (kind: Kind, kinds: readonly Kind[], apiDate: string) => ({
  name: kind.names?.(kinds)[0] ?? `${kind.name.replaceAll('_', '-')}-1`, spec: specDown(kind, apiDate, kind.example(1)),
});

const nameSchema = (description: string) => text({ min: 1, max: 63, pattern: OBJECT_NAME, description });
const timeSchema = (description: string) => text({ min: 24, max: 24, pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}\\.\\d{3}Z$', description });
export const words = (kind: Kind): string => kind.name.replaceAll('_', ' ');

function once<S extends Schema>(make: (kind: Kind, apiDate: string) => S): (kind: Kind, apiDate: string) => S {
  const made = new WeakMap<Kind, Map<string, S>>();
  return (kind, apiDate) => {
    const byDate = made.get(kind) ?? new Map<string, S>();
    made.set(kind, byDate);
    const schema = byDate.get(apiDate) ?? make(kind, apiDate);
    byDate.set(apiDate, schema);
    return schema;
  };
}
