/**
 * Arrays in PostgreSQL's binary form, one buffer each: cheaper than quoting every element into one text.
 * Layout (array_recv): dimensions, has-null flag, element type, length, lower bound; then length and bytes of each, -1 for null.
 */
const TEXT = 25;
const JSON_TYPE = 114;
const HEADER = 20;

export const textArray = (values: readonly (string | null)[]): Buffer => encode(values, TEXT);
export const jsonArray = (values: readonly string[]): Buffer => encode(values, JSON_TYPE);

function encode(values: readonly (string | null)[], type: number): Buffer {
  let size = HEADER;
  for (const value of values) size += 4 + (value === null ? 0 : Buffer.byteLength(value));
  const buffer = Buffer.allocUnsafe(size);
  buffer.writeInt32BE(1, 0);
  buffer.writeInt32BE(values.includes(null) ? 1 : 0, 4);
  buffer.writeInt32BE(type, 8);
  buffer.writeInt32BE(values.length, 12);
  buffer.writeInt32BE(1, 16);
  let at = HEADER;
  for (const value of values) {
    if (value === null) {
      at = buffer.writeInt32BE(-1, at);
      continue;
    }
    const written = buffer.write(value, at + 4);
    buffer.writeInt32BE(written, at);
    at += 4 + written;
  }
  return buffer;
}
