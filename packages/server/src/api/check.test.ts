import { list, map, object, Problem, registrationSchema, sessionSchema, text, type Registration, type Schema } from '@miko/model';
import { describe, expect, it } from 'vitest';
import { checked } from './check.ts';

const findings = (schema: Schema, value: unknown, prefix = ''): [string, string][] => {
  try {
    checked(schema, value, prefix);
  } catch (error) {
    if (error instanceof Problem && error.code === 'invalid_request') return error.flaws.map(f => [f.pointer, f.code]);
    throw error;
  }
  return [];
};
const byPointer = ([a]: [string, string], [b]: [string, string]): number => (a < b ? -1 : 1);
const good: Registration = {
  session: null, host: '127.0.0.1', port: 8080, protocol: 'http', public_url: null, zone: null, weight: 100, tags: ['v2'], labels: { team: 'shop' },
  check: { type: 'http', path: '/healthz', interval_ms: 1_000, timeout_ms: 500, rise: 2, fall: 3 },
};
const probing = { interval_ms: 1_000, timeout_ms: 500, rise: 2, fall: 3 };

describe('a registration is taken', () => {
  it.each<[string, Partial<Registration>]>([
    ['as in the contract', {}],
    ['without a check', { check: null }],
    ['with each check', { check: { type: 'tcp', ...probing } }],
    ['with a grpc check of a service', { check: { type: 'grpc', service: 'shop', ...probing } }],
    ['with a ttl check', { check: { type: 'ttl', ttl_ms: 1_000 } }],
    ['with an IPv6 host', { host: '::1' }],
    ['with the bounds themselves', { port: 65_535, weight: 0, tags: Array.from({ length: 64 }, (_, i) => `t${i}`) }],
    ['with a zone nobody declared', { zone: 'moon' }],
  ])('%s', (_, more) => {
    expect(findings(registrationSchema, { ...good, ...more })).toEqual([]);
  });
});

