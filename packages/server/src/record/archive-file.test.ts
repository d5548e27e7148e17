import type { Block } from '@miko/store';
import { expect, test } from 'vitest';
import { planFile } from './archive-file.ts';

/** Blocks of 10 rows each, one after another. */
const blocks = (...ages: ('young' | 'due' | 'overdue')[]): Block[] => ages.map((age, i) => ({
  since: i * 10, upto: i * 10 + 10, lines: 10, bytes: 1_000, hash: '', isDue: age !== 'young', isOverdue: age === 'overdue',
}));

test.each<[string, Block[], number, ReturnType<typeof planFile>]>([
  ['nothing is there', [], 30, null],
  ['nothing is due', blocks('young'), 30, null],
  ['too few are due to fill a file', blocks('due', 'due', 'young'), 30, null],
  ['enough are due', blocks('due', 'due', 'due', 'due'), 30, { since: 0, upto: 30 }],
  ['the next would be too many', blocks('due', 'due', 'due'), 25, { since: 0, upto: 20 }],
  ['too few are due, and have waited too long', blocks('overdue', 'due', 'young'), 30, { since: 0, upto: 20 }],
  ['one block is more than a file should hold', blocks('due'), 5, { since: 0, upto: 10 }],
  ['one that is due stands behind one that is not', blocks('young', 'due'), 5, null],
])('when %s', (_, waiting, rows, plan) => expect(planFile(waiting, { rows, bytes: 1_000_000 })).toEqual(plan));

test.each([[3_000, 30], [2_999, 20], [500, 10]])('when a file holds %i bytes it ends at row %i', (bytes, upto) =>
  expect(planFile(blocks('due', 'due', 'due', 'due'), { rows: 1_000, bytes })).toEqual({ since: 0, upto }));
