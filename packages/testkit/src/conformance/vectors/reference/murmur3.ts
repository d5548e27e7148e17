/** MurmurHash3 x86 32-bit, seed 0, of the UTF-8 bytes, written from its description with arbitrary-size integers: slow and plain. */
export function murmur3(text: string): number {
  const bytes = Buffer.from(text, 'utf8');
  const blocks = Math.floor(bytes.length / 4);
  let hash = 0n;
  for (let i = 0; i < blocks; i++) hash = word(rotated(hash ^ scrambled(BigInt(bytes.readUInt32LE(i * 4))), 13n) * 5n + 0xe6546b64n);
  let rest = 0n;
  for (let i = bytes.length - 1; i >= blocks * 4; i--) rest = (rest << 8n) | BigInt(bytes[i]!);
  if (bytes.length % 4 > 0) hash ^= scrambled(rest);
  hash ^= BigInt(bytes.length);
  hash = word((hash ^ (hash >> 16n)) * 0x85ebca6bn);
  hash = word((hash ^ (hash >> 13n)) * 0xc2b2ae35n);
  return Number(hash ^ (hash >> 16n));
}

const word = (value: bigint): bigint => value & 0xffffffffn;
const rotated = (value: bigint, by: bigint): bigint => word((value << by) | (value >> (32n - by)));
const scrambled = (block: bigint): bigint => word(rotated(word(block * 0xcc9e2d51n), 15n) * 0x1b873593n);
