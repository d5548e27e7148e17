/** What a heap orders; the heap alone writes both fields. */
export interface Due {
  /** When, in the unit of the caller's clock. */
  due: number;
  /** Where the heap keeps it; -1 outside of any heap. */
  place: number;
}

/**
 * A binary heap by due time in which any item can be moved or taken out in O(log n), so that
 * tens of thousands of endpoints need one timer. An item is in at most one heap, at most once.
 */
export class DueHeap<T extends Due> {
  readonly #items: T[] = [];

  get size(): number {
    return this.#items.length;
  }

  peek(): T | undefined {
    return this.#items[0];
  }

  /** Puts it in, or moves it. */
  set(item: T, due: number): void {
    item.due = due;
    if (item.place === -1) {
      item.place = this.#items.length;
      this.#items.push(item);
    }
    this.#settle(item);
  }

  /** Takes it out; nothing happens when it is not in. */
  delete(item: T): void {
    if (item.place === -1) return;
    const last = this.#items.pop()!;
    if (last !== item) {
      this.#put(last, item.place);
      this.#settle(last);
    }
    item.place = -1;
  }

  #settle(item: T): void {
    this.#rise(item);
    this.#sink(item);
  }

  #rise(item: T): void {
    while (item.place > 0) {
      const parent = this.#items[(item.place - 1) >> 1]!;
      if (parent.due <= item.due) return;
      this.#swap(parent, item);
    }
  }

  #sink(item: T): void {
    for (;;) {
      const left = this.#items[2 * item.place + 1];
      const right = this.#items[2 * item.place + 2];
      if (left === undefined) return;
      const child = right !== undefined && right.due < left.due ? right : left;
      if (item.due <= child.due) return;
      this.#swap(item, child);
    }
  }

  #swap(upper: T, lower: T): void {
    const place = upper.place;
    this.#put(upper, lower.place);
    this.#put(lower, place);
  }

  #put(item: T, place: number): void {
    this.#items[place] = item;
    item.place = place;
  }
}
