import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { blockHash, verifyChain, type ChainFault } from './audit-chain.ts';

const ZERO = '0'.repeat(64);
const row = (revision: number, text = 'ü'): string => JSON.stringify({ revision, text });
const start = (upto: number, hash = ZERO): string => JSON.stringify({ start: { stream: 'change', upto, hash } });
const seal = (since: number, upto: number, hash: string): string => JSON.stringify({ seal: { since, upto, lines: upto - since, hash } });
const end = (upto: number): string => JSON.stringify({ end: { upto } });

/** Two blocks of two rows, and one row that is not sealed. */
async function chain(): Promise<string[]> {
  const first = await blockHash(ZERO, [row(1), row(2)]);
  const second = await blockHash(first, [row(3), row(4)]);
  return [start(0), row(1), row(2), seal(0, 2, first), row(3), row(4), seal(2, 4, second), row(5), end(5)];
}

test('the hash is SHA-256 over the hash before and each line with its line feed', async () => {
  const before = createHash('sha256').update('before').digest();
  const expected = createHash('sha256').update(before).update('one\n').update('zwölf\n').digest('hex');
  expect(await blockHash(before.toString('hex'), ['one', 'zwölf'])).toBe(expected);
});

test('a whole chain is whole, and says where it ends', async () => {
  const lines = await chain();
  expect(await verifyChain(lines)).toEqual({
    ok: true, faults: [], start: { upto: 0, hash: ZERO }, head: { upto: 4, hash: expect.stringMatching(/^[0-9a-f]{64}$/) as string }, blocks: 2, rows: 5, unsealed: 1,
  });
});

describe('what is wrong is named with its block', () => {
  test.each<[string, (lines: string[]) => string[], Partial<ChainFault>]>([
    ['a row that is another', lines => lines.with(4, row(3, 'u')), { from: 3, to: 4, detail: 'its rows are not those that were sealed' }],
    ['a row too few', lines => lines.toSpliced(4, 1), { from: 3, to: 4, detail: 'row 3 is missing: 4 stands in its place' }],
    ['a row twice', lines => lines.toSpliced(4, 0, row(3)), { from: 3, to: 4, detail: 'row 4 is missing: 3 stands in its place' }],
    ['the last row of a block gone', lines => lines.toSpliced(5, 1), { from: 3, to: 4, detail: 'it has 1 rows, 2 numbers and a seal over 2' }],
    ['rows in another order', lines => lines.with(4, row(4)).with(5, row(3)), { from: 3, to: 4, detail: 'row 3 is missing: 4 stands in its place' }],
    ['a block gone', lines => lines.toSpliced(1, 3), { from: 3, to: 4, detail: 'the seal before it ends at 0: a block is missing' }],
    ['a line that is no row', lines => lines.with(1, '"row"'), { from: 1, to: 2, detail: 'a line is no row' }],
    ['a row not sealed yet that is missing', lines => lines.with(7, row(6)).with(8, end(6)), { from: null, to: null, detail: 'row 5 is missing: 6 stands in its place' }],
    ['no end', lines => lines.slice(0, -1), { from: null, to: null, detail: 'it has no end: lines are missing' }],
    ['the wrong end', lines => lines.with(8, end(7)), { from: null, to: null, detail: 'it ends at 7, the last row is 5' }],
    ['lines after the end', lines => [...lines, row(6)], { from: null, to: null, detail: 'there are lines after the end' }],
    ['no start', lines => lines.slice(4), { from: 3, to: 4, detail: 'nothing says what stood before it' }],
    ['two starts', lines => [lines[0]!, ...lines], { from: null, to: null, detail: 'it starts twice' }],
  ])('%s', async (_, tamper, fault) => {
    const { ok, faults } = await verifyChain(tamper(await chain()));
    expect(ok).toBe(false);
    expect(faults[0]).toMatchObject(fault);
  });

  test('nothing at all', async () => {
    expect(await verifyChain([])).toMatchObject({ ok: false, start: null, head: null, rows: 0 });
  });
});

test('a head that was kept elsewhere is looked for', async () => {
  const lines = await chain();
  const { head } = await verifyChain(lines);
  expect((await verifyChain(lines, head)).ok).toBe(true);
  expect((await verifyChain(lines, { upto: 0, hash: ZERO })).ok).toBe(true);
  expect(await verifyChain(lines, { upto: 4, hash: ZERO })).toMatchObject({ ok: false, faults: [{ to: 4, detail: 'the seal is not the one that was kept: the chain was made anew' }] });
  expect(await verifyChain(lines, { upto: 3, hash: ZERO })).toMatchObject({ ok: false, faults: [{ to: 3, detail: 'no seal ends at 3' }] });
});

test('faults are bounded, and lines may come as a stream', async () => {
  async function* lines(): AsyncGenerator<string> {
    yield start(0);
    for (let at = 0; at < 500; at++) yield await Promise.resolve(seal(at, at + 1, ZERO));
  }
  expect((await verifyChain(lines())).faults).toHaveLength(100);
});
