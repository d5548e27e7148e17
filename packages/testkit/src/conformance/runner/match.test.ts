import { describe, expect, it } from 'vitest';
import { mismatch } from './match.ts';

describe('a matcher', () => {
  it.each([
    ['a plain value', 7, 7],
    ['a map, of which more may be there', { a: 1, b: 2 }, { a: 1 }],
    ['a list as long', [1, { a: 2, b: 3 }], [1, { a: 2 }]],
    ['several words at once', 5, { $gte: 5, $lt: 6 }],
    ['one of several', 'b', { $in: ['a', 'b'] }],
    ['any order', ['b', 'a'], { $same: ['a', 'b'] }],
    ['any order, where the first that fits is needed by another', [{ n: 1, m: 1 }, { n: 1 }], { $same: [{ n: 1 }, { m: 1 }] }],
    ['how a list begins', [1, 2, 3], { $begins: [1, { $gte: 2 }] }],
    ['what is anywhere in it', [{ a: { b: 'a secret word' } }], { $tells: 'secret', $not: { $tells: 'hidden' } }],
    ['items among others', [1, 2, 3], { $has: [3, 1] }],
    ['values of a map as items', { a: { n: 1 }, b: { n: 2 } }, { $some: { n: 2 }, $none: { n: 3 }, $count: 2 }],
    ['each item', [4, 5], { $each: { $gt: 3 } }],
    ['a regular expression', 'endpoints:watch', { $match: ':watch$' }],
    ['what it is not', 'disk', { $not: 'miko' }],
    ['null or absent', { a: null }, { a: { $is: 'null' }, b: { $is: 'absent' } }],
    ['nothing in it', {}, { $is: 'empty' }],
  ])('fits %s', (_, value, matcher) => {
    expect(mismatch(value, matcher)).toBeNull();
  });

  it.each([
    ['a value', { a: { b: 1 } }, { a: { b: 2 } }, 'a.b should be 2, was 1'],
    ['a shorter list', [1], [1, 2], 'it should be 2 items ([1,2]), was [1]'],
    ['a bound', { n: 3 }, { n: { $gte: 4 } }, 'n should be at least 4, was 3'],
    ['a number that is none', {}, { n: { $gte: 4 } }, 'n should be at least 4, was nothing'],
    ['an item that must not be', [1, 2], { $none: 2 }, 'it should be no item like 2, was [1,2]'],
    ['one item for two', [1, 2], { $same: [1, 1] }, 'it should be in any order [1,1], was [1,2]'],
    ['one item for two among others', [{ n: 1 }, { n: 2 }], { $has: [{ n: 1 }, { n: { $lte: 1 } }] }, 'it should be among it [{"n":1},{"n":{"$lte":1}}], was [{"n":1},{"n":2}]'],
    ['each of none', [], { $each: 1 }, 'it should be items, each like 1, was []'],
    ['a beginning that is longer', [1], { $begins: [1, { $is: 'absent' }] }, 'it should be beginning with [1,{"$is":"absent"}], was [1]'],
    ['what is anywhere in it', { a: ['b'] }, { $not: { $tells: 'b' } }, 'it should be not {"$tells":"b"}, was {"a":["b"]}'],
    ['a count', { list: [1] }, { list: { $count: { $gte: 2 } } }, 'list (how many) should be at least 2, was 1'],
  ])('says where and why not: %s', (_, value, matcher, why) => {
    expect(mismatch(value, matcher)).toBe(why);
  });

  it('refuses words that it does not know', () => {
    expect(() => mismatch(1, { $about: 1 })).toThrow('$about is no word of a matcher');
  });
});
