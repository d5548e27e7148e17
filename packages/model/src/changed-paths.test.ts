import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changedPaths, MOST_CHANGED_PATHS } from './changed-paths.ts';
import { equalJson } from './json-equal.ts';
import { stepsOf } from './json-pointer.ts';

describe('the paths at which two documents differ', () => {
  it.each<[string, unknown, unknown, string[]]>([
    ['nothing', { a: 1 }, { a: 1 }, []],
    ['the order of names', { a: 1, b: 2 }, { b: 2, a: 1 }, []],
    ['a field', { a: 1, b: 2 }, { a: 1, b: 3 }, ['/b']],
    ['null instead of a value', { a: 1 }, { a: null }, ['/a']],
    ['a field of a field', { a: { b: 1, c: 1 } }, { a: { b: 2, c: 1 } }, ['/a/b']],
    ['what came and what went, as wholes', { a: { x: 1 } }, { b: { y: 1, z: 2 } }, ['/a', '/b']],
    ['several, sorted', { b: 1, a: 1, c: 1 }, { c: 2, b: 2, a: 2 }, ['/a', '/b', '/c']],
    ['an item of a list', { a: [1, 2] }, { a: [1, 3] }, ['/a/1']],
    ['a list of another length', { a: [1, 2] }, { a: [2] }, ['/a']],
    ['a list for an object', { a: { 0: 1 } }, { a: [1] }, ['/a']],
    ['names that need escaping', {}, { 'a/b': 1, '~': 1 }, ['/a~1b', '/~0']],
    ['a name that objects inherit', {}, { constructor: 1 }, ['/constructor']],
    ['the whole', null, { a: 1 }, ['']],
    ['made from nothing', {}, { spec: { a: 1 } }, ['/spec']],
  ])('%s', (_, before, after, paths) => {
    expect(changedPaths(before, after)).toEqual(paths);
    expect(changedPaths(after, before)).toEqual(paths);
  });
});

describe('no change has more than 100 of them', () => {
  const labels = (count: number, value: string) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, value]));

  it('100 are told one by one, the next gives them all to their parent', () => {
    const change = (count: number) => changedPaths({ note: 1, labels: labels(count, 'a') }, { note: 2, labels: labels(count, 'b') });
    expect(change(99)).toHaveLength(100);
    expect(change(100)).toEqual(['/labels', '/note']);
  });

  it('up to the whole document', () => {
    expect(changedPaths(labels(101, 'a'), labels(101, 'b'))).toEqual(['']);
  });
});

it('for any two: none where they are equal, else within the bound, each a pointer, and no path below another', () => {
  const leafy = fc.dictionary(fc.string({ maxLength: 2 }), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 8 });
  fc.assert(fc.property(leafy, leafy, (before, after) => {
    const paths = changedPaths(before, after);
    expect(paths.length === 0).toBe(equalJson(before, after));
    expect(paths.length).toBeLessThanOrEqual(MOST_CHANGED_PATHS);
    expect(paths).toEqual([...paths].sort());
    for (const path of paths) {
      expect(stepsOf(path)).not.toBeNull();
      expect(paths.filter(other => other.startsWith(`${path}/`))).toEqual([]);
    }
  }));
});
