import { describe, expect, it } from 'vitest';
import { breaking, rules } from './breaking.ts';
import type { Json } from './plain-schema.ts';

const problem = (...codes: string[]): Json => ({ content: { 'application/problem+json': { schema: { allOf: [{ $ref: '#/components/schemas/Problem' }, { properties: { code: { enum: codes } } }] } } } });
const spec = {
  type: 'object', additionalProperties: false, required: ['port', 'state'],
  properties: {
    port: { type: 'integer', minimum: 1, maximum: 100 }, state: { type: 'string', enum: ['on', 'off'] }, note: { type: ['string', 'null'], maxLength: 10, pattern: '^a' },
    tags: { type: 'array', maxItems: 5, items: { type: 'string', maxLength: 5 } }, labels: { type: 'object', maxProperties: 5, propertyNames: { pattern: '^a' }, additionalProperties: { type: 'string', maxLength: 5 } },
    check: { oneOf: [caseOf('http', { path: { type: 'string' } }), caseOf('tcp', {}), { type: 'null' }] },
  },
};
const shown = { type: 'object', required: ['id'], properties: { id: { type: 'string' }, spec: { $ref: '#/components/schemas/Spec' }, held: { type: 'boolean' }, seen: { type: ['string', 'null'] } } };
const replace = {
  operationId: 'thing_replace',
  parameters: [
    { name: 'thing', in: 'path', required: true, schema: { type: 'string', maxLength: 63 } }, { name: 'tag', in: 'query', style: 'form', explode: true, schema: { type: 'array', items: { type: 'string' } } },
    { name: 'Miko-Version', in: 'header', required: false, schema: { enum: ['2026-01-01'] } },
  ],
  requestBody: { required: true, content: { 'application/json': { schema: { $ref: '#/components/schemas/Spec' } } } },
  responses: { 200: { headers: { ETag: {}, 'Miko-Revision': {} }, content: { 'application/json': { schema: shown } } }, 404: problem('not_found') },
};
const list = { operationId: 'thing_list', security: [], parameters: [], responses: { 200: { content: { 'application/json': { schema: { type: 'array', maxItems: 5, items: shown } } } } } };
const before = { paths: { '/things': { get: list }, '/things/{thing}': { put: replace } }, components: { schemas: { Spec: spec, Problem: { type: 'object', properties: { code: { type: 'string' } } } } } };

type Editable = { [name: string]: Editable };
/** The document after one change; `spec`, `put` and `get` are the parts that most changes are about. */
function after(change: (parts: { document: Editable; spec: Editable; put: Editable; get: Editable }) => void): Json {
  const document = structuredClone(before) as unknown as Editable;
  change({ document, spec: document['components']!['schemas']!['Spec']!, put: document['paths']!['/things/{thing}']!['put']!, get: document['paths']!['/things']!['get']! });
  return document;
}
const set = (target: Editable, values: object): void => void Object.assign(target, values);
function caseOf(type: string, properties: object): Json {
  return { type: 'object', additionalProperties: false, required: ['type'], properties: { type: { type: 'string', const: type }, ...properties } };
}

