import { Problem } from '@miko/model';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decode, findFlaw, parseJson } from './strict-json.ts';

const refusal = (body: string | Buffer): Problem => {
  try {
    parseJson(Buffer.from(body as string));
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
  throw new Error(`${String(body).slice(0, 100)} was taken`);
};
const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);

describe('what is not JSON is malformed_json, and points at the whole body', () => {
  it.each([
    '', ' ', '{', '}', '{"a":1', '{"a" 1}', '{a:1}', "{'a':1}", '{"a":1,}', '[1,]', '[1 2]', '01', '+1', '.5', '1.', '1e', '0x10', 'NaN', 'Infinity', '-', 'undefined', 'nul',
    'True', '"a', '"\t"', '"\\x41"', '"\\u12"', '"a"b', '{}{}', '{} x', '// c\n{}', '{"a":1}/**/', '\ufeff{}', '\u00a0{}',
  ])('%j', body => {
    const problem = refusal(body);
    expect([problem.code, problem.flaws.map(f => [f.pointer, f.code])]).toEqual(['malformed_json', [['', 'malformed_json']]]);
  });

  it.each([
    ['a lone continuation byte', [0x22, 0x80, 0x22]], ['a cut sequence', [0x22, 0xc3, 0x22]], ['an overlong slash', [0x22, 0xc0, 0xaf, 0x22]],
    ['a surrogate in bytes', [0x22, 0xed, 0xa0, 0x80, 0x22]], ['beyond U+10FFFF', [0x22, 0xf4, 0x90, 0x80, 0x80, 0x22]], ['UTF-16', [0xff, 0xfe, 0x7b, 0, 0x7d, 0]],
    ['latin1', [0x7b, 0x22, 0xe4, 0x22, 0x3a, 0x31, 0x7d]],
  ])('bytes that are not UTF-8: %s', (_, bytes) => {
    const problem = refusal(Buffer.from(bytes));
    expect([problem.code, problem.message]).toEqual(['malformed_json', 'the body is not valid UTF-8']);
    expect(() => decode(Buffer.from(bytes))).toThrow(Problem);
  });

  it('quotes no more of the body than a little', () => {
    expect(refusal(`{"a": ${'x'.repeat(10_000)}}`).message.length).toBeLessThan(300);
  });
});

describe('a name may stand once in an object', () => {
  it.each([
    ['{"a":1,"a":1}', '/a'],
    ['{"a":{"b":1,"b":2}}', '/a/b'],
    ['[0,{"x":[],"x":{}}]', '/1/x'],
    ['{"a":[{"b":1},{"b":{"c":0,"d":[1,{}],"c":0}}]}', '/a/1/b/c'],
    ['{"a":1,"\\u0061":2}', '/a'],
    ['{"\\u00e4":1,"ä":2}', '/ä'],
    ['{"a\\/b":1,"a/b":2}', '/a~1b'],
    ['{"a~b":1,"a~b":2}', '/a~0b'],
    ['{"\\"":1,"\\u0022":2}', '/"'],
    ['{"\\\\":1,"\\u005c":2}', '/\\'],
    ['{"":1,"":2}', '/'],
    ['{"__proto__":1,"__proto__":2}', '/__proto__'],
    ['{"\\ud83d\\ude00":1,"😀":2}', '/😀'],
    ['{"a":"{\\"b\\":1,\\"b\\":2}","c":1,"c":1}', '/c'],
  ])('%s: %s', (body, pointer) => {
    const problem = refusal(body);
    expect([problem.code, problem.flaws.map(f => [f.pointer, f.code])]).toEqual(['invalid_request', [[pointer, 'duplicate_key']]]);
  });

  it.each(['{"a":{"b":1},"c":{"b":1}}', '[{"a":1},{"a":1}]', '{"a":"a","b":["a","a"],"c":"a"}', '{"a":1,"A":2}', '{"e\u0301":1,"é":2}', '{"a":{"a":{"a":[{"a":1}]}}}'])(
    'the same name elsewhere is no second one: %s', body => {
      expect(parseJson(Buffer.from(body))).toEqual(JSON.parse(body));
    },
  );
});

