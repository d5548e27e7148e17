import { INSTANCE_NAME, kinds, OBJECT_NAME, specSchemaAt, type Schema } from '@miko/model';
import { exampleOf } from '../objects/schemas.ts';
import type { Operation } from '../operation.ts';
import type { Parameter } from '../query.ts';
import type { Components } from './components.ts';
import { requestHeaders, type RequestHeader } from './headers.ts';
import type { Json } from './plain-schema.ts';
import { queryWords } from './query-words.ts';

/** What an operation takes beside a body: parts of the path, the query as it is declared, the header fields that mean something to it. */
export function describedParameters(operation: Operation, apiDate: string, components: Components): Json[] {
  const path = [...operation.path.matchAll(/\{(\w+)\}/g)].map(match => ({ name: match[1]!, in: 'path', required: true, ...pathParameter(operation, match[1]!, apiDate) }));
  const query = Object.entries(operation.query)
    .filter(([name]) => isKnownAt(operation, name, apiDate))
    .map(([name, parameter]) => ({ name, in: 'query', required: false, ...queryParameter(operation, name, parameter, apiDate) }));
  const described = requestHeaders(apiDate);
  const headers = headersOf(operation).map(({ header, required }) =>
    components.ref('parameters', `${header}${required ? '-Required' : ''}`, () => ({ name: header.replace(/-Any$/, ''), in: 'header', required, ...described[header] })));
  return [...path, ...query, ...headers];
}

const ID = '[0-7][0-9a-hjkmnp-tv-z]{25}';
const OBJECT = OBJECT_NAME.slice(1, -1);
const bounded = (pattern: string, maxLength: number): Json => ({ type: 'string', minLength: 1, maxLength, pattern });

function pathParameter({ kind, path }: Operation, name: string, apiDate: string): Json {
  if (kind !== null && path.endsWith(`{${name}}`)) {
    const words = kind.name.replaceAll('_', ' ');
    return { description: `The name or the id of the ${words}.`, schema: bounded(`^(${OBJECT}|${kind.idPrefix}_${ID})$`, 63), example: exampleOf(kind, kinds, apiDate).name };
  }
  if (kind !== null && name === 'project') {
    return { description: 'The name or the id of the project.', schema: bounded(`^(${OBJECT}|prj_${ID})$`, 63), example: 'default' };
  }
  const known = pathParameters[name];
  if (known === undefined) throw new Error(`the path parameter ${name} has no description`);
  return { ...known, example: examples[name] };
}

const pathParameters: Readonly<Record<string, Json>> = {
  project: { description: 'The name of the project.', schema: bounded(OBJECT_NAME, 63) },
  service: { description: 'The name of the service.', schema: bounded(OBJECT_NAME, 63) },
  instance: { description: 'The name of the instance: unique in its service.', schema: bounded(INSTANCE_NAME, 128) },
  session: { description: 'The id of the session.', schema: bounded(`^ses_${ID}$`, 30) },
};
const examples: Readonly<Record<string, string>> = { project: 'default', service: 'web', instance: 'web-1', session: 'ses_01kat8qzr0e6m8v6f1t9c2x4bd' };

/** A filter by a field of the spec exists while the field does. */
const isKnownAt = ({ kind, verb }: Operation, name: string, apiDate: string): boolean =>
  kind === null || !isFilter(verb, name) || Object.hasOwn(specSchemaAt(kind, apiDate).properties, name);

/** A list takes parameters of its own; the others are named for the fields of the spec that they look at. */
const isFilter = (verb: string, name: string): boolean => verb === 'list' && !['limit', 'page_token', 'sort', 'fields', 'label'].includes(name);

function queryParameter({ id, kind, verb }: Operation, name: string, parameter: Parameter, apiDate: string): Json {
  if (kind !== null && isFilter(verb, name)) return { description: `Only those whose ${name} is this.`, schema: filterSchema(specSchemaAt(kind, apiDate).properties[name]!) };
  const known = queryWords[`${id} ${name}`] ?? queryWords[name];
  if (known === undefined) throw new Error(`the query parameter ${name} has no description`);
  const schema = name === 'limit' && kind !== null ? { ...known.schema, maximum: kind.limits.page } : known.schema;
  return { description: known.description, ...shapes[parameter](schema) };
}

const shapes: { readonly [parameter in Parameter]: (schema: Json) => Json } = {
  text: schema => ({ schema: { type: 'string', maxLength: 8_192, ...schema } }),
  integer: schema => ({ schema: { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER, ...schema } }),
  boolean: schema => ({ schema: { type: 'boolean', ...schema } }),
  names: schema => ({ style: 'form', explode: false, schema: { type: 'array', minItems: 1, maxItems: 1_000, items: { type: 'string', maxLength: 200, ...schema } } }),
  repeated: schema => ({ style: 'form', explode: true, schema: { type: 'array', minItems: 1, maxItems: 1_000, items: { type: 'string', maxLength: 400, ...schema } } }),
};

/** A filter takes what the field does, but for null. */
function filterSchema({ type, enum: values, maxLength, minimum, maximum }: Schema): Json {
  const plain = Array.isArray(type) ? (type as readonly string[]).find(one => one !== 'null') : type;
  const bounds = { maxLength, minimum, maximum, enum: (values as readonly unknown[] | undefined)?.filter(one => one !== null) };
  return { type: plain, ...Object.fromEntries(Object.entries(bounds).filter(([, bound]) => bound !== undefined)) };
}

interface Taken {
  readonly header: RequestHeader;
  readonly required: boolean;
}

function headersOf(operation: Operation): Taken[] {
  const { verb, method, path, kind, answers, action, mediaTypes } = operation;
  const optional = (header: RequestHeader): Taken => ({ header, required: false });
  const isWrite = kind !== null && ['replace', 'patch', 'delete'].includes(verb);
  return [
    // A replace that only creates has nothing to match, so its If-Match cannot be called required.
    ...(isWrite ? [{ header: 'If-Match' as const, required: verb !== 'replace' }] : []),
    ...(kind !== null && verb === 'replace' ? [optional('If-None-Match-Any')] : []),
    ...(answers.some(({ status }) => status === 304) ? [optional('If-None-Match')] : []),
    ...(method === 'POST' && action !== null && mediaTypes.includes('application/json') ? [optional('Idempotency-Key')] : []),
    ...(path.endsWith(':watch') ? [optional('Last-Event-ID')] : []),
    optional('Miko-Version'),
    ...(action === null ? [] : [optional('Miko-Timeout-Ms')]),
  ];
}
