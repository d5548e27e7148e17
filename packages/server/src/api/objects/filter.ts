import { apiDates, isKnownAt, specSchemaAt, type Flaw, type JsonObject, type Kind, type Schema } from '@miko/model';
import type { Parameter, Query } from '../query.ts';

/**
 * Which objects of a kind a list shows: those whose spec has these labels and these values, all of them. Every text,
 * number and boolean at the top of the spec can be asked for by its name, in the form of the request's API date. A field
 * that is null fits no value; a label whose value holds a comma cannot be asked for.
 */
export interface ObjectFilter {
  readonly labels: readonly (readonly [name: string, value: string])[];
  readonly fields: readonly (readonly [name: string, value: string])[];
}

/** The parameters of a list that are no fields of the spec. */
export const OWN_PARAMETERS: Readonly<Record<string, Parameter>> = { limit: 'integer', page_token: 'text', sort: 'text', fields: 'repeated' };
const LABEL: Readonly<Record<string, Parameter>> = { label: 'repeated' };
const RESERVED = new Set([...Object.keys(OWN_PARAMETERS), ...Object.keys(LABEL)]);
const MOST_LABELS = 20;

/** The filters of a kind at an API date, by the names of their parameters. */
export function filtersAt(kind: Kind, apiDate: string): Readonly<Record<string, Parameter>> {
  const { properties } = specSchemaAt(kind, apiDate);
  const scalars = Object.entries(properties).flatMap(([name, schema]) => {
    const parameter = parameterOf(schema);
    return parameter === null || RESERVED.has(name) ? [] : [[name, parameter] as const];
  });
  return { ...(isMap(properties['labels']) ? LABEL : {}), ...Object.fromEntries(scalars) };
}

/** Those of every API date: a request may come in any. */
export function filtersOf(kind: Kind): Readonly<Record<string, Parameter>> {
  const all = new Map<string, Parameter>();
  for (const date of apiDates.filter(date => isKnownAt(kind, date))) {
    for (const [name, parameter] of Object.entries(filtersAt(kind, date))) {
      // Of one name and two types: read as text, which both compare as.
      all.set(name, all.has(name) && all.get(name) !== parameter ? 'text' : parameter);
    }
  }
  return Object.fromEntries(all);
}

/** What a query asks for. Findings go to `flaws`. */
export function filterOf(kind: Kind, query: Query, apiDate: string, flaws: Flaw[]): ObjectFilter {
  const known = filtersAt(kind, apiDate);
  const { properties } = specSchemaAt(kind, apiDate);
  const fields: (readonly [string, string])[] = [];
  for (const name of Object.keys(filtersOf(kind)).filter(name => query[name] !== undefined && name !== 'label')) {
    const value = textOf(query[name])!;
    if (!Object.hasOwn(known, name)) flaws.push({ pointer: name, code: 'unknown_parameter', detail: `is not a parameter here at ${apiDate}` });
    else if (isOneOf(properties[name]!, value)) fields.push([name, value]);
    else flaws.push({ pointer: name, code: 'not_one_of', detail: `must be one of ${valuesOf(properties[name]!)!.join(', ')}` });
  }
  return { fields: fields.sort(byName), labels: labelsOf((query['label'] ?? []) as readonly string[], flaws) };
}

/** `spec` in the form of the API date that the filter was read in. */
export function fits({ labels, fields }: ObjectFilter, spec: JsonObject): boolean {
  const own = (spec['labels'] ?? {}) as Readonly<Record<string, string>>;
  return fields.every(([name, value]) => textOf(spec[name]) === value) &&
    labels.every(([name, value]) => Object.hasOwn(own, name) && own[name] === value);
}

function labelsOf(asked: readonly string[], flaws: Flaw[]): ObjectFilter['labels'] {
  const labels = [...new Set(asked)].map(label => [label.slice(0, Math.max(label.indexOf(':'), 0)), label.slice(label.indexOf(':') + 1)] as const);
  if (labels.some(([name]) => name === '')) flaws.push({ pointer: 'label', code: 'pattern', detail: 'must be name:value' });
  if (labels.length > MOST_LABELS) flaws.push({ pointer: 'label', code: 'too_many', detail: `must not stand more than ${MOST_LABELS} times` });
  return labels.sort(byName);
}

function parameterOf(schema: Schema): Parameter | null {
  const type = Array.isArray(schema.type) ? (schema.type as readonly string[]).find(one => one !== 'null') : schema.type;
  return type === 'string' ? 'text' : type === 'integer' ? 'integer' : type === 'boolean' ? 'boolean' : null;
}

const textOf = (scalar: unknown): string | null => (typeof scalar === 'string' ? scalar : typeof scalar === 'number' || typeof scalar === 'boolean' ? String(scalar) : null);
const isMap = (schema: Schema | undefined): boolean => schema?.type === 'object' && typeof schema['additionalProperties'] === 'object';
const valuesOf = (schema: Schema): readonly string[] | null => (schema['enum'] as readonly unknown[] | undefined)?.filter(value => value !== null).map(String) ?? null;
const isOneOf = (schema: Schema, value: string): boolean => valuesOf(schema)?.includes(value) ?? true;
const byName = (a: readonly [string, string], b: readonly [string, string]): number => (`${a[0]}\n${a[1]}` < `${b[0]}\n${b[1]}` ? -1 : 1);
