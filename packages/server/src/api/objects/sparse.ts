import type { Flaw, JsonObject, Kind, ObjectSchema } from '@miko/model';
import { objectSchema } from './schemas.ts';

/**
 * `fields=name,spec.labels`: only these parts of each object, and always its id. A path leads through declared fields alone:
 * to an entry of a map or a list it does not go.
 */
export type Sparse = { readonly [field: string]: Sparse | 'whole' };

const MOST_PATHS = 100;

/** Null: the whole object. Findings go to `flaws`, naming the path. */
export function sparseOf(kind: Kind, paths: readonly string[] | undefined, apiDate: string, flaws: Flaw[]): Sparse | null {
  if (paths === undefined) return null;
  if (paths.length > MOST_PATHS) flaws.push({ pointer: 'fields', code: 'too_many', detail: `must not name more than ${MOST_PATHS}` });
  // A secret is in no list.
  const { secret: _secret, ...properties } = objectSchema(kind, apiDate).properties;
  const asked = [...new Set(paths)].slice(0, MOST_PATHS).map(path => path.split('.'));
  const unknown = asked.filter(path => !isField(properties, path));
  for (const path of unknown) flaws.push({ pointer: 'fields', code: 'unknown_field', detail: `${path.join('.').slice(0, 100)} is not a field here` });
  return unknown.length > 0 ? null : tree([['id'], ...asked]);
}

/** The parts of a value that are asked for, in its own order. */
export function picked(value: JsonObject, sparse: Sparse): JsonObject {
  return Object.fromEntries(Object.entries(value).flatMap(([name, inner]) => {
    const asked = Object.hasOwn(sparse, name) ? sparse[name]! : null;
    if (asked === null) return [];
    return [[name, asked === 'whole' || inner === null ? inner : picked(inner as JsonObject, asked)]];
  }));
}

function isField(properties: ObjectSchema['properties'], [name, ...rest]: readonly string[]): boolean {
  if (name === undefined || !Object.hasOwn(properties, name)) return false;
  const inner = properties[name]!['properties'] as ObjectSchema['properties'] | undefined;
  return rest.length === 0 || (inner !== undefined && isField(inner, rest));
}

function tree(paths: readonly (readonly string[])[]): Sparse {
  const heads = new Set(paths.map(([head]) => head!));
  return Object.fromEntries([...heads].map(head => {
    const rests = paths.filter(path => path[0] === head).map(path => path.slice(1));
    return [head, rests.some(rest => rest.length === 0) ? 'whole' : tree(rests)];
  }));
}
