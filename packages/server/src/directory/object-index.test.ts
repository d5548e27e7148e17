import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Stored } from '@miko/model';
import { keyIn, ObjectCollection, ObjectIndex, objectOrders } from './object-index.ts';
import { SortedList } from './sorted-list.ts';
import { stored } from './stored.test.support.ts';

/** The same, plainly: an array that is sorted and searched each time. */
class Plain {
  items: Stored[] = [];

  set(object: Stored): void {
    this.items = [...this.items.filter(({ id, name }) => id !== object.id && name !== object.name), object];
  }
  delete(id: string): void {
    this.items = this.items.filter(item => item.id !== id);
  }
  walk(order: (typeof objectOrders)[number], isDescending: boolean, beyond: string | number | null): Stored[] {
    const key = keyIn[order];
    const sorted = this.items.toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
    return (isDescending ? sorted.toReversed() : sorted).filter(item => beyond === null || (isDescending ? key(item) < beyond : key(item) > beyond));
  }
}

const step = fc.record({ isDeleted: fc.integer({ min: 0, max: 3 }).map(n => n === 0), made: fc.integer({ min: 0, max: 30 }), name: fc.integer({ min: 0, max: 20 }), isStatus: fc.boolean() });

describe('a collection', () => {
  it('shows, in every order, from anywhere and both ways, what a plain list would', () => {
    fc.assert(fc.property(fc.array(step, { maxLength: 80 }), fc.integer({ min: -1, max: 81 }), (steps, place) => {
      const [collection, plain] = [new ObjectCollection('default'), new Plain()];
      for (const [i, { isDeleted, made, name, isStatus }] of steps.entries()) {
        const before = plain.items.find(item => item.id === stored('x', made, 0).id);
        // A status moves without a revision.
        const object = isStatus && before !== undefined ? { ...before, status: { i } } : stored(`name-${name}`, made, i + 1);
        for (const one of [collection, plain]) {
          if (isDeleted) one.delete(object.id);
          else one.set(object);
        }
      }
      expect(collection.size).toBe(plain.items.length);
      for (const item of plain.items) expect([collection.get(item.name), collection.get(item.id)]).toEqual([item, item]);
      expect(collection.get('nobody')).toBeNull();
      for (const order of objectOrders) {
        const between = order === 'updated_at' ? place : keyIn[order](stored(`name-${place}`, Math.max(place, 0), 0));
        for (const beyond of [null, between]) {
          for (const isDescending of [false, true]) expect([...collection.walk(order, isDescending, beyond)]).toEqual(plain.walk(order, isDescending, beyond));
        }
      }
      expect([...collection]).toEqual(plain.walk('name', false, null));
    }), { numRuns: 300 });
  });

  it('keeps its order over many chunks, filled and emptied in any order', () => {
    const numbers = Array.from({ length: 5_000 }, (_, i) => (i * 2_731) % 5_000);
    const list = new SortedList<number>(n => n);
    for (const n of numbers) list.set(n);
    expect([...list.ascending()]).toEqual(numbers.toSorted((a, b) => a - b));
    for (const n of numbers.filter(n => n % 3 !== 0)) list.delete(n);
    list.delete(1);
    const left = numbers.filter(n => n % 3 === 0).sort((a, b) => a - b);
    expect([...list.ascending()]).toEqual(left);
    expect([...list.descending()]).toEqual(left.toReversed());
    for (const from of [-1, 0, 1, 1_499, 1_500, 4_998, 4_999, 9_999]) {
      expect([...list.ascending(from)]).toEqual(left.filter(n => n > from));
      expect([...list.descending(from)]).toEqual(left.filter(n => n < from).toReversed());
    }
  });

  it('finds the place of a page with as much work among 100,000 as among 1,000, but for a few comparisons', () => {
    const looks = (size: number): number => {
      let count = 0;
      const list = new SortedList<number>(n => { count++; return n; });
      for (let n = 0; n < size; n++) list.set(n);
      count = 0;
      const page = list.ascending(Math.floor(size / 2));
      for (let i = 0; i < 100; i++) page.next();
      return count;
    };
    expect(looks(1_000)).toBeLessThan(25);
    expect(looks(100_000)).toBeLessThan(25);
  });
});

describe('the index', () => {
  it('keeps kinds and projects apart', () => {
    const index = new ObjectIndex();
    const [a, b, zone] = [stored('web', 1, 1), stored('web', 2, 2, { project: 'bank' }), stored('web', 3, 3, { kind: 'zone', project: null })];
    for (const object of [a, b, zone]) index.set(object);
    expect([index.get('service', 'default', 'web'), index.get('service', 'bank', b.id), index.get('zone', null, 'web'), index.get('service', null, 'web')]).toEqual([a, b, zone, null]);
    expect([...index.all('service')]).toEqual([a, b]);
    index.delete(a);
    expect([index.of('service', 'default').size, index.of('service', 'bank').size]).toEqual([0, 1]);
    index.clear();
    expect([...index.all('service')]).toEqual([]);
  });

  it('gives a name that was set free to another object, whatever is said of the first one afterwards', () => {
    const index = new ObjectIndex();
    const [first, second] = [stored('web', 1, 1), stored('web', 2, 3)];
    index.set(first);
    index.delete({ ...first, revision: 2 });
    index.set(second);
    index.delete(first);
    expect(index.get('service', 'default', 'web')).toEqual(second);
  });
});
