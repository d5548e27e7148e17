import { ScenarioError } from './scenario-error.ts';

/** What a field of a scenario may hold; `?` behind it: it may be absent. */
export type FieldKind = 'text' | 'texts' | 'int' | 'bool' | 'map' | 'list' | 'any' | readonly string[];
export type Shape = Readonly<Record<string, FieldKind | readonly ['?', FieldKind]>>;

export const maybe = (kind: FieldKind): readonly ['?', FieldKind] => ['?', kind];

/** Checks that a value is a map of this shape and holds nothing else; throws a `ScenarioError` that names the field. */
export function checkShape(value: unknown, shape: Shape, at: string): asserts value is Readonly<Record<string, unknown>> {
  if (!isMap(value)) throw new ScenarioError(`${at} should be a map`);
  for (const name of Object.keys(value)) if (!(name in shape)) throw new ScenarioError(`${at}.${name} is no field here: there are ${Object.keys(shape).join(', ')}`);
  for (const [name, field] of Object.entries(shape)) {
    const isOptional = field[0] === '?';
    const kind = isOptional ? (field[1] as FieldKind) : (field as FieldKind);
    if (value[name] === undefined) {
      if (!isOptional) throw new ScenarioError(`${at}.${name} is missing`);
    } else if (!fits(value[name], kind)) throw new ScenarioError(`${at}.${name} should be ${typeof kind === 'string' ? wording[kind] : `one of ${kind.join(', ')}`}`);
  }
}

const wording: Readonly<Record<Extract<FieldKind, string>, string>> = {
  text: 'a text', texts: 'a list of texts', int: 'a whole number', bool: 'true or false', map: 'a map', list: 'a list', any: 'anything',
};

/** A reference (`$name.field`) stands for a value of any kind. */
function fits(value: unknown, kind: FieldKind): boolean {
  if (typeof value === 'string' && value.startsWith('$')) return true;
  if (typeof kind !== 'string') return kind.includes(value as string);
  if (kind === 'text') return typeof value === 'string';
  if (kind === 'texts') return Array.isArray(value) && value.every(item => typeof item === 'string');
  if (kind === 'int') return Number.isSafeInteger(value);
  if (kind === 'bool') return typeof value === 'boolean';
  if (kind === 'map') return isMap(value);
  return kind === 'any' || Array.isArray(value);
}

export const isMap = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null && !Array.isArray(value);