describe('text that the database cannot keep is refused where it stands', () => {
  it.each([
    ['{"a":"\\u0000"}', '/a'], ['{"a":["ok","x\\u0000y"]}', '/a/1'], ['"\\u0000"', ''], ['{"\\u0000":1}', '/\u0000'],
    ['{"a":"\\ud800"}', '/a'], ['{"a":"\\udc00\\ud800"}', '/a'], ['{"a":"\\ud800x"}', '/a'], ['["\\ud83d"]', '/0'],
  ])('%s', (body, pointer) => {
    const problem = refusal(body);
    expect([problem.code, problem.flaws.map(f => [f.pointer, f.code])]).toEqual(['invalid_request', [[pointer, 'bad_text']]]);
  });

  it.each(['"\\ud83d\\ude00"', '"😀"', '"\\u0001\\n\\u007f"', '"\\\\u0000"', '"\\\\ud800"'])('%s is kept', body => {
    expect(parseJson(Buffer.from(body))).toBe(JSON.parse(body));
  });
});

describe('nesting has a bound', () => {
  it('of 32 levels', () => {
    expect(parseJson(Buffer.from(nested(32)))).toEqual(JSON.parse(nested(32)));
    const problem = refusal(nested(33));
    expect([problem.code, problem.flaws.map(f => [f.pointer, f.code])]).toEqual(['invalid_request', [['/0'.repeat(32), 'too_deep']]]);
  });

  it('in depth, not in number: brackets beside each other and in text do not count', () => {
    expect(() => parseJson(Buffer.from(`[${Array(1_000).fill('[{}]').join(',')},"${'['.repeat(100)}"]`))).not.toThrow();
  });

  it('and a very deep body is refused as quickly as any', () => {
    expect(refusal(nested(200_000)).flaws[0]?.code).toBe('too_deep');
    expect(refusal('{"a":'.repeat(50_000) + '1' + '}'.repeat(50_000)).flaws[0]?.code).toBe('too_deep');
    expect(refusal('['.repeat(200_000)).code).toBe('malformed_json');
  });

  it('however long the names, a pointer stays short', () => {
    const name = 'n'.repeat(10_000);
    const problem = refusal(`{"${name}":1,"${name}":2}`);
    expect(problem.flaws[0]!.pointer.length).toBeLessThanOrEqual(500);
    expect(problem.flaws[0]!.detail.length).toBeLessThan(200);
  });
});

describe('whatever JSON.parse takes', () => {
  const spaced = fc.tuple(fc.json(), fc.constantFrom(0, 1, 2, '\t')).map(([text, space]) => JSON.stringify(JSON.parse(text), null, space));

  it('findFlaw walks without throwing, whether escaped, spaced or bare', () => {
    fc.assert(fc.property(fc.oneof(fc.json(), spaced, fc.json({ stringUnit: 'binary' })), text => {
      expect(() => findFlaw(text)).not.toThrow();
    }), { numRuns: 500 });
  });

  it('without a flaw, parseJson gives the same value', () => {
    fc.assert(fc.property(fc.oneof(fc.json({ maxDepth: 6 }), spaced), text => {
      fc.pre(findFlaw(text) === null);
      expect(parseJson(Buffer.from(text))).toEqual(JSON.parse(text));
    }), { numRuns: 500 });
  });

  it('what JSON.stringify made of a value has no name twice', () => {
    fc.assert(fc.property(fc.jsonValue({ maxDepth: 6, stringUnit: 'grapheme' }), value => {
      const flaw = findFlaw(JSON.stringify(value));
      expect(flaw === null || flaw.code === 'bad_text').toBe(true);
    }), { numRuns: 500 });
  });

  it('a name put in twice is found, at its pointer, however it is written', () => {
    const escaped = (name: string) => `"${name.split('').map(c => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')}"`;
    fc.assert(fc.property(fc.stringMatching(/^[a-z"\\/~ ]{0,8}$/), fc.array(fc.constantFrom('x', 'y'), { maxLength: 5 }), fc.boolean(), (name, path, escape) => {
      const twice = `{${JSON.stringify(name)}:1,"other":[{}],${escape ? escaped(name) : JSON.stringify(name)}:2}`;
      fc.pre(name !== 'other');
      const text = path.reduce((inner, at) => `{"before":[1,{}],"${at}":${inner}}`, twice);
      const pointer = [...path.toReversed(), name].map(at => `/${at.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
      expect(findFlaw(text)).toMatchObject({ pointer, code: 'duplicate_key' });
    }));
  });
});

it('any bytes give a value or a Problem, never another error', () => {
  fc.assert(fc.property(fc.oneof(fc.uint8Array({ maxLength: 40 }), fc.string().map(text => Buffer.from(text))), bytes => {
    try {
      parseJson(Buffer.from(bytes));
    } catch (error) {
      expect(error).toBeInstanceOf(Problem);
    }
  }), { numRuns: 500 });
});
