import { expect, test } from 'vitest';
import { differences, differenceText } from './difference.ts';

test.each([
  ['the same, whatever the order of names', { a: 1, b: [1] }, { b: [1], a: 1 }, []],
  ['changed', { a: { b: 1 } }, { a: { b: 2 } }, [{ path: '/a/b', before: 1, after: 2 }]],
  ['new', {}, { a: null }, [{ path: '/a', before: undefined, after: null }]],
  ['gone', { a: null }, {}, [{ path: '/a', before: null, after: undefined }]],
  ['a list is one value', { a: [1, 2] }, { a: [2, 1] }, [{ path: '/a', before: [1, 2], after: [2, 1] }]],
  ['names with slash and tilde', { 'a/b~': 1 }, {}, [{ path: '/a~1b~0', before: 1, after: undefined }]],
  ['no inherited name counts', {}, { constructor: 1 }, [{ path: '/constructor', before: undefined, after: 1 }]],
])('%s', (_, before, after, expected) => expect(differences(before, after)).toEqual(expected));

test('a line for each, with a mark that needs no colour; text of others cannot move the cursor', () => {
  const found = differences({ spec: { a: 'x', gone: 1 } }, { spec: { a: '\u001b[2J\u202e', new: [1] } });
  expect(differenceText(found)).toBe('    ~ /spec/a: "x" -> "\\u001b[2J\u{fffd}"\n    - /spec/gone: 1\n    + /spec/new: [1]\n');
});
