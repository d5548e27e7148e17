import { expect, it } from 'vitest';
import { Turns } from './turns.ts';

it('so many at a time, in order, whether their work succeeds or fails', async () => {
  const turns = new Turns(2);
  const begun: number[] = [];
  const ends: ((error?: Error) => void)[] = [];
  const works = Array.from({ length: 5 }, (_, n) => turns.take(() => new Promise<number>((resolve, reject) => {
    begun.push(n);
    ends.push(error => (error === undefined ? resolve(n) : reject(error)));
  })));
  expect(begun).toEqual([0, 1]);
  ends[1]!(new Error('no'));
  await expect(works[1]).rejects.toThrow('no');
  expect(begun).toEqual([0, 1, 2]);
  for (const n of [0, 2, 3, 4]) {
    ends[n]!();
    expect(await works[n]).toBe(n);
  }
  expect(begun).toEqual([0, 1, 2, 3, 4]);
});
