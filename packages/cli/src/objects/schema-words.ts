import type { Schema } from '@miko/model';

/** A schema in words: what a value may be, without what its own fields may be. */
export function schemaWords(schema: Schema): string {
  if ('const' in schema) return `always ${JSON.stringify(schema['const'])}`;
  const types = typesOf(schema);
  const orNull = types.includes('null') ? ', or null' : '';
  if (Array.isArray(schema['enum'])) return `one of ${schema['enum'].filter(value => value !== null).map(String).join(', ')}${orNull}`;
  return `${wordsOf(types.find(type => type !== 'null'), schema)}${orNull}`;
}

export const typesOf = (schema: Schema): readonly string[] => (schema.type === undefined ? [] : typeof schema.type === 'string' ? [schema.type] : schema.type);

/** A field of an object, of one case of a choice, or the values of a map or list. */
export interface Field {
  readonly name: string;
  readonly schema: Schema;
  readonly required: boolean;
  /** The case of a choice it belongs to, such as `type: http`; null where it is always there. */
  readonly only: string | null;
}

/** What lies one step below a schema; empty for a plain value. */
export function fieldsOf(schema: Schema): readonly Field[] {
  const choice = choiceOf(schema);
  if (choice === null) return properties(schema);
  const tag: Field = { name: choice.tag, schema: { type: 'string', enum: choice.cases.map(({ value }) => value) }, required: true, only: null };
  return [tag, ...choice.cases.flatMap(({ value, fields }) => fields.map(field => ({ ...field, only: `${choice.tag}: ${value}` })))];
}

/** The values of a map, or the items of a list, where they are more than plain values. */
export function innerOf(schema: Schema): Schema | null {
  const inner = typesOf(schema).includes('array') ? schema['items'] : schema['additionalProperties'];
  return isSchema(inner) ? inner : null;
}

function wordsOf(type: string | undefined, schema: Schema): string {
  switch (type) {
    case 'string':
      return `text of ${range(schema['minLength'], schema['maxLength'])} characters${typeof schema['pattern'] === 'string' ? ` that matches ${schema['pattern']}` : ''}`;
    case 'integer':
      return `a whole number from ${String(schema['minimum'])} to ${String(schema['maximum'])}`;
    case 'boolean':
      return 'true or false';
    case 'array':
      return `a list of at most ${String(schema['maxItems'])}${schema['uniqueItems'] === true ? ', each once' : ''}: ${innerWords(schema)}`;
    default:
      return choiceOf(schema) !== null || innerOf(schema) === null ? 'an object' : mapWords(schema);
  }
}

const range = (least: unknown, most: unknown): string => (typeof least !== 'number' || least === 0 ? `at most ${String(most)}` : `${least} to ${String(most)}`);

function innerWords(schema: Schema): string {
  const inner = innerOf(schema);
  return inner === null ? 'values' : schemaWords(inner);
}

function mapWords(schema: Schema): string {
  const keys = schema['propertyNames'];
  const pattern = isSchema(keys) && typeof keys['pattern'] === 'string' ? ` with keys that match ${keys['pattern']}` : '';
  return `a map of at most ${String(schema['maxProperties'])}${pattern}, each ${innerWords(schema)}`;
}

interface Choice {
  /** The field that tells the cases apart. */
  readonly tag: string;
  readonly cases: readonly { readonly value: string; readonly fields: readonly Field[] }[];
}

function choiceOf(schema: Schema): Choice | null {
  const { oneOf, discriminator } = schema as { readonly oneOf?: unknown; readonly discriminator?: unknown };
  if (!Array.isArray(oneOf) || !isSchema(discriminator)) return null;
  const tag = String(discriminator['propertyName']);
  const cases = oneOf.filter(isSchema).map(one => {
    const fields = properties(one);
    return { value: String(fields.find(field => field.name === tag)?.schema['const']), fields: fields.filter(field => field.name !== tag) };
  });
  return { tag, cases };
}

function properties(schema: Schema): readonly Field[] {
  const { properties: all = {}, required = [] } = schema as { readonly properties?: Readonly<Record<string, Schema>>; readonly required?: readonly string[] };
  return Object.entries(all).map(([name, field]) => ({ name, schema: field, required: required.includes(name), only: null }));
}

const isSchema = (value: unknown): value is Schema => typeof value === 'object' && value !== null && !Array.isArray(value);
