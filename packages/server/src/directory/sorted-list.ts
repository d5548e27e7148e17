/** What items are sorted by: one scalar that no two of them share. */
export type SortKey = string | number;

/**
 * Items in the order of a key, in chunks: putting one in or taking one out moves a chunk's worth of pointers however many
 * there are, and reading begins anywhere. Keys of one list are all text (in code unit order) or all numbers.
 */
export class SortedList<T> {
  readonly #keyOf: (item: T) => SortKey;
  /** None is empty. */
  readonly #chunks: T[][] = [];

  constructor(keyOf: (item: T) => SortKey) {
    this.#keyOf = keyOf;
  }

  /** Takes the place of the item that had the same key. */
  set(item: T): void {
    const key = this.#keyOf(item);
    const at = Math.min(this.#chunkOf(key), this.#chunks.length - 1);
    const chunk = this.#chunks[at];
    if (chunk === undefined) {
      this.#chunks.push([item]);
      return;
    }
    const place = this.#placeIn(chunk, key);
    const isThere = place < chunk.length && this.#keyOf(chunk[place]!) === key;
    chunk.splice(place, isThere ? 1 : 0, item);
    if (chunk.length > MOST_IN_CHUNK) this.#chunks.splice(at + 1, 0, chunk.splice(MOST_IN_CHUNK / 2));
  }

  delete(key: SortKey): void {
    const at = this.#chunkOf(key);
    const chunk = this.#chunks[at];
    if (chunk === undefined) return;
    const place = this.#placeIn(chunk, key);
    if (this.#keyOf(chunk[place]!) !== key) return;
    chunk.splice(place, 1);
    if (chunk.length === 0) this.#chunks.splice(at, 1);
  }

  /** Those beyond `after`, whether it is there or not; null: from the first. Not to be changed meanwhile. */
  *ascending(after: SortKey | null = null): Generator<T, void> {
    for (let at = after === null ? 0 : this.#chunkOf(after), first = true; at < this.#chunks.length; at++, first = false) {
      const chunk = this.#chunks[at]!;
      let place = first && after !== null ? this.#placeIn(chunk, after) : 0;
      if (first && after !== null && this.#keyOf(chunk[place]!) === after) place++;
      for (; place < chunk.length; place++) yield chunk[place]!;
    }
  }

  /** Those before `before`, the nearest first; null: from the last. Not to be changed meanwhile. */
  *descending(before: SortKey | null = null): Generator<T, void> {
    const start = before === null ? this.#chunks.length : this.#chunkOf(before);
    for (let at = Math.min(start, this.#chunks.length - 1); at >= 0; at--) {
      const chunk = this.#chunks[at]!;
      for (let place = (at === start ? this.#placeIn(chunk, before!) : chunk.length) - 1; place >= 0; place--) yield chunk[place]!;
    }
  }

  /** The first chunk whose last key is not below `key`; one past the last chunk where there is none. */
  #chunkOf(key: SortKey): number {
    return lowest(this.#chunks.length, at => this.#keyOf(this.#chunks[at]!.at(-1)!) >= key);
  }

  #placeIn(chunk: readonly T[], key: SortKey): number {
    return lowest(chunk.length, at => this.#keyOf(chunk[at]!) >= key);
  }
}

const MOST_IN_CHUNK = 128;

/** The lowest number below `end` for which it is true, `end` where there is none; once true, true for all above. */
function lowest(end: number, isTrue: (at: number) => boolean): number {
  let low = 0;
  while (low < end) {
    const middle = (low + end) >>> 1;
    if (isTrue(middle)) end = middle;
    else low = middle + 1;
  }
  return low;
}