describe('what is wrong is named by its pointer and a code', () => {
  it.each<[string, object, [string, string][]]>([
    ['port 0', { port: 0 }, [['/port', 'too_small']]],
    ['port 65536', { port: 65_536 }, [['/port', 'too_large']]],
    ['port 80.5', { port: 80.5 }, [['/port', 'type']]],
    ['port "80"', { port: '80' }, [['/port', 'type']]],
    ['port true', { port: true }, [['/port', 'type']]],
    ['port null', { port: null }, [['/port', 'type']]],
    ['port beyond any number', { port: Number.POSITIVE_INFINITY }, [['/port', 'type']]],
    ['a protocol nobody speaks', { protocol: 'ftp' }, [['/protocol', 'not_one_of']]],
    ['an empty host', { host: '' }, [['/host', 'too_short']]],
    ['a host with a space', { host: 'a b' }, [['/host', 'pattern']]],
    ['a host with a line feed', { host: 'a\n' }, [['/host', 'pattern']]],
    ['a host too long', { host: 'a'.repeat(254) }, [['/host', 'too_long']]],
    ['a zone that is no name', { zone: 'Zone A' }, [['/zone', 'pattern']]],
    ['a weight too large', { weight: 1_001 }, [['/weight', 'too_large']]],
    ['tags that are no list', { tags: 'v2' }, [['/tags', 'type']]],
    ['a tag twice', { tags: ['a', 'a'] }, [['/tags', 'not_unique']]],
    ['a tag with a comma, which no query could ask for', { tags: ['ok', 'a,b'] }, [['/tags/1', 'pattern']]],
    ['too many tags', { tags: Array.from({ length: 65 }, (_, i) => `t${i}`) }, [['/tags', 'too_many']]],
    ['labels that are no map', { labels: [] }, [['/labels', 'type']]],
    ['a label that is no text', { labels: { team: 1 } }, [['/labels/team', 'type']]],
    ['a label with a bad name', { labels: { 'a b': 'x' } }, [['/labels/a b', 'pattern']]],
    ['a label whose name needs escaping', { labels: { '~/': 'x' } }, [['/labels/~0~1', 'pattern']]],
    ['a label named __proto__', { labels: JSON.parse('{"__proto__":"x"}') as object }, [['/labels/__proto__', 'pattern']]],
    ['a check of no known form', { check: { type: 'icmp' } }, [['/check/type', 'not_one_of']]],
    ['a check without its type', { check: { path: '/' } }, [['/check/type', 'required']]],
    ['a check that is no object', { check: 'http' }, [['/check', 'type']]],
    ['a check with a field of another', { check: { type: 'tcp', path: '/', ...probing } }, [['/check/path', 'unknown_field']]],
    ['a check without a path', { check: { type: 'http', ...probing } }, [['/check/path', 'required']]],
    ['a check too often', { check: { type: 'tcp', ...probing, interval_ms: 99 } }, [['/check/interval_ms', 'too_small']]],
    ['a public address without a scheme', { public_url: 'shop.example' }, [['/public_url', 'pattern']]],
    ['an unknown field', { colour: 'red' }, [['/colour', 'unknown_field']]],
    ['__proto__ as a field', JSON.parse('{"__proto__":{"admin":true}}') as object, [['/__proto__', 'unknown_field']]],
    ['several at once', { port: 0, host: '' }, [['/host', 'too_short'], ['/port', 'too_small']]],
  ])('%s', (_, more, expected) => {
    // Entries, so that __proto__ is a field as JSON.parse makes it.
    const value = Object.fromEntries([...Object.entries(good), ...Object.entries(more)]) as object;
    const own = Object.hasOwn(more, '__proto__') ? Object.defineProperty({ ...value }, '__proto__', { value: {}, enumerable: true }) : value;
    expect(findings(registrationSchema, own).toSorted(byPointer)).toEqual(expected);
  });

  it.each<[string, unknown]>([['null', null], ['a list', []], ['text', 'x'], ['a number', 1], ['true', true]])('a body that is %s: the empty pointer', (_, value) => {
    expect(findings(sessionSchema, value)).toEqual([['', 'type']]);
  });

  it('nothing is inherited into a body', () => {
    expect(findings(sessionSchema, Object.create({ name: 'a', owner: 'a', ttl_seconds: 5 })).map(([pointer]) => pointer).sort()).toEqual(['/name', '/owner', '/ttl_seconds']);
  });

  it('nothing is coerced: the value that comes out is the one that went in', () => {
    const value = { name: 'a', owner: 'a', ttl_seconds: 5 };
    expect(checked(sessionSchema, value)).toBe(value);
    expect(value).toEqual({ name: 'a', owner: 'a', ttl_seconds: 5 });
  });

  it('pointers begin where they are told to', () => {
    expect(findings(sessionSchema, {}, '/spec').map(([pointer]) => pointer)).toEqual(['/spec/name', '/spec/owner', '/spec/ttl_seconds']);
  });
});

describe('findings have bounds', () => {
  const words = object({ words: list(text({ max: 1 }), { max: 100_000 }), byName: map(text({ max: 1 }), { keys: '^[a-z]+$', max: 100_000 }) });

  it('in number, one for each place, and in length', () => {
    const found = findings(words, { words: Array(1_000).fill('too long'), byName: {} });
    expect(found).toHaveLength(50);
    expect(new Set(found.map(([pointer]) => pointer)).size).toBe(50);
    expect(findings(words, { words: [], byName: { [`A${'b'.repeat(250)}`.repeat(10)]: 'x' } })[0]![0].length).toBeLessThanOrEqual(500);
  });

  it('the detail names the first three', () => {
    expect(() => checked(sessionSchema, {})).toThrow('/name: is required; /owner: is required; /ttl_seconds: is required');
    expect(() => checked(sessionSchema, [])).toThrow('the body: must be object');
  });
});
