import { isJsonMap } from './json-equal.ts';
import type { Schema } from './schema.ts';

/**
 * JSON Merge Patch (RFC 7396): what the patch holds replaces what is there, null removes it, lists are replaced whole.
 * Neither argument is changed. No deeper than the patch is: whoever parsed it has bounded its depth.
 */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isJsonMap(patch)) return patch;
  const before = isJsonMap(target) ? target : {};
  const kept = Object.entries(before).filter(([name]) => !Object.hasOwn(patch, name) || patch[name] !== null);
  const merged = new Map(kept);
  for (const [name, value] of Object.entries(patch)) {
    if (value !== null) merged.set(name, mergePatch(Object.hasOwn(before, name) ? before[name] : undefined, value));
  }
  // Built from entries, so that `__proto__` is a name like any other.
  return Object.fromEntries(merged);
}

/**
 * In a merge patch null removes; a field that is required and may be null is thereby set to null. What else was removed
 * stays away: the keys of maps, optional fields, and required fields that have no null, which the schema then misses.
 */
export function cleared(schema: Schema, merged: unknown): unknown {
  if (!isJsonMap(merged)) return merged;
  const form = caseOf(schema, merged);
  const fields = (form['properties'] ?? {}) as Readonly<Record<string, Schema>>;
  const others = isJsonMap(form['additionalProperties']) ? form['additionalProperties'] : {};
  const present = Object.entries(merged).map(([name, value]) => [name, cleared(Object.hasOwn(fields, name) ? fields[name]! : others, value)] as const);
  const absent = ((form['required'] ?? []) as readonly string[]).filter(name => !Object.hasOwn(merged, name) && mayBeNull(fields[name]));
  return Object.fromEntries([...present, ...absent.map(name => [name, null] as const)]);
}

/** Of a choice, the case that its tag names; where it names none, one without fields. */
function caseOf(schema: Schema, value: Readonly<Record<string, unknown>>): Schema {
  if (!Array.isArray(schema['oneOf'])) return schema;
  const { propertyName: tag } = schema['discriminator'] as { readonly propertyName: string };
  const cases = schema['oneOf'] as readonly { readonly properties: Readonly<Record<string, Schema>> }[];
  return cases.find(one => Object.hasOwn(value, tag) && one.properties[tag]?.['const'] === value[tag]) ?? {};
}

const mayBeNull = (field: Schema | undefined): boolean => Array.isArray(field?.type) && field.type.includes('null');
