import { describe, expect, it } from 'vitest';
import { allVectors, isClose } from './all-vectors.ts';
import { readVectors, vectorFiles } from './run-vectors.ts';

const computed = allVectors();

describe('the shared vectors', () => {
  it('are those files, and no others', () => expect(vectorFiles()).toEqual([...computed.keys()].sort()));

  it.each(vectorFiles())('%s is what the reference says', file => {
    const { vector, cases } = readVectors(file);
    const expected = computed.get(file)!;
    expect(vector).toBe(expected.vector);
    expect(cases.map(({ says }) => says)).toEqual(expected.cases.map(({ says }) => says));
    for (const [i, { says, input, output }] of cases.entries()) {
      expect(input, says).toEqual(expected.cases[i]!.input);
      expect(isClose(output, expected.cases[i]!.output), says).toBe(true);
    }
  });

  it.each(vectorFiles())('%s holds a case worked out by hand', file => {
    expect(readVectors(file).cases.some(({ by_hand }) => by_hand === true)).toBe(true);
  });
});