const broken: readonly (readonly [rule: string, what: string, change: Parameters<typeof after>[0], where: string])[] = [
  ['operation_removed', 'an operation that is gone', ({ document }) => delete document['paths']!['/things'], 'thing_list'],
  ['operation_removed', 'another path', ({ document, get }) => { delete document['paths']!['/things']; set(document['paths']!, { '/all-things': { get } }); }, 'thing_list'],
  ['operation_renamed', 'another operation id: clients call it by that', ({ get }) => set(get, { operationId: 'things_list' }), 'thing_list'],
  ['credential_now_needed', 'a credential where none was needed', ({ get }) => delete get['security'], 'thing_list'],
  ['parameter_removed', 'a parameter that is refused now', ({ put }) => set(put, { parameters: [put['parameters']![0], put['parameters']![2]] }), 'thing_replace query tag'],
  ['parameter_now_required', 'a new parameter that has to be there', ({ get }) => set(get, { parameters: [{ name: 'q', in: 'query', required: true, schema: {} }] }), 'thing_list query q'],
  ['parameter_now_required', 'a parameter that could be left out', ({ put }) => set(put['parameters']![1]!, { required: true }), 'thing_replace query tag'],
  ['parameter_style_changed', 'commas instead of repetition', ({ put }) => set(put['parameters']![1]!, { explode: false }), 'thing_replace query tag'],
  ['bound_narrowed', 'a shorter parameter', ({ put }) => set(put['parameters']![0]!['schema']!, { maxLength: 62 }), 'thing_replace path thing'],
  ['body_removed', 'a body that is not taken any more', ({ put }) => delete put['requestBody'], 'thing_replace body'],
  ['body_now_required', 'a body where there was none', ({ get }) => set(get, { requestBody: { required: true, content: {} } }), 'thing_list body'],
  ['media_type_removed', 'another media type of the body', ({ put }) => set(put['requestBody']!, { content: { 'text/plain': { schema: {} } } }), 'thing_replace body application/json'],
  ['answer_removed', 'an answer that never comes', ({ put }) => delete put['responses']!['200'], 'thing_replace 200'],
  ['answer_added', 'an answer of another status', ({ put }) => set(put['responses']!, { 202: { description: 'later' } }), 'thing_replace 202'],
  ['header_removed', 'a header that is gone', ({ put }) => delete put['responses']!['200']!['headers']!['ETag'], 'thing_replace 200 ETag'],
  ['error_status_added', 'an error of a new status', ({ put }) => set(put['responses']!, { 409: problem('in_use') }), 'thing_replace 409'],
  ['type_changed', 'a request field of another type', ({ spec }) => set(spec['properties']!['port']!, { type: 'string' }), 'thing_replace body /port'],
  ['type_changed', 'a request field that may not be null any more', ({ spec }) => set(spec['properties']!['note']!, { type: 'string' }), 'thing_replace body /note'],
  ['type_changed', 'an answered field that may be null now', ({ get }) => set(get['responses']!['200']!['content']!['application/json']!['schema']!['items']!['properties']!['id']!, { type: ['string', 'null'] }), 'thing_list 200 /[]/id'],
  ['type_changed', 'a union that may be null now, in an answer', ({ document, put }) => {
    set(document['components']!['schemas']!, { Spec: { ...before.components.schemas.Spec, properties: { ...spec.properties, port: { oneOf: [{ type: 'integer', minimum: 1, maximum: 100 }, { type: 'null' }] } } } });
    set(put, { requestBody: before.paths['/things/{thing}'].put.requestBody });
  }, 'thing_replace 200 /spec/port'],
  ['field_removed', 'a request field that is refused now', ({ spec }) => delete spec['properties']!['note'], 'thing_replace body /note'],
  ['field_removed', 'an answered field that is gone', ({ put }) => delete put['responses']!['200']!['content']!['application/json']!['schema']!['properties']!['held'], 'thing_replace 200 /held'],
  ['field_now_required', 'a new request field that has to be there', ({ spec }) => { set(spec, { required: ['port', 'state', 'zone'] }); set(spec['properties']!, { zone: { type: 'string' } }); }, 'thing_replace body /zone'],
  ['field_now_required', 'a request field that could be left out', ({ spec }) => set(spec, { required: ['port', 'state', 'note'] }), 'thing_replace body /note'],
  ['field_now_optional', 'an answered field that may be absent', ({ put }) => set(put['responses']!['200']!['content']!['application/json']!['schema']!, { required: [] }), 'thing_replace 200 /id'],
  ['value_removed', 'a value that is refused now', ({ spec }) => set(spec['properties']!['state']!, { enum: ['on'] }), 'thing_replace body /state'],
  ['value_removed', 'values where any were taken', ({ spec }) => set(spec['properties']!['note']!, { enum: ['a', null] }), 'thing_replace body /note'],
  ['bound_narrowed', 'a lower maximum', ({ spec }) => set(spec['properties']!['port']!, { maximum: 99 }), 'thing_replace body /port'],
  ['bound_narrowed', 'a higher minimum', ({ spec }) => set(spec['properties']!['port']!, { minimum: 2 }), 'thing_replace body /port'],
  ['bound_narrowed', 'a new least length', ({ spec }) => set(spec['properties']!['note']!, { minLength: 1 }), 'thing_replace body /note'],
  ['bound_narrowed', 'shorter entries of a list', ({ spec }) => set(spec['properties']!['tags']!['items']!, { maxLength: 4 }), 'thing_replace body /tags/[]'],
  ['bound_narrowed', 'shorter values of a map', ({ spec }) => set(spec['properties']!['labels']!['additionalProperties']!, { maxLength: 4 }), 'thing_replace body /labels/*'],
  ['bound_narrowed', 'entries that have to differ', ({ spec }) => set(spec['properties']!['tags']!, { uniqueItems: true }), 'thing_replace body /tags'],
  ['pattern_changed', 'another pattern', ({ spec }) => set(spec['properties']!['note']!, { pattern: '^b' }), 'thing_replace body /note'],
  ['pattern_changed', 'another pattern of keys', ({ spec }) => set(spec['properties']!['labels']!, { propertyNames: { pattern: '^b' } }), 'thing_replace body /labels'],
  ['case_removed', 'a case that is gone', ({ spec }) => set(spec['properties']!['check']!, { oneOf: [caseOf('http', { path: { type: 'string' } }), { type: 'null' }] }), 'thing_replace body /check'],
  ['field_removed', 'a field of a case', ({ spec }) => set(spec['properties']!['check']!, { oneOf: [caseOf('http', {}), caseOf('tcp', {}), { type: 'null' }] }), 'thing_replace body /check(type=http)/path'],
  ['closed', 'unknown fields refused where they were taken', ({ put }) => set(put['requestBody']!, { content: { 'application/json': { schema: { ...spec, properties: { ...spec.properties, labels: { type: 'object', maxProperties: 5, propertyNames: { pattern: '^a' }, additionalProperties: false } } } } } }), 'thing_replace body /labels'],
];

