/**
 * Ids on the wire: `prefix_` and 26 characters of lower-case Crockford base32 over a UUIDv7 (RFC 9562, section 5.7),
 * so ids of one kind sort by the time of their making.
 */
declare const branded: unique symbol;
export type Id<Prefix extends string> = string & { readonly [branded]: Prefix };

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const pool = new Uint8Array(4096);
let used = pool.length;

/** A new id; its time part is milliseconds since the epoch. */
export function newId<Prefix extends string>(prefix: Prefix, nowMs: number = Date.now()): Id<Prefix> {
  const bytes = uuidV7(nowMs);
  // 128 bits in 26 characters of 5: the first character holds 3 bits.
  let text = '';
  let buffer = 0;
  let bits = 2; // two leading zero bits make 130
  for (const byte of bytes) {
    buffer = (buffer << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += ALPHABET[(buffer >>> bits) & 31];
    }
    buffer &= (1 << bits) - 1;
  }
  return `${prefix}_${text}` as Id<Prefix>;
}

/** Whether `value` has the form of an id with this prefix. */
export const isId = (prefix: string, value: string): boolean =>
  value.length === prefix.length + 27 && value.startsWith(`${prefix}_`) && /^[0-7][0-9a-hjkmnp-tv-z]{25}$/.test(value.slice(prefix.length + 1));

function uuidV7(nowMs: number): Uint8Array {
  if (used + 16 > pool.length) {
    crypto.getRandomValues(pool);
    used = 0;
  }
  const bytes = pool.slice(used, used + 16);
  used += 16;
  for (let i = 0; i < 6; i++) bytes[i] = Math.floor(nowMs / 2 ** (8 * (5 - i))) & 0xff;
  bytes[6] = (bytes[6]! & 0x0f) | 0x70;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  return bytes;
}
