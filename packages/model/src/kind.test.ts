import { describe, expect, it } from 'vitest';
import { defineKind, pluralOf } from './kind.ts';
import { kinds } from './kinds/index.ts';
import { isObjectName } from './names.ts';
import { object, text } from './schema.ts';

describe('the plural in a path', () => {
  it.each([
    ['service', 'services'], ['endpoint_override', 'endpoint-overrides'], ['policy', 'policies'],
    ['alert_policy', 'alert-policies'], ['load_balancer_rule', 'load-balancer-rules'], ['y', 'ies'], ['a', 'as'],
  ])('of %s is %s', (name, plural) => {
    expect(pluralOf({ name })).toBe(plural);
  });
});

describe.each(kinds.map(kind => [kind.name, kind] as const))('the kind %s', (_, kind) => {
  it('is named in snake_case, with an id prefix and a plural of its own', () => {
    expect(kind.name).toMatch(/^[a-z]+(_[a-z]+)*$/);
    expect(kind.idPrefix).toMatch(/^[a-z]{3}$/);
    expect(kinds.filter(other => other.name === kind.name || other.idPrefix === kind.idPrefix || pluralOf(other) === pluralOf(kind))).toEqual([kind]);
  });

  it('comes after its parent, and lies in nothing or in a kind of the fleet', () => {
    if (kind.parent === null) return;
    expect(kinds.indexOf(kind.parent)).toBeGreaterThanOrEqual(0);
    expect(kinds.indexOf(kind.parent)).toBeLessThan(kinds.indexOf(kind));
    expect(kind.parent.parent).toBeNull();
  });

  it('is frozen to the bottom', () => {
    expect(unfrozen(kind, kind.name)).toEqual([]);
  });

  it('freezes only fields that its spec has', () => {
    expect(kind.frozen.filter(field => !(field in kind.spec.properties))).toEqual([]);
  });

  it('demands every field of its spec: null is a value, absence is none', () => {
    expect([...kind.spec.required].sort()).toEqual(Object.keys(kind.spec.properties).sort());
  });

  it('has limits within those of the contract', () => {
    expect(kind.limits.perParent).toBeGreaterThan(0);
    expect(kind.limits.perParent).toBeLessThanOrEqual(50_000);
    expect(kind.limits.bodyBytes).toBeLessThanOrEqual(1_048_576);
  });

  it('is written by nobody who may not read it', () => {
    const rank = { reader: 1, writer: 2, admin: 3 };
    expect(rank[kind.access.write]).toBeGreaterThanOrEqual(rank[kind.access.read]);
  });

  it('has an example for each number, the same each time, and an API date', () => {
    expect(kind.example(1)).toEqual(kind.example(1));
    expect(JSON.stringify(kind.example(1))).not.toBe(JSON.stringify(kind.example(2)));
    expect(kind.since).toMatch(/^\d{4}-\d{2}-\d{2}$/);
    expect(isObjectName(`${kind.name.replaceAll('_', '-')}-1`)).toBe(true);
  });
});

it('a kind is a value that nobody changes later', () => {
  const made = defineKind({
    name: 'thing', idPrefix: 'thg', parent: null, since: '2026-12-01', summary: 'A thing', spec: object({ note: text({ max: 5 }) }), frozen: ['note'],
    access: { read: 'reader', write: 'writer' }, issuesSecret: false, limits: { perParent: 1, bodyBytes: 100 }, example: n => ({ note: `${n}` }),
    status: { schema: object({}), initial: () => ({}) },
  });
  expect(() => Object.assign(made.limits, { perParent: 2 })).toThrow(TypeError);
  expect(() => Object.assign(made.spec.properties, { other: {} })).toThrow(TypeError);
});

function unfrozen(value: object, at: string): string[] {
  return [
    ...(Object.isFrozen(value) ? [] : [at]),
    ...Object.entries(value).flatMap(([name, inner]) => (typeof inner === 'object' && inner !== null ? unfrozen(inner as object, `${at}.${name}`) : [])),
  ];
}
