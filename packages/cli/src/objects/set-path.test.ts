import { choice, defineKind, endpointOverride, int, list, map, nullable, object, oneOf, project, service, text, token, type Kind } from '@miko/model';
import { describe, expect, test } from 'vitest';
import type { Failure } from '../failure.ts';
import { completed, withSets } from './set-path.ts';

const rich: Kind = defineKind({
  name: 'rich', idPrefix: 'ric', parent: null, since: '2026-12-01', summary: 'x',
  spec: object({
    tags: list(text({ max: 9 }), { max: 3 }),
    ports: list(int({ min: 1, max: 9 }), { max: 3 }),
    check: nullable(choice('type', { http: { path: text({ max: 9 }) }, tcp: {} })),
    deep: object({ inner: map(object({ n: int({ min: 0, max: 9 }) }), { keys: '^k', max: 3 }) }),
    note: nullable(text({ max: 9 })),
    word: oneOf('a', 'b'),
  }),
  frozen: [], access: { read: 'reader', write: 'writer' }, issuesSecret: false, limits: { perParent: 1, bodyBytes: 1_024, page: 10 },
  example: () => ({ tags: [], ports: [], check: null, deep: { inner: {} }, note: null, word: 'a' as const }),
  status: { schema: object({}), initial: () => ({}) },
});

describe('--set', () => {
  test.each<[string, Kind, readonly string[], unknown]>([
    ['text stays text', service, ['description=7'], { description: '7' }],
    ['a value may hold =', service, ['description=a=b'], { description: 'a=b' }],
    ['below a map the rest is the key', service, ['labels.app.kubernetes.io/name=web', 'spec.labels.b='], { labels: { 'app.kubernetes.io/name': 'web', b: '' } }],
    ['a map whole, as JSON', service, ['labels={"a":"b"}'], { labels: { a: 'b' } }],
    ['numbers, null and words', endpointOverride, ['weight=10', 'state=denied'], { weight: 10, state: 'denied' }],
    ['null where null may stand', endpointOverride, ['weight=null'], { weight: null }],
    ['the text null where it may not', service, ['description=null'], { description: 'null' }],
    ['switches', project, ['create_services=true'], { create_services: true }],
    ['texts by commas, or as JSON', rich, ['tags=a,b'], { tags: ['a', 'b'] }],
    ['other lists as JSON', rich, ['ports=[1,2]', 'tags=["a,b"]'], { ports: [1, 2], tags: ['a,b'] }],
    ['into objects and cases of a choice', rich, ['check.type=http', 'check.path=/x', 'deep.inner={"k":{"n":1}}'], { check: { type: 'http', path: '/x' }, deep: { inner: { k: { n: 1 } } } }],
    ['the last one stands', service, ['description=a', 'description=b'], { description: 'b' }],
  ])('%s', (_, kind, sets, expected) => expect(withSets(kind, {}, sets)).toEqual(expected));

  test.each<[Kind, string, string]>([
    [service, 'description', 'has no value'],
    [service, 'desription=x', 'there is no field "desription"'],
    [service, '__proto__.x=1', 'there is no field "__proto__"'],
    [service, 'description.x=1', 'nothing lies below description'],
    [endpointOverride, 'weight=1.5', 'is not a whole number from 0 to 1000, or null'],
    [project, 'create_services=yes', 'is not true or false'],
    [service, 'labels=x', 'the value is written as JSON'],
  ])('%o %s is refused: %s', (kind, set, message) => expect(() => withSets(kind, {}, [set])).toThrow(message));

  test('a key of a map is no way into the prototype', () => {
    const spec = withSets(service, {}, ['labels.__proto__=x']);
    expect(Object.keys(spec['labels'] as object)).toEqual(['__proto__']);
    expect(({} as { readonly x?: unknown }).x).toBeUndefined();
  });
});

describe('what is not set', () => {
  test('is empty where empty is allowed', () => {
    expect(completed(service, {})).toEqual({ description: '', labels: {} });
    expect(completed(endpointOverride, { service: 'web', instance: 'web-1', state: 'active' })).toEqual({ service: 'web', instance: 'web-1', state: 'active', weight: null, reason: '' });
  });

  test('is asked for where it needs a decision', () => {
    try {
      completed(token, {});
      expect.unreachable();
    } catch (error) {
      expect((error as Failure).message).toBe('A token needs role, audience');
      expect((error as Failure).hints[0]).toBe('--set role=... (one of reader, writer, admin)');
    }
    expect(() => completed(project, {})).toThrow('needs create_services');
    expect(() => completed(endpointOverride, { state: 'active' })).toThrow('needs service, instance');
  });
});
