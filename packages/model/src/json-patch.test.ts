import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Problem } from './errors.ts';
import { jsonPatch, patchLimits } from './json-patch.ts';

interface Case {
  readonly comment?: string;
  readonly doc: unknown;
  readonly patch: unknown;
  readonly expected?: unknown;
  readonly error?: string;
  readonly disabled?: boolean;
}
const refused = (document: unknown, patch: unknown): Problem => {
  try {
    jsonPatch(document, patch);
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
  throw new Error(`${JSON.stringify(patch)} was taken`);
};
const findings = (document: unknown, patch: unknown) => {
  const { code, flaws } = refused(document, patch);
  return [code, ...flaws.map(flaw => [flaw.pointer, flaw.code])];
};

describe.each(['tests.json', 'spec_tests.json'])('the corpus json-patch-tests, %s', file => {
  const cases = JSON.parse(readFileSync(new URL(`./fixtures/json-patch-tests/${file}`, import.meta.url), 'utf8')) as Case[];
  const enabled = cases.filter(one => 'patch' in one && one.disabled !== true);

  it.each(enabled.map((one, i) => [i, one.comment ?? one.error ?? JSON.stringify(one.patch), one] as const))('%i: %s', (_, __, { doc, patch, expected, error }) => {
    const before = JSON.stringify([doc, patch]);
    if (error === undefined) expect(jsonPatch(doc, patch)).toEqual(expected ?? doc);
    else expect(['invalid_request', 'patch_test_failed']).toContain(refused(doc, patch).code);
    expect(JSON.stringify([doc, patch])).toBe(before);
  });

  it('leaves out only what it disables itself', () => {
    expect(cases.filter(one => !enabled.includes(one)).every(one => one.disabled === true || !('patch' in one))).toBe(true);
    expect(enabled.length).toBeGreaterThan(15);
  });
});

describe('a finding points at the operation it is about', () => {
  const document = { spec: { port: 1, tags: ['a'], note: null } };
  const fine = { op: 'test', path: '/spec/port', value: 1 };

  it.each<[string, unknown, unknown[]]>([
    ['no list', { op: 'remove', path: '' }, ['invalid_request', ['', 'type']]],
    ['no patch at all', null, ['invalid_request', ['', 'type']]],
    ['an operation that is none', [fine, 7], ['invalid_request', ['/1', 'type']]],
    ['an unknown operation', [{ op: 'merge', path: '/a' }], ['invalid_request', ['/0/op', 'not_one_of']]],
    ['one named like what every object has', [{ op: 'toString', path: '/a' }], ['invalid_request', ['/0/op', 'not_one_of']]],
    ['no operation', [{ path: '/a' }], ['invalid_request', ['/0/op', 'required']]],
    ['no path', [fine, { op: 'remove' }], ['invalid_request', ['/1/path', 'required']]],
    ['no value', [{ op: 'add', path: '/a' }], ['invalid_request', ['/0/value', 'required']]],
    ['no source', [{ op: 'copy', path: '/a' }], ['invalid_request', ['/0/from', 'required']]],
    ['a path that is no text', [{ op: 'remove', path: 1 }], ['invalid_request', ['/0/path', 'type']]],
    ['a path that is no pointer', [{ op: 'remove', path: 'spec' }], ['invalid_request', ['/0/path', 'pattern']]],
    ['a bad escape', [{ op: 'remove', path: '/~2' }], ['invalid_request', ['/0/path', 'pattern']]],
    ['all that is wrong, at once', [{ op: 'remove' }, fine, { op: 'move', path: 'x', from: '/~' }], ['invalid_request', ['/0/path', 'required'], ['/2/path', 'pattern'], ['/2/from', 'pattern']]],
    ['a target that is not there', [fine, { op: 'remove', path: '/spec/no' }], ['invalid_request', ['/1/path', 'absent']]],
    ['a source that is not there', [{ op: 'move', from: '/spec/no', path: '/spec/x' }], ['invalid_request', ['/0/from', 'absent']]],
    ['a parent that is no object', [{ op: 'add', path: '/spec/port/x', value: 1 }], ['invalid_request', ['/0/path', 'absent']]],
    ['the end of a list, which is not there yet', [{ op: 'replace', path: '/spec/tags/-', value: 'b' }], ['invalid_request', ['/0/path', 'absent']]],
    ['a move into itself', [{ op: 'move', from: '/spec', path: '/spec/port' }], ['invalid_request', ['/0/path', 'inside_itself']]],
    ['the whole document', [{ op: 'remove', path: '' }], ['invalid_request', ['/0/path', 'not_removable']]],
    ['a test that does not hold', [fine, { op: 'test', path: '/spec/port', value: 2 }], ['patch_test_failed', ['/1/path', 'test_failed']]],
    ['a test of null for what is absent', [{ op: 'test', path: '/spec/no', value: null }], ['invalid_request', ['/0/path', 'absent']]],
    ['a test whose number is text', [{ op: 'test', path: '/spec/port', value: '1' }], ['patch_test_failed', ['/0/path', 'test_failed']]],
  ])('%s', (_, patch, expected) => {
    expect(findings(document, patch)).toEqual(expected);
  });
});

it('null is a value: set, tested, and replaced', () => {
  expect(jsonPatch({ a: null }, [{ op: 'test', path: '/a', value: null }, { op: 'replace', path: '/a', value: 1 }, { op: 'add', path: '/b', value: null }])).toEqual({ a: 1, b: null });
});

it('all or nothing: what stands is not touched by the operations before the one that fails', () => {
  const document = { a: { b: [1] } };
  refused(document, [{ op: 'add', path: '/a/b/-', value: 2 }, { op: 'remove', path: '/c' }]);
  expect(document).toEqual({ a: { b: [1] } });
});

describe('no name leads out of the document', () => {
  it.each(['__proto__', 'constructor', 'toString'])('%s', name => {
    expect(findings({ a: {} }, [{ op: 'test', path: `/a/${name}`, value: {} }])).toEqual(['invalid_request', ['/0/path', 'absent']]);
    expect(findings({ a: {} }, [{ op: 'add', path: `/a/${name}/x`, value: 1 }])).toEqual(['invalid_request', ['/0/path', 'absent']]);
    const added = jsonPatch({}, [{ op: 'add', path: `/${name}`, value: { admin: true } }]) as object;
    expect([Object.keys(added), Object.getPrototypeOf(added)]).toEqual([[name], Object.prototype]);
    expect('admin' in {}).toBe(false);
    expect(jsonPatch(added, [{ op: 'replace', path: `/${name}/admin`, value: 1 }, { op: 'move', from: `/${name}`, path: '/x' }])).toEqual({ x: { admin: 1 } });
  });
  it('nor the length of a list', () => {
    expect(findings({ a: [1] }, [{ op: 'replace', path: '/a/length', value: 9 }])).toEqual(['invalid_request', ['/0/path', 'absent']]);
  });
});

describe('a patch has bounds', () => {
  it('100 operations', () => {
    const adds = (count: number) => Array.from({ length: count }, () => ({ op: 'add', path: '/-', value: 1 }));
    expect(jsonPatch([], adds(100))).toHaveLength(100);
    expect(findings([], adds(101))).toEqual(['invalid_request', ['', 'too_many']]);
  });

  it('pointers of 500 characters and 32 steps', () => {
    expect(jsonPatch({}, [{ op: 'add', path: `/${'a'.repeat(499)}`, value: 1 }])).toEqual({ ['a'.repeat(499)]: 1 });
    expect(findings({}, [{ op: 'add', path: `/${'a'.repeat(500)}`, value: 1 }])).toEqual(['invalid_request', ['/0/path', 'too_long']]);
    expect(findings({}, [{ op: 'remove', path: '/a'.repeat(33) }])).toEqual(['invalid_request', ['/0/path', 'too_deep']]);
  });

  it('50 findings', () => {
    expect(refused({}, Array.from({ length: 100 }, () => 0)).flaws).toHaveLength(50);
  });

  const nested = (levels: number): unknown => (levels === 0 ? 1 : { a: nested(levels - 1) });

  it('32 levels, however they come together', () => {
    expect(jsonPatch({}, [{ op: 'add', path: '/a', value: nested(31) }])).toEqual(nested(32));
    expect(findings({}, [{ op: 'add', path: '/a', value: nested(32) }])).toEqual(['invalid_request', ['/0/path', 'too_deep']]);
    expect(findings({ a: nested(20), b: nested(20) }, [{ op: 'move', from: '/b', path: `/a${'/a'.repeat(19)}` }])).toEqual(['invalid_request', ['/0/path', 'too_deep']]);
    expect(findings({ a: nested(20), b: nested(20) }, [{ op: 'replace', path: `/a${'/a'.repeat(19)}`, value: nested(20) }])).toEqual(['invalid_request', ['/0/path', 'too_deep']]);
  });

  it('1 MiB: copies that double the document come to an end', () => {
    const doubling = [{ op: 'add', path: '/0', value: 'x'.repeat(1_000) }, ...Array.from({ length: 30 }, (_, i) => ({ op: 'copy', from: '', path: `/${i % 2}` }))];
    const { code, flaws } = refused([], doubling);
    expect([code, flaws[0]!.code]).toEqual(['invalid_request', 'too_large']);
    const largest = jsonPatch({ a: 'x'.repeat(500_000) }, [{ op: 'copy', from: '/a', path: '/b' }]);
    expect(JSON.stringify(largest).length).toBeLessThanOrEqual(patchLimits.characters);
    expect(findings({ a: 'x'.repeat(500_000) }, [{ op: 'copy', from: '/a', path: '/b' }, { op: 'copy', from: '/a', path: '/c' }])).toEqual(['invalid_request', ['/1/path', 'too_large']]);
  });
});

describe('for any document', () => {
  const documents = fc.dictionary(fc.string({ minLength: 1, maxLength: 4 }), fc.jsonValue({ maxDepth: 3 }), { maxKeys: 5 });

  it('the empty patch is nothing, and what is added is there, and gone when removed', () => {
    fc.assert(fc.property(documents, fc.jsonValue({ maxDepth: 3 }), (document, value) => {
      expect(jsonPatch(document, [])).toEqual(document);
      const added = jsonPatch(document, [{ op: 'add', path: '/added', value }, { op: 'test', path: '/added', value }]);
      const { added: _, ...rest } = document;
      expect(jsonPatch(added, [{ op: 'remove', path: '/added' }])).toEqual(rest);
    }));
  });

  it('whatever comes as a patch, the answer is a document or a Problem, and neither argument changes', () => {
    const pointer = fc.oneof(fc.constantFrom('', '/', '/a', '/a/0', '/a/-', '/b/c', '/a/b'), fc.string());
    const operation = fc.record(
      { op: fc.constantFrom('add', 'remove', 'replace', 'move', 'copy', 'test', 'x'), path: pointer, from: pointer, value: fc.jsonValue({ maxDepth: 2 }) },
      { requiredKeys: ['op'] },
    );
    const document = fc.record({ a: fc.array(fc.jsonValue({ maxDepth: 1 }), { maxLength: 2 }), b: fc.jsonValue({ maxDepth: 2 }) });
    fc.assert(fc.property(document, fc.oneof(fc.array(operation, { maxLength: 4 }), fc.jsonValue()), (doc, patch) => {
      const before = JSON.stringify([doc, patch]);
      try {
        expect(JSON.stringify(jsonPatch(doc, patch))).toBeTypeOf('string');
      } catch (error) {
        expect(error).toBeInstanceOf(Problem);
      }
      expect(JSON.stringify([doc, patch])).toBe(before);
    }));
  });
});
