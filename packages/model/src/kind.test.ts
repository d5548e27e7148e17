import { describe, expect, it } from 'vitest';
import { defineKind, pluralOf } from './kind.ts';
import { object, text } from './schema.ts';

describe('the plural in a path', () => {
  it.each([
    ['service', 'services'], ['endpoint_override', 'endpoint-overrides'], ['policy', 'policies'],
    ['alert_policy', 'alert-policies'], ['load_balancer_rule', 'load-balancer-rules'], ['y', 'ies'], ['a', 'as'],
  ])('of %s is %s', (name, plural) => {
    expect(pluralOf({ name })).toBe(plural);
  });
});

it('a kind is a value that nobody changes later', () => {
  const made = defineKind({
    name: 'thing', idPrefix: 'thg', parent: null, since: '2026-12-01', summary: 'A thing', spec: object({ note: text({ max: 5 }) }), frozen: ['note'],
    access: { read: 'reader', write: 'writer' }, issuesSecret: false, limits: { perParent: 1, bodyBytes: 100, page: 10 }, example: n => ({ note: `${n}` }),
    status: { schema: object({}), initial: () => ({}) },
  });
  expect(() => Object.assign(made.limits, { perParent: 2 })).toThrow(TypeError);
  expect(() => Object.assign(made.spec.properties, { other: {} })).toThrow(TypeError);
});
