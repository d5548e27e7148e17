import { expect, test } from 'vitest';
import { murmur3 } from './murmur3.ts';

test.each([
  ['', 0],
  ['test', 0xba6bd213],
  ['hello', 0x248bfa47],
  ['hello, world', 0x149bbb7f],
  ['Hello, world!', 0xc0363e43],
  ['The quick brown fox jumps over the lazy dog', 0x2e4ff723],
])('%j hashes as published for seed 0', (text, hash) => {
  expect(murmur3(text)).toBe(hash);
});

test('the bytes are those of UTF-8, and long texts hash like short ones', () => {
  expect(murmur3('ππππππππ')).toBe(murmur3Reference(Buffer.from('ππππππππ')));
  expect(murmur3('schlüssel-'.repeat(500))).toBe(murmur3Reference(Buffer.from('schlüssel-'.repeat(500))));
});

/** The algorithm once more, in whole numbers without end, as the paper writes it down. */
function murmur3Reference(bytes: Buffer): number {
  const mask = 0xffff_ffffn;
  const rotate = (value: bigint, by: bigint): bigint => ((value << by) | (value >> (32n - by))) & mask;
  const scramble = (k: bigint): bigint => (rotate((k * 0xcc9e2d51n) & mask, 15n) * 0x1b873593n) & mask;
  let hash = 0n;
  const tailAt = bytes.length - (bytes.length % 4);
  for (let i = 0; i < tailAt; i += 4) hash = (rotate(hash ^ scramble(BigInt(bytes.readUInt32LE(i))), 13n) * 5n + 0xe6546b64n) & mask;
  let tail = 0n;
  for (let i = bytes.length - 1; i >= tailAt; i -= 1) tail = (tail << 8n) | BigInt(bytes[i] ?? 0);
  hash ^= scramble(tail) ^ BigInt(bytes.length);
  hash = ((hash ^ (hash >> 16n)) * 0x85ebca6bn) & mask;
  hash = ((hash ^ (hash >> 13n)) * 0xc2b2ae35n) & mask;
  return Number(hash ^ (hash >> 16n));
}
