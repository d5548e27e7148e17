/** JSON values as `JSON.parse` makes them: what is an object, and which two are the same (RFC 6902, section 4.6). */

export type JsonMap = { readonly [name: string]: unknown };

/** Neither null nor a list. */
export const isJsonMap = (value: unknown): value is JsonMap => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Whether two are the same: numbers by value, lists in order, objects whatever the order of their names. */
export function equalJson(a: unknown, b: unknown): boolean {
  if (Object.is(a, b) || a === b) return true;
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((item, i) => equalJson(item, b[i]));
  if (!isJsonMap(a) || !isJsonMap(b)) return false;
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every(name => Object.hasOwn(b, name) && equalJson(a[name], b[name]));
}
