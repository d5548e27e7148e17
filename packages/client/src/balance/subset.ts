import { murmur3 } from './murmur3.ts';

/**
 * The `size` items that `owner` keeps itself to, in their order: those with the highest hash of owner and instance
 * (rendezvous hashing; gRPC A68). One that leaves is replaced by one other, the rest stay.
 */
export function subsetOf<T>(items: readonly T[], size: number, owner: string, instanceOf: (item: T) => string): readonly T[] {
  if (size === 0 || items.length <= size) return items;
  const ranked = items.map((item, index) => ({ item, index, instance: instanceOf(item), hash: murmur3(`${owner}/${instanceOf(item)}`) }));
  ranked.sort((a, b) => b.hash - a.hash || (a.instance < b.instance ? -1 : 1));
  return ranked
    .slice(0, size)
    .sort((a, b) => a.index - b.index)
    .map(({ item }) => item);
}
