import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleared, mergePatch } from './merge-patch.ts';
import { bool, choice, int, list, map, nullable, object, oneOf, optional, text } from './schema.ts';

const parsed = (json: string): unknown => JSON.parse(json);

describe('a merge patch does what RFC 7396 says', () => {
  // Appendix A: original, patch, result.
  it.each([
    ['{"a":"b"}', '{"a":"c"}', '{"a":"c"}'],
    ['{"a":"b"}', '{"b":"c"}', '{"a":"b","b":"c"}'],
    ['{"a":"b"}', '{"a":null}', '{}'],
    ['{"a":"b","b":"c"}', '{"a":null}', '{"b":"c"}'],
    ['{"a":["b"]}', '{"a":"c"}', '{"a":"c"}'],
    ['{"a":"c"}', '{"a":["b"]}', '{"a":["b"]}'],
    ['{"a":{"b":"c"}}', '{"a":{"b":"d","c":null}}', '{"a":{"b":"d"}}'],
    ['{"a":[{"b":"c"}]}', '{"a":[1]}', '{"a":[1]}'],
    ['["a","b"]', '["c","d"]', '["c","d"]'],
    ['{"a":"b"}', '["c"]', '["c"]'],
    ['{"a":"foo"}', 'null', 'null'],
    ['{"a":"foo"}', '"bar"', '"bar"'],
    ['{"e":null}', '{"a":1}', '{"e":null,"a":1}'],
    ['[1,2]', '{"a":"b","c":null}', '{"a":"b"}'],
    ['{}', '{"a":{"bb":{"ccc":null}}}', '{"a":{"bb":{}}}'],
  ])('%s with %s is %s', (target, patch, result) => {
    expect(mergePatch(parsed(target), parsed(patch))).toEqual(parsed(result));
  });

  it('takes lists as they are: a null in one is a value', () => {
    expect(mergePatch({ a: [1] }, { a: [null, { b: null }] })).toEqual({ a: [null, { b: null }] });
  });

  it('takes __proto__ for a name like any other', () => {
    const merged = mergePatch({}, parsed('{"__proto__":{"admin":true},"a":{"__proto__":{"admin":true}}}')) as { a: object };
    expect(Object.keys(merged)).toEqual(['__proto__', 'a']);
    expect([Object.getPrototypeOf(merged), Object.getPrototypeOf(merged.a)]).toEqual([Object.prototype, Object.prototype]);
    expect('admin' in merged).toBe(false);
  });

  it('follows no inherited name', () => {
    expect(mergePatch({}, { constructor: { name: 'x' }, toString: null })).toEqual({ constructor: { name: 'x' } });
  });

  it('changes neither argument; twice is once; the empty one is nothing', () => {
    fc.assert(fc.property(fc.jsonValue({ maxDepth: 3 }), fc.jsonValue({ maxDepth: 3 }), (target, patch) => {
      const before = JSON.stringify([target, patch]);
      const once = mergePatch(target, patch);
      expect(JSON.stringify([target, patch])).toBe(before);
      expect(mergePatch(once, patch)).toEqual(once);
    }));
    fc.assert(fc.property(fc.dictionary(fc.string(), fc.jsonValue()), target => {
      expect(mergePatch(target, {})).toEqual(target);
    }));
  });
});

describe('null comes back where the schema demands a field that may be null', () => {
  const schema = object({
    spec: object({
      note: nullable(text({ max: 5 })), state: nullable(oneOf('a')), port: int({ min: 0, max: 9 }), hint: optional(nullable(bool())),
      labels: map(nullable(text({ max: 5 })), { keys: '^', max: 9 }),
      check: nullable(choice('type', { http: { path: nullable(text({ max: 5 })) }, tcp: {} })),
      byName: map(object({ zone: nullable(text({ max: 5 })) }), { keys: '^', max: 9 }),
      items: list(object({ a: nullable(bool()) }), { max: 2 }),
    }),
  });
  const spec = { note: 'x', state: 'a', port: 1, hint: true, labels: { team: 'shop' }, check: { type: 'http', path: '/' }, byName: { a: { zone: 'z' } }, items: [{ a: null }] };
  const patched = (patch: object) => (cleared(schema, mergePatch({ spec }, { spec: patch })) as { spec: object }).spec;

  it.each<[string, object, object]>([
    ['text', { note: null }, { ...spec, note: null }],
    ['one of some values', { state: null }, { ...spec, state: null }],
    ['a choice', { check: null }, { ...spec, check: null }],
    ['a field of a choice', { check: { path: null } }, { ...spec, check: { type: 'http', path: null } }],
    ['a field of a value in a map', { byName: { a: { zone: null } } }, { ...spec, byName: { a: { zone: null } } }],
  ])('%s', (_, patch, expected) => {
    expect(patched(patch)).toEqual(expected);
  });

  it('and nowhere else: what is optional, a key of a map, a field without null, a case without it', () => {
    const { hint: _, ...withoutHint } = spec;
    expect(patched({ hint: null })).toEqual(withoutHint);
    expect(patched({ labels: { team: null } })).toEqual({ ...spec, labels: {} });
    const { port: __, ...withoutPort } = spec;
    expect(patched({ port: null })).toEqual(withoutPort);
    expect(patched({ check: { type: 'tcp', path: null } })).toEqual({ ...spec, check: { type: 'tcp' } });
    expect(patched({ check: { type: 'icmp', path: null } })).toEqual({ ...spec, check: { type: 'icmp' } });
    expect(patched({ check: { type: null } })).toEqual({ ...spec, check: { path: '/' } });
  });

  it('leaves what does not fit for the check of the whole', () => {
    expect(cleared(schema, 5)).toBe(5);
    expect(cleared(schema, { spec: [null] })).toEqual({ spec: [null] });
    expect(patched({ labels: 7, extra: { a: 1 } })).toEqual({ ...spec, labels: 7, extra: { a: 1 } });
  });
});
