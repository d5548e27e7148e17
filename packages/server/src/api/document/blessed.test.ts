import { describe, expect, it } from 'vitest';
import { documentText, judge, mayBless } from './blessed.ts';

const text = (operations: readonly string[], summary = ''): string =>
  documentText({ paths: Object.fromEntries(operations.map(id => [`/${id}`, { get: { operationId: id, summary, responses: {} } }])) });
const states = (kept: Readonly<Record<string, string>>, built: Readonly<Record<string, string>>) =>
  judge(new Map(Object.entries(kept)), new Map(Object.entries(built))).map(judgement => [judgement.date, judgement.state, mayBless(judgement)]);

const [old, now] = ['2026-01-01', '2026-02-02'];

describe('a blessed document', () => {
  it('that is what is built stays', () => {
    expect(states({ [old]: text(['a']), [now]: text(['a', 'b']) }, { [old]: text(['a']), [now]: text(['a', 'b']) })).toEqual([[old, 'same', false], [now, 'same', false]]);
  });

  it('is written where there is none yet', () => {
    expect(states({}, { [old]: text(['a']), [now]: text(['a']) })).toEqual([[old, 'missing', true], [now, 'missing', true]]);
  });

  it('of the newest date may grow, and change its words', () => {
    expect(states({ [now]: text(['a']) }, { [now]: text(['a', 'b'], 'In other words') })).toEqual([[now, 'grown', true]]);
  });

  it('of the newest date is not written over with what would break it', () => {
    const [judgement] = judge(new Map([[now, text(['a', 'b'])]]), new Map([[now, text(['a'])]]));
    expect(judgement).toMatchObject({ state: 'broken', findings: [{ rule: 'operation_removed', where: 'b' }] });
    expect(mayBless(judgement!)).toBe(false);
  });

  it('of an older date changes in nothing, not even compatibly or in its words', () => {
    const newest = { [now]: text(['a']) };
    for (const other of [text(['a', 'b']), text(['a'], 'In other words')]) {
      expect(states({ [old]: text(['a']), ...newest }, { [old]: other, ...newest })[0]).toEqual([old, 'changed', false]);
    }
  });

  it('may be left behind by a new date, which may break what it likes', () => {
    expect(states({ [old]: text(['a', 'b']) }, { [old]: text(['a', 'b']), [now]: text(['c']) })).toEqual([[old, 'same', false], [now, 'missing', true]]);
  });
});
