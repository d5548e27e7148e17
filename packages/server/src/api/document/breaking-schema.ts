import { isDeepStrictEqual } from 'node:util';
import { isSchema, propertiesOf, textOf } from './document-parts.ts';
import type { Json, Side } from './plain-schema.ts';

/**
 * What of a schema's change breaks callers, over the part of JSON Schema that Miko's documents use. A request must go on
 * being taken: nothing may become narrower. An answer must go on being understood: what was there stays, of its type.
 * An answer may grow fields, values and bounds, for callers pass over what they do not know. References are written out before.
 */
export const schemaRules = [
  'type_changed', 'field_removed', 'field_now_required', 'field_now_optional', 'value_removed', 'bound_narrowed', 'pattern_changed', 'case_removed', 'closed',
] as const;
export type SchemaRule = (typeof schemaRules)[number];

export interface SchemaFinding {
  readonly rule: SchemaRule;
  /** In the schema: `/spec/labels/*`, with `[]` for what a list holds and `*` for what a map does. */
  readonly at: string;
  readonly text: string;
}

export function breakingSchema(before: Json, after: Json, side: Side, at = ''): SchemaFinding[] {
  const [was, is] = [merged(before), merged(after)];
  if (isDeepStrictEqual(was, is)) return [];
  const casesWere = casesOf(was);
  if (casesWere !== null || casesOf(is) !== null) return cases(casesWere ?? [was], casesOf(is) ?? [is], side, at);
  return [
    ...types(was, is, side, at), ...values(was, is, at), ...(side === 'request' ? [...bounds(was, is, at), ...pattern(was, is, at)] : []),
    ...fields(was, is, side, at), ...inner(was, is, side, at),
  ];
}

function types(was: Json, is: Json, side: Side, at: string): SchemaFinding[] {
  const [before, after] = [typesOf(was), typesOf(is)];
  const [narrow, wide] = side === 'request' ? [before, after] : [after, before];
  const missing = wide === null ? [] : narrow === null ? ['any'] : narrow.filter(type => !wide.includes(type) && !(type === 'integer' && wide.includes('number')));
  return missing.length === 0 ? [] : [{ rule: 'type_changed', at, text: `was ${said(before)}, is ${said(after)}` }];
}

/** A value that goes is missed on both sides: sent, it is refused; waited for, it never comes. */
function values(was: Json, is: Json, at: string): SchemaFinding[] {
  const [before, after] = [valuesOf(was), valuesOf(is)];
  if (after === null) return [];
  if (before === null) return [{ rule: 'value_removed', at, text: `takes but ${after.map(value => JSON.stringify(value)).join(', ')}` }];
  const gone = before.filter(value => !after.includes(value));
  return gone.length === 0 ? [] : [{ rule: 'value_removed', at, text: `${gone.map(value => JSON.stringify(value)).join(', ')} is gone` }];
}

const lowest = ['minLength', 'minimum', 'minItems', 'minProperties'];
const highest = ['maxLength', 'maximum', 'maxItems', 'maxProperties'];

function bounds(was: Json, is: Json, at: string): SchemaFinding[] {
  const narrowed = (name: string, isNarrower: (before: number, after: number) => boolean, unbounded: number) => {
    const [before, after] = [(was[name] ?? unbounded) as number, (is[name] ?? unbounded) as number];
    return isNarrower(before, after) ? [{ rule: 'bound_narrowed' as const, at, text: `${name} was ${before}, is ${after}` }] : [];
  };
  return [
    ...lowest.flatMap(name => narrowed(name, (before, after) => after > before, name === 'minimum' ? -Infinity : 0)),
    ...highest.flatMap(name => narrowed(name, (before, after) => after < before, Infinity)),
    ...(is['uniqueItems'] === true && was['uniqueItems'] !== true ? [{ rule: 'bound_narrowed' as const, at, text: 'entries must now differ' }] : []),
  ];
}

/** Whether one pattern takes less than another is not decided here: any other one counts. */
function pattern(was: Json, is: Json, at: string): SchemaFinding[] {
  const text = (schema: Json) => `${textOf(schema['pattern'])} ${JSON.stringify(schema['propertyNames'] ?? {})}`;
  return (is['pattern'] === undefined && is['propertyNames'] === undefined) || text(was) === text(is) ? [] : [{ rule: 'pattern_changed', at, text: `was ${text(was)}, is ${text(is)}` }];
}

