import fc from 'fast-check';
import { expect, it } from 'vitest';
import { pointerTo, stepsOf } from './json-pointer.ts';

it.each<[string, readonly string[]]>([['', []], ['/', ['']], ['/a/0', ['a', '0']], ['/a~1b/m~0n', ['a/b', 'm~n']], ['/~01', ['~1']], ['//', ['', '']]])('%j has the steps %j', (pointer, steps) => {
  expect(stepsOf(pointer)).toEqual(steps);
  expect(pointerTo(steps)).toBe(pointer);
});

it.each(['a', 'a/b', '#/a', '/~', '/a~2', '/~~0'])('%j is no pointer', pointer => {
  expect(stepsOf(pointer)).toBeNull();
});

it('any steps come back from their pointer', () => {
  fc.assert(fc.property(fc.array(fc.string()), steps => {
    expect(stepsOf(pointerTo(steps))).toEqual(steps);
  }));
});
