import type { Schema } from '@miko/model';
import type { RuleId } from './rules.ts';
import { typesOf } from './variation.ts';

/** A document with one thing wrong, and where a refusal has to point. */
export interface Fault {
  readonly rule: RuleId;
  readonly what: string;
  readonly document: unknown;
  readonly pointer: string;
  /** The rule it breaks in the answer's own word, where only one can be meant. */
  readonly code: string | null;
}

/** Every way in which a document may break its schema, each alone, made from one that fits. */
export function faultsOf(schema: Schema, good: unknown): Fault[] {
  return breaksOf(schema, good, '').map(({ rule, what, pointer, code, change }) => ({
    rule, pointer, code, what: `${pointer === '' ? 'the body' : pointer} ${what}`, document: change(good),
  }));
}

/** One value of each JSON type. */
const oneOfEach = { string: 'text', integer: 7, number: 7.5, boolean: true, object: { a: 1 }, array: [1], null: null } as const;
type JsonType = keyof typeof oneOfEach;

interface Break extends Omit<Fault, 'document'> {
  readonly change: (good: unknown) => unknown;
}

function breaksOf(schema: Schema, good: unknown, pointer: string): Break[] {
  if ('const' in schema) return [];
  const put = (rule: RuleId, what: string, value: unknown): Break => ({ rule, what, pointer, code: null, change: () => value });
  const types = typesOf(schema) as readonly JsonType[];
  const wrong = (Object.keys(oneOfEach) as JsonType[])
    .filter(type => !types.includes(type) && !(type === 'integer' && types.includes('number')))
    .map(type => put('field-type', `is ${type === 'null' ? 'null' : `a ${type}`}`, oneOfEach[type]));
  return [...wrong, ...beyondBounds(schema, put), ...insides(schema, good, pointer)];
}

function beyondBounds(schema: Schema, put: (rule: RuleId, what: string, value: unknown) => Break): Break[] {
  const breaks: Break[] = [];
  const beyond = (keyword: string, make: (bound: number) => unknown): void => {
    const bound = schema[keyword];
    if (typeof bound === 'number' && !(keyword === 'minLength' && bound === 0)) breaks.push(put('field-bounds', `is beyond its ${keyword}`, make(bound)));
  };
  if (schema['enum'] !== undefined) breaks.push(put('field-bounds', 'is none of the known values', 'nobody-knows'));
  if (typeof schema['pattern'] === 'string') breaks.push(put('field-bounds', 'does not fit its pattern', '\u007f \u007f'));
  if (schema['uniqueItems'] === true) breaks.push(put('field-bounds', 'holds the same twice', ['twice', 'twice']));
  beyond('minimum', bound => bound - 1);
  beyond('maximum', bound => bound + 1);
  beyond('minLength', bound => 'x'.repeat(bound - 1));
  beyond('maxLength', bound => 'x'.repeat(bound + 1));
  beyond('maxItems', bound => Array.from({ length: bound + 1 }, (_, i) => `t${i}`));
  beyond('maxProperties', bound => Object.fromEntries(Array.from({ length: bound + 1 }, (_, i) => [`k${i}`, 'v'])));
  return breaks;
}

/** What may be wrong inside: of an object, a map, a list, a union. Looked for only where the good document holds one. */
function insides(schema: Schema, good: unknown, pointer: string): Break[] {
  if (Array.isArray(good)) return good.length === 0 ? [] : within(schema['items'] as Schema, good, '0', pointer);
  if (typeof good !== 'object' || good === null) return [];
  const document = good as Readonly<Record<string, unknown>>;
  const cases = schema['oneOf'] as readonly Schema[] | undefined;
  if (cases !== undefined) return insides(caseOf(schema, cases, document), good, pointer);
  const fields = schema['properties'] as Readonly<Record<string, Schema>> | undefined;
  if (fields === undefined) return insideMap(schema, document, pointer);
  const required = ((schema['required'] ?? []) as readonly string[]).map((name): Break => ({
    rule: 'field-required', what: 'is missing', pointer: `${pointer}/${name}`, code: 'required', change: good => without(good, name),
  }));
  const unknown: Break = {
    rule: 'field-unknown', what: 'is not declared', pointer: `${pointer}/not_declared`, code: 'unknown_field', change: good => ({ ...(good as object), not_declared: 1 }),
  };
  return [...required, unknown, ...Object.entries(fields).flatMap(([name, field]) => within(field, document, name, pointer))];
}

function insideMap(schema: Schema, good: Readonly<Record<string, unknown>>, pointer: string): Break[] {
  const values = schema['additionalProperties'];
  if (typeof values !== 'object' || values === null) return [];
  const bad: Break = { rule: 'field-bounds', what: 'has a name that does not fit', pointer: `${pointer}/ bad `, code: null, change: good => ({ ...(good as object), ' bad ': Object.values(good as object)[0] ?? 'v' }) };
  const [first] = Object.keys(good);
  return [bad, ...(first === undefined ? [] : within(values as Schema, good, first, pointer))];
}

function within(schema: Schema, good: object, name: string, pointer: string): Break[] {
  const inner = (good as Readonly<Record<string, unknown>>)[name];
  return breaksOf(schema, inner, `${pointer}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`).map(one => ({
    ...one,
    change: outer => {
      const copy = structuredClone(outer) as Record<string, unknown>;
      copy[name] = one.change(copy[name]);
      return copy;
    },
  }));
}

/** The case of a union that the document is of: the one whose tag is the same constant. */
function caseOf(schema: Schema, cases: readonly Schema[], good: Readonly<Record<string, unknown>>): Schema {
  const tag = (schema['discriminator'] as { propertyName: string }).propertyName;
  return cases.find(one => (one['properties'] as Readonly<Record<string, Schema>>)[tag]?.['const'] === good[tag]) ?? cases[0]!;
}

const without = (good: unknown, name: string): unknown => Object.fromEntries(Object.entries(good as object).filter(([field]) => field !== name));
