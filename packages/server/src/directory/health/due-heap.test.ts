import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { DueHeap, type Due } from './due-heap.ts';

const drain = (heap: DueHeap<Due>): number[] => {
  const dues: number[] = [];
  for (let first = heap.peek(); first !== undefined; first = heap.peek()) {
    heap.delete(first);
    dues.push(first.due);
  }
  return dues;
};

test('after any puts, moves and removals, what is left comes out in order of its due time', () => {
  const acts = fc.array(fc.record({ item: fc.nat(29), due: fc.option(fc.integer({ min: 0, max: 50 }), { nil: null }) }));
  fc.assert(
    fc.property(acts, list => {
      const heap = new DueHeap<Due>();
      const items = Array.from({ length: 30 }, (): Due => ({ due: 0, place: -1 }));
      const kept = new Map<number, number>();
      for (const { item, due } of list) {
        if (due === null) {
          heap.delete(items[item]!);
          kept.delete(item);
        } else {
          heap.set(items[item]!, due);
          kept.set(item, due);
        }
        expect(heap.size).toBe(kept.size);
        expect(heap.peek()?.due).toBe(kept.size === 0 ? undefined : Math.min(...kept.values()));
      }
      expect(drain(heap)).toEqual([...kept.values()].sort((a, b) => a - b));
      expect(items.every(item => item.place === -1)).toBe(true);
    }),
  );
});
