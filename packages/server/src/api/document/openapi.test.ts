import { apiDates, errors, isKnownAt, kinds, lifeOf, newestApiDate, oldestApiDate, specSchemaAt } from '@miko/model';
import { describe, expect, it } from 'vitest';
import { declaredOperations } from '../../operations.ts';
import { checked } from '../check.ts';
import { replaceSchema } from '../objects/schemas.ts';
import type { Operation } from '../operation.ts';
import { errorsOf } from './errors-of.ts';
import { openapi } from './openapi.ts';
import type { Json } from './plain-schema.ts';

const operations = declaredOperations();
const known = (date: string) => operations.filter(({ since }) => since <= date);
const at = (root: Json, ...path: string[]): Json => path.reduce((part, name) => {
  const next = part[name] as Json | undefined;
  if (next === undefined) throw new Error(`there is no ${name} in ${Object.keys(part).join(', ')}`);
  return next;
}, root);
const operationAt = (document: Json, { path, method }: Operation): Json => at(document, 'paths', path, method.toLowerCase());

/** Every object in a document, with the names that lead to it. */
function* parts(value: unknown, names: readonly string[] = []): Generator<{ readonly names: readonly string[]; readonly part: Json }> {
  if (typeof value !== 'object' || value === null) return;
  yield { names, part: value as Json };
  for (const [name, inner] of Object.entries(value)) yield* parts(inner, [...names, name]);
}

describe.each(apiDates.map(date => [date, openapi(operations, date)] as const))('the document of %s', (date, document) => {
  it('has every operation of that date, and none that came later', () => {
    const ids = [...parts(at(document, 'paths'))].flatMap(({ part }) => (typeof part['operationId'] === 'string' && 'responses' in part ? [part['operationId']] : []));
    expect(ids.sort()).toEqual(known(date).map(({ id }) => id).sort());
  });

  it('has each kind in the form of that date', () => {
    for (const kind of kinds.filter(one => isKnownAt(one, date))) {
      const name = kind.name.split('_').map(word => word[0]!.toUpperCase() + word.slice(1)).join('');
      expect(Object.keys(at(document, 'components', 'schemas', `${name}Spec`, 'properties'))).toEqual(Object.keys(specSchemaAt(kind, date).properties));
      expect(at(document, 'components', 'schemas', name, 'properties', 'spec')).toEqual({ $ref: `#/components/schemas/${name}Spec` });
    }
  });

  it('refers to nothing that is not there, and has nothing that nobody refers to', () => {
    const references = new Set([...parts(document)].map(({ part }) => part['$ref']).filter(reference => typeof reference === 'string'));
    for (const reference of references) expect(() => at(document, ...reference.slice(2).split('/'))).not.toThrow();
    const { securitySchemes: _schemes, ...shared } = at(document, 'components');
    const there = Object.entries(shared).flatMap(([section, named]) => Object.keys(named as Json).map(name => `#/components/${section}/${name}`));
    expect(there.filter(name => !references.has(name))).toEqual([]);
  });

  it('says of each answer and error what it is, and each operation succeeds somehow', () => {
    for (const operation of known(date)) {
      const responses = at(operationAt(document, operation), 'responses');
      expect(Object.keys(responses).some(status => status.startsWith('2')), operation.id).toBe(true);
      for (const code of errorsOf(operation)) expect(responses, `${operation.id} ${code}`).toHaveProperty([String(errors[code].status)]);
    }
  });

  it('has a body with an example wherever one is taken', () => {
    for (const operation of known(date).filter(one => one.body(date) !== null || one.verb === 'patch')) {
      const content = at(operationAt(document, operation), 'requestBody', 'content');
      expect(Object.keys(content)).toEqual(operation.mediaTypes);
      for (const type of operation.mediaTypes) expect(at(content, type)['example'], operation.id).toBeDefined();
    }
  });

  it('knows no union without a case for null where null may stand', () => {
    for (const { names, part } of parts(document)) {
      if ('discriminator' in part || (Array.isArray(part['oneOf']) && 'type' in part)) expect(names.join('/')).toBe('');
    }
    const check = at(operationAt(document, operations.find(({ id }) => id === 'endpoint_register')!), 'requestBody', 'content', 'application/json', 'schema', 'properties', 'check');
    expect((check['oneOf'] as Json[]).map(one => one['type'])).toContain('null');
  });

  it('leaves answers open for what comes, and reads requests strictly', () => {
    const schemas = at(document, 'components', 'schemas');
    expect(at(schemas, 'Endpoint')).not.toHaveProperty('additionalProperties');
    expect(at(schemas, 'NewService')).toMatchObject({ additionalProperties: false });
  });

  it('is the same whatever order operations come in', () => {
    expect(JSON.stringify(openapi(operations.toReversed(), date))).toBe(JSON.stringify(document));
  });
});

