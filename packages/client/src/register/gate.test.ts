import { expect, test } from 'vitest';
import { createGate } from './gate.ts';

test('no more than so many run at once, all run in order, and a failure keeps no place', async () => {
  const gate = createGate(2);
  const order: number[] = [];
  let running = 0;
  let most = 0;
  const work = Array.from({ length: 9 }, (_, i) =>
    gate(async () => {
      order.push(i);
      running += 1;
      most = Math.max(most, running);
      await Promise.resolve();
      running -= 1;
      if (i % 3 === 0) throw new Error(`number ${i}`);
      return i;
    }),
  );
  const results = await Promise.allSettled(work);
  expect(results.filter((result) => result.status === 'rejected')).toHaveLength(3);
  expect(order).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  expect(most).toBe(2);
});
