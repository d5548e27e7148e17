const encoder = new TextEncoder();
/** Room for all names and most keys; its content means nothing between two calls. */
const scratch = new Uint8Array(768);

/** MurmurHash3 x86 32-bit (Austin Appleby, public domain), seed 0, of the UTF-8 bytes; 0 to 2^32 - 1. */
export function murmur3(text: string): number {
  // A UTF-16 unit takes at most three bytes.
  if (text.length * 3 <= scratch.length) return hashBytes(scratch, encoder.encodeInto(text, scratch).written);
  const bytes = encoder.encode(text);
  return hashBytes(bytes, bytes.length);
}

function hashBytes(bytes: Uint8Array, length: number): number {
  const blocksEnd = length & ~3;
  let hash = 0;
  for (let i = 0; i < blocksEnd; i += 4) {
    const block = (bytes[i] ?? 0) | ((bytes[i + 1] ?? 0) << 8) | ((bytes[i + 2] ?? 0) << 16) | ((bytes[i + 3] ?? 0) << 24);
    hash = (Math.imul(rotateLeft(hash ^ scramble(block), 13), 5) + 0xe6546b64) | 0;
  }
  let tail = 0;
  for (let i = length - 1; i >= blocksEnd; i -= 1) tail = (tail << 8) | (bytes[i] ?? 0);
  return avalanche(hash ^ scramble(tail) ^ length);
}

function scramble(block: number): number {
  return Math.imul(rotateLeft(Math.imul(block, 0xcc9e2d51), 15), 0x1b873593);
}

/** Every bit of the input comes to bear on every bit of the hash. */
function avalanche(hash: number): number {
  let mixed = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

function rotateLeft(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}