describe('examples', () => {
  const withBody = operations.flatMap(operation => apiDates.filter(date => operation.since <= date && operation.body(date) !== null).map(date => [operation.id, date, operation] as const));

  it.each(withBody)('%s at %s: fits what is taken', (_, date, operation) => {
    const example = operation.example(date);
    const lines = typeof example === 'string' ? example.trim().split('\n').map(line => JSON.parse(line) as unknown) : [example];
    for (const line of lines) expect(() => checked(operation.body(date)!, line)).not.toThrow();
  });

  it.each(kinds.flatMap(kind => apiDates.filter(date => isKnownAt(kind, date)).map(date => [kind.name, date, kind] as const)))('a patch of a %s at %s names fields that are there, of their types', (name, date, kind) => {
    const patch = at(operationAt(openapi(operations, date), operations.find(({ id }) => id === `${name}_patch`)!), 'requestBody', 'content');
    const merged = at(patch, 'application/merge-patch+json', 'example', 'spec');
    const { properties } = specSchemaAt(kind, date);
    for (const [field, value] of Object.entries(merged)) {
      expect(kind.frozen).not.toContain(field);
      expect(() => checked({ type: 'object', properties: { [field]: properties[field]! } }, { [field]: value })).not.toThrow();
    }
    expect(replaceSchema(kind, date).properties).toHaveProperty('spec');
  });
});

describe('header fields', () => {
  const document = openapi(operations, newestApiDate);
  const named = (id: string) => (operationAt(document, operations.find(operation => operation.id === id)!)['parameters'] as Json[]).map(({ $ref }) => $ref).filter(reference => reference !== undefined)
    .map(reference => (reference as string).slice('#/components/parameters/'.length));

  it.each([
    ['service_create', ['Idempotency-Key', 'Miko-Version', 'Miko-Timeout-Ms']], ['service_get', ['If-None-Match', 'Miko-Version', 'Miko-Timeout-Ms']],
    ['service_replace', ['If-Match', 'If-None-Match-Any', 'Miko-Version', 'Miko-Timeout-Ms']], ['service_patch', ['If-Match-Required', 'Miko-Version', 'Miko-Timeout-Ms']],
    ['service_delete', ['If-Match-Required', 'Miko-Version', 'Miko-Timeout-Ms']], ['service_watch', ['Last-Event-ID', 'Miko-Version', 'Miko-Timeout-Ms']],
    ['endpoint_drain', ['Idempotency-Key', 'Miko-Version', 'Miko-Timeout-Ms']], ['endpoint_register', ['Miko-Version', 'Miko-Timeout-Ms']], ['livez', ['Miko-Version']],
  ])('%s takes %j', (id, headers) => {
    expect(named(id)).toEqual(headers);
  });

  it('an answer that makes something says where, as what and at which revision', () => {
    const made = at(operationAt(document, operations.find(({ id }) => id === 'service_create')!), 'responses', '201');
    expect(Object.keys(at(made, 'headers'))).toEqual(expect.arrayContaining(['Location', 'ETag', 'Miko-Revision', 'Miko-Request-Id', 'Miko-Version']));
    expect(at(made, 'links', 'service_get')).toMatchObject({ operationId: 'service_get', parameters: { project: '$request.path.project', service: '$response.body#/name' } });
    expect(Object.keys(at(made, 'links'))).toEqual(['service_delete', 'service_get', 'service_patch', 'service_replace']);
  });

  it('an old date says in each answer that it ends, the newest in none', () => {
    const headers = (date: string) => Object.keys(at(operationAt(openapi(operations, date), operations.find(({ id }) => id === 'livez')!), 'responses', '200', 'headers'));
    expect(headers(oldestApiDate)).toEqual(expect.arrayContaining(lifeOf(oldestApiDate) === null ? [] : ['Deprecation', 'Sunset']));
    expect(headers(newestApiDate)).not.toContain('Deprecation');
  });
});

it('two different schemas of one name are a mistake, and found', () => {
  const [one, other] = ['a', 'b'].map(name => ({ ...operations.find(({ id }) => id === 'livez')!, id: name, path: `/${name}`, answers: [{ status: 200, description: name, schema: () => ({ type: 'object', title: 'Same', properties: { [name]: { type: 'string' } } }) }] }));
  expect(() => openapi([one!, other!], newestApiDate)).toThrow('two different schemas are named Same');
});
