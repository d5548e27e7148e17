/** The little of the protocol buffers wire format that the etcd messages need: varints and length-delimited fields. */

export type Field = { readonly number: number; readonly value: bigint | Buffer };

export function varintField(number: number, value: bigint): Buffer {
  return Buffer.concat([varint(BigInt(number << 3)), varint(value)]);
}

export function bytesField(number: number, value: Uint8Array): Buffer {
  return Buffer.concat([varint(BigInt((number << 3) | 2)), varint(BigInt(value.length)), value]);
}

/** All fields in their order. Throws on a message that ends early, and on wire types that etcd does not use. */
export function fieldsOf(message: Buffer): Field[] {
  const fields: Field[] = [];
  let position = 0;
  const next = (): bigint => {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = message[position++];
      if (byte === undefined) throw new RangeError('a message ended within a number');
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return value;
    }
    throw new RangeError('a number of more than 10 bytes');
  };
  while (position < message.length) {
    const key = Number(next());
    const number = key >>> 3;
    if ((key & 7) === 0) {
      fields.push({ number, value: next() });
    } else if ((key & 7) === 2) {
      const length = Number(next());
      if (position + length > message.length) throw new RangeError('a message ended within a field');
      fields.push({ number, value: message.subarray(position, position + length) });
      position += length;
    } else {
      throw new RangeError(`wire type ${key & 7}`);
    }
  }
  return fields;
}

function varint(value: bigint): Buffer {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, value);
  while (rest > 127n) {
    bytes.push(Number(rest & 127n) | 128);
    rest >>= 7n;
  }
  bytes.push(Number(rest));
  return Buffer.from(bytes);
}