describe('breaks callers', () => {
  it.each(broken)('%s: %s', (rule, _, change, where) => {
    expect(breaking(before, after(change)).map(finding => `${finding.rule}: ${finding.where}`)).toContain(`${rule}: ${where}`);
  });

  it('every rule has a case', () => {
    expect(rules.filter(rule => !broken.some(([tested]) => tested === rule))).toEqual([]);
  });
});

describe('breaks nobody', () => {
  it.each<readonly [string, Parameters<typeof after>[0]]>([
    ['nothing at all', () => undefined],
    ['a new operation', ({ document, get }) => set(document['paths']!, { '/more': { get: { ...get, operationId: 'more_list' } } })],
    ['other words, examples and links', ({ put }) => { set(put, { summary: 'Other words', description: 'And more' }); set(put['requestBody']!['content']!['application/json']!, { example: {} }); set(put['responses']!['200']!, { links: {} }); }],
    ['a new optional parameter', ({ get }) => set(get, { parameters: [{ name: 'q', in: 'query', required: false, schema: { type: 'string' } }] })],
    ['a parameter that may be left out now', ({ put }) => set(put['parameters']![0]!, { required: false })],
    ['another media type beside', ({ put }) => set(put['requestBody']!['content']!, { 'text/plain': { schema: {} } })],
    ['a new field of a request that may be left out', ({ spec }) => set(spec['properties']!, { zone: { type: 'string' } })],
    ['a new field of an answer', ({ get }) => set(get['responses']!['200']!['content']!['application/json']!['schema']!['items']!['properties']!, { age: { type: 'integer' } })],
    ['wider bounds', ({ spec }) => { set(spec['properties']!['port']!, { minimum: 0, maximum: 200 }); set(spec['properties']!['tags']!, { maxItems: 9 }); }],
    ['another value', ({ spec }) => set(spec['properties']!['state']!, { enum: ['on', 'off', 'idle'] })],
    ['another case', ({ spec }) => set(spec['properties']!['check']!, { oneOf: [...spec['properties']!['check']!['oneOf'] as unknown as Json[], caseOf('udp', {})] })],
    ['a new code of a status that was there', ({ put }) => set(put['responses']!, { 404: problem('not_found', 'session_not_found') })],
    ['an error that never comes', ({ put }) => delete put['responses']!['404']],
    ['a new header', ({ put }) => set(put['responses']!['200']!['headers']!, { Location: {} })],
    ['a name for a schema that had none', ({ document, get }) => { set(document['components']!['schemas']!, { Thing: shown }); set(get['responses']!['200']!['content']!['application/json']!['schema']!, { items: { $ref: '#/components/schemas/Thing' } }); }],
    ['another order of fields, values and types', ({ spec }) => { set(spec, { required: ['state', 'port'] }); set(spec['properties']!['state']!, { enum: ['off', 'on'] }); set(spec['properties']!['note']!, { type: ['null', 'string'] }); }],
    ['the date that the document is about', ({ put }) => set(put['parameters']![2]!, { schema: { enum: ['2026-02-02'] } })],
    ['no credential where one was needed', ({ put }) => set(put, { security: [] })],
    ['an answered field that is never null any more', ({ get }) => set(get['responses']!['200']!['content']!['application/json']!['schema']!['items']!['properties']!['seen']!, { type: 'string' })],
  ])('%s', (_, change) => {
    expect(breaking(before, after(change))).toEqual([]);
  });
});
