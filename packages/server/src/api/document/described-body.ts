import { isDeepStrictEqual } from 'node:util';
import { list, object, oneOf, optional, specDown, specSchemaAt, text, type Kind, type Schema } from '@miko/model';
import type { Operation } from '../operation.ts';
import { each, plainSchema, type Json, type Showing } from './plain-schema.ts';

/** The body of a request in each media type that is taken, with an example that works; null: none is taken. */
export function describedBody(operation: Operation, apiDate: string, showing: Showing): Json | null {
  const { method, kind, mediaTypes } = operation;
  if (method === 'GET' || method === 'DELETE') return null;
  if (kind !== null && operation.verb === 'patch') return { required: true, content: patches(kind, apiDate, showing) };
  const schema = operation.body(apiDate);
  // A call without a body may send an empty object, and need not.
  if (schema === null) return null;
  const [mediaType] = mediaTypes as readonly [string];
  const shown = plainSchema(schema, showing);
  return { required: true, content: { [mediaType]: { schema: mediaType.endsWith('ndjson') ? linesOf(shown) : shown, example: operation.example(apiDate) } } };
}

/** NDJSON: a text whose lines each fit the schema. */
export const linesOf = (line: Json): Json => ({ type: 'string', description: 'One JSON value a line.', contentMediaType: 'application/x-ndjson', contentSchema: line });

const mergeWords = 'What stands here takes the place of what is; what is left out stays; null takes an entry out of a map, and is a value where a field may be null.';

function patches(kind: Kind, apiDate: string, showing: Showing): Json {
  const spec = specSchemaAt(kind, apiDate);
  const changed = changedField(kind, apiDate);
  const path = `/spec/${changed.field}`;
  return {
    'application/merge-patch+json': {
      schema: {
        type: 'object', additionalProperties: false,
        properties: { spec: { type: 'object', description: mergeWords, additionalProperties: false, properties: partial(spec.properties, showing) } },
      },
      example: { spec: { [changed.field]: changed.value } },
    },
    'application/json-patch+json': {
      schema: showing.hoist('JsonPatch', () => plainSchema(jsonPatchSchema, { ...showing, side: 'answer' })),
      example: [{ op: 'test', path, value: changed.before }, { op: 'replace', path, value: changed.value }],
    },
  };
}

/** Each field may be left out, and null takes an entry out of a map: the whole that comes out of it is what is checked. */
function partial(properties: Readonly<Record<string, Schema>>, showing: Showing): Json {
  return each(properties, field => {
    const shown = plainSchema(field, showing);
    const entries = shown['additionalProperties'];
    return typeof entries === 'object' && entries !== null ? { ...shown, additionalProperties: nullable(entries as Json) } : shown;
  });
}

const nullable = (schema: Json): Json => ({ ...schema, type: [schema['type'], 'null'] });

/** A field that an update may change, as the first example has it and as the second does; the same where none differs. */
function changedField(kind: Kind, apiDate: string): { field: string; before: unknown; value: unknown } {
  const [before, after] = [specDown(kind, apiDate, kind.example(1)), specDown(kind, apiDate, kind.example(2))];
  const free = Object.keys(before).filter(field => !kind.frozen.includes(field));
  const field = free.find(name => !isDeepStrictEqual(before[name], after[name])) ?? free[0]!;
  return { field, before: before[field], value: after[field] };
}

const pointer = text({ max: 500, description: 'A JSON Pointer; paths begin with /spec' });
const jsonPatchSchema = list(object({
  op: oneOf('add', 'remove', 'replace', 'move', 'copy', 'test'),
  path: pointer,
  from: optional(pointer),
  value: optional({ description: 'Any JSON' }),
}), { max: 100, description: 'RFC 6902: all operations, or none of them.' });