function fields(was: Json, is: Json, side: Side, at: string): SchemaFinding[] {
  const [before, after] = [propertiesOf(was), propertiesOf(is)];
  const [mustBefore, mustAfter] = [requiredOf(was), requiredOf(is)];
  const isClosed = is['additionalProperties'] === false;
  return [
    ...Object.entries(before).flatMap(([name, schema]): SchemaFinding[] => {
      const next = after[name];
      if (next !== undefined) return breakingSchema(schema, next, side, `${at}/${name}`);
      return side === 'answer' || isClosed ? [{ rule: 'field_removed', at: `${at}/${name}`, text: 'is gone' }] : [];
    }),
    ...(side === 'request' ? missing(mustAfter, mustBefore) : []).map((name): SchemaFinding => ({ rule: 'field_now_required', at: `${at}/${name}`, text: 'was not required' })),
    ...(side === 'answer' ? missing(mustBefore, mustAfter).filter(name => after[name] !== undefined) : [])
      .map((name): SchemaFinding => ({ rule: 'field_now_optional', at: `${at}/${name}`, text: 'was always there' })),
    ...(side === 'request' && isClosed && was['additionalProperties'] !== false && typesOf(was)?.includes('object') === true
      ? [{ rule: 'closed' as const, at, text: 'refuses fields it does not know, and did not' }] : []),
  ];
}

const missing = (names: readonly string[], from: readonly string[]): string[] => names.filter(name => !from.includes(name));

function inner(was: Json, is: Json, side: Side, at: string): SchemaFinding[] {
  const pairs = [['items', '/[]'], ['additionalProperties', '/*'], ['contentSchema', '']] as const;
  return pairs.flatMap(([name, step]) => (isSchema(was[name]) && isSchema(is[name]) ? breakingSchema(was[name], is[name], side, `${at}${step}`) : []));
}

/** Cases are told apart by the constant of their tag, or by their type; a case that goes is missed on both sides. */
function cases(before: readonly Json[], after: readonly Json[], side: Side, at: string): SchemaFinding[] {
  const [were, are] = [named(before), named(after)];
  const gone = [...were.keys()].filter(name => !are.has(name));
  const isNewNull = side === 'answer' && are.has('null') && !were.has('null');
  return [
    // An answer that is never null any more surprises nobody.
    ...gone.filter(name => name !== 'null' || side === 'request').map((name): SchemaFinding => ({ rule: 'case_removed', at, text: `${name} is gone` })),
    ...(isNewNull ? [{ rule: 'type_changed' as const, at, text: 'may now be null' }] : []),
    ...[...were].flatMap(([name, schema]) => (are.has(name) ? breakingSchema(schema, are.get(name)!, side, `${at}(${name})`) : [])),
  ];
}

function named(branches: readonly Json[]): Map<string, Json> {
  return new Map(branches.map(branch => {
    const schema = merged(branch);
    const tag = Object.entries(propertiesOf(schema)).find(([, field]) => field['const'] !== undefined);
    return [tag === undefined ? said(typesOf(schema)) : `${tag[0]}=${textOf(tag[1]['const'])}`, branch];
  }));
}

/** `allOf` as one schema: our documents only narrow values in it. */
function merged(schema: Json): Json {
  const parts = schema['allOf'] as readonly Json[] | undefined;
  if (parts === undefined) return schema;
  const { allOf: _parts, ...own } = schema;
  return parts.map(merged).reduce<Json>((all, part) => ({ ...all, ...part, properties: { ...propertiesOf(all), ...propertiesOf(part) } }), own);
}

const casesOf = (schema: Json): readonly Json[] | null => (schema['oneOf'] as readonly Json[] | undefined) ?? null;
const requiredOf = (schema: Json): readonly string[] => (schema['required'] ?? []) as readonly string[];
const valuesOf = (schema: Json): readonly unknown[] | null => ('const' in schema ? [schema['const']] : ((schema['enum'] as readonly unknown[] | undefined) ?? null));
/** Null: any type. */
const typesOf = ({ type }: Json): readonly string[] | null => (type === undefined ? null : Array.isArray(type) ? (type as readonly string[]) : [type as string]);
const said = (types: readonly string[] | null): string => (types === null ? 'any' : [...types].sort().join(' or '));
