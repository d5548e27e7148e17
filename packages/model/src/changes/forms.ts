import type { JsonObject, Kind } from '../kind.ts';
import type { ObjectSchema } from '../schema.ts';
import type { Change } from './change.ts';
import { changes } from './index.ts';

/**
 * The form a kind has at an API date: every change after that date, taken back one by one from the newest.
 * What is stored and decided is always the newest form; these functions stand at the edge alone.
 */

/** Whether the kind exists at this date; before it, its paths are not found. */
export const isKnownAt = (kind: Kind, date: string): boolean => kind.since <= date;

/** The schema that a spec has to fit at this date. The same value each time, so that a validator is compiled once. */
export function specSchemaAt(kind: Kind, date: string): ObjectSchema<JsonObject> {
  const taken = changesAfter(kind, date);
  if (taken.length === 0) return kind.spec;
  const known = schemas.get(kind) ?? new Map<string, ObjectSchema<JsonObject>>();
  schemas.set(kind, known);
  const schema = known.get(date) ?? taken.reduceRight<ObjectSchema<JsonObject>>((after, change) => change.before(after), kind.spec);
  known.set(date, schema);
  return schema;
}

/** A whole spec that fits the schema of `date`, in the newest form. */
export const specUp = (kind: Kind, date: string, spec: JsonObject): JsonObject =>
  changesAfter(kind, date).reduce((before, change) => change.up(before), spec);

/** A whole spec of the newest form, as it is shown at `date`. */
export const specDown = (kind: Kind, date: string, spec: JsonObject): JsonObject =>
  changesAfter(kind, date).reduceRight((after, change) => change.down(after), spec);

/** At most one for each kind and API date. */
const schemas = new WeakMap<Kind, Map<string, ObjectSchema<JsonObject>>>();

const changesAfter = (kind: Kind, date: string): readonly Change[] =>
  changes.filter(change => change.kind === kind.name && change.date > date);
