import { array, assert, constantFrom, property, string } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LogTail } from './log-tail.ts';

describe('a log', () => {
  test('is handed on by lines, however it was cut in pieces', () => {
    assert(
      property(array(string({ unit: constantFrom('a', 'b', '\n') }), { maxLength: 30 }), (pieces) => {
        const lines: string[] = [];
        const log = new LogTail((line) => lines.push(line));
        pieces.forEach((piece) => log.add(piece));
        expect(lines).toEqual(pieces.join('').split('\n').slice(0, -1));
        expect(log.text()).toBe(pieces.join(''));
      }),
    );
  });

  test('takes bounded memory: a long line is cut off, the beginning is forgotten', () => {
    const lines: string[] = [];
    const log = new LogTail((line) => lines.push(line));
    for (let i = 0; i < 100; i += 1) log.add('x'.repeat(1_000));
    log.add('\nlast\n');
    expect(lines).toEqual(['x'.repeat(8_192), 'last']);
    expect(log.text().length).toBe(16_384);
  });

  test('ends with the lines an error message needs', () => {
    const log = new LogTail(() => {});
    log.add('one\ntwo\nthree\n');
    expect(log.lines(2)).toBe('two\nthree');
  });
});
