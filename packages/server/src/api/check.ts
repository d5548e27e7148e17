import { Problem, type Flaw, type Infer, type Schema } from '@miko/model';
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';

/** Where the API claims a type: a value that passes its schema, or every finding with its pointer. */
const ajv = new Ajv2020({
  strict: true, strictRequired: false, allowUnionTypes: true, discriminator: true, ownProperties: true, allErrors: true, messages: true,
});
const compiled = new WeakMap<Schema, ValidateFunction>();
const MOST_FLAWS = 50;

export function checked<S extends Schema>(schema: S, value: unknown, prefix = ''): Infer<S> {
  let validate = compiled.get(schema);
  if (validate === undefined) compiled.set(schema, (validate = ajv.compile(schema)));
  if (validate(value)) return value as Infer<S>;
  const flaws = distinct((validate.errors ?? []).map(error => flawOf(error, prefix))).slice(0, MOST_FLAWS);
  throw new Problem('invalid_request', flaws.map(f => `${f.pointer === '' ? 'the body' : f.pointer}: ${f.detail}`).slice(0, 3).join('; '), { flaws });
}

const codes: Readonly<Record<string, string>> = {
  required: 'required', additionalProperties: 'unknown_field', type: 'type', enum: 'not_one_of', const: 'not_one_of', pattern: 'pattern',
  minimum: 'too_small', maximum: 'too_large', minLength: 'too_short', maxLength: 'too_long', maxItems: 'too_many', maxProperties: 'too_many',
  uniqueItems: 'not_unique', propertyNames: 'bad_name', discriminator: 'not_one_of',
};

function flawOf(error: ErrorObject, prefix: string): Flaw {
  const { keyword, params } = error;
  const inner = params as Readonly<Record<string, unknown>>;
  // A finding inside `propertyNames` stands at the map; the name it is about rides beside it.
  const name = inner['missingProperty'] ?? inner['additionalProperty'] ?? inner['propertyName'] ?? error.propertyName ?? (keyword === 'discriminator' ? inner['tag'] : undefined);
  const pointer = `${prefix}${error.instancePath}${typeof name === 'string' ? `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}` : ''}`;
  return { pointer: pointer.slice(0, 500), code: codes[keyword] ?? keyword, detail: detailOf(error, inner) };
}

function detailOf({ keyword, message }: ErrorObject, params: Readonly<Record<string, unknown>>): string {
  if (keyword === 'required') return 'is required';
  if (keyword === 'additionalProperties') return 'is not a field here';
  if (keyword === 'enum') return `must be one of ${(params['allowedValues'] as unknown[]).map(v => JSON.stringify(v)).join(', ')}`;
  if (keyword === 'discriminator') return 'names no known form';
  return message ?? keyword;
}

/** A bad map key is found twice at one pointer; the first finding says enough. */
function distinct(flaws: readonly Flaw[]): Flaw[] {
  const seen = new Set<string>();
  return flaws.filter(({ pointer }) => !seen.has(pointer) && seen.add(pointer));
}
