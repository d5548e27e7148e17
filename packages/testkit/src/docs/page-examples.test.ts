import { expect, it } from 'vitest';
import { examplesOf } from './page-examples.ts';

const page = (...lines: string[]): string => lines.join('\n');

it('a command goes with the block that follows it directly', () => {
  expect(examplesOf(page('# Title', '```sh', 'echo 1', 'echo 2', '```', '```', '1', '2', '```'))).toEqual([{ line: 3, script: 'echo 1\necho 2', expected: '1\n2' }]);
});

it('one that none follows prints nothing', () => {
  expect(examplesOf(page('```sh', 'true', '```', 'Words.', '```', 'a block of its own', '```', '```json', '{}', '```', '```sh', 'false', '```'))).toEqual([
    { line: 2, script: 'true', expected: '' }, { line: 12, script: 'false', expected: '' },
  ]);
});

it('a block without an end is an error', () => {
  expect(() => examplesOf(page('```sh', 'true'))).toThrow('no end');
});
