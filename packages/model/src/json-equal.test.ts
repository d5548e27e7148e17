import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { equalJson } from './json-equal.ts';

describe('two JSON values are the same', () => {
  it.each<[unknown, unknown, boolean]>([
    [1, 1, true], [0, -0, true], [1, '1', false], [null, null, true], [null, {}, false], [null, 0, false], [[], {}, false], [false, 0, false],
    [{ a: 1, b: 2 }, { b: 2, a: 1 }, true], [{ a: 1 }, { a: 1, b: 2 }, false], [{ a: 1 }, { b: 1 }, false],
    [[1, 2], [2, 1], false], [[1], [1, 2], false], [[{ a: [] }], [{ a: [] }], true], [{ toString: 1 }, {}, false], [{}, { toString: 1 }, false],
  ])('%j and %j: %s', (a, b, same) => {
    expect([equalJson(a, b), equalJson(b, a)]).toEqual([same, same]);
  });

  it('what has come through JSON text is what it was', () => {
    fc.assert(fc.property(fc.jsonValue(), value => equalJson(value, JSON.parse(JSON.stringify(value)))));
  });
});
