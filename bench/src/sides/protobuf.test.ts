import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesField, fieldsOf, varintField } from './protobuf.ts';

describe('fieldsOf', () => {
  it('reads back every number and every string of bytes, in order', () => {
    const number = fc.tuple(fc.integer({ min: 1, max: 500 }), fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }));
    const bytes = fc.tuple(fc.integer({ min: 1, max: 500 }), fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array)));
    fc.assert(
      fc.property(fc.array(fc.oneof(number, bytes), { maxLength: 10 }), (fields) => {
        const encoded = fields.map(([at, value]) => (typeof value === 'bigint' ? varintField(at, value) : bytesField(at, value)));
        expect(fieldsOf(Buffer.concat(encoded))).toEqual(fields.map(([at, value]) => ({ number: at, value })));
      }),
    );
  });
  it('refuses a message that was cut off', () => expect(() => fieldsOf(bytesField(1, Buffer.from('abc')).subarray(0, 4))).toThrow(RangeError));
  it('refuses other wire types', () => expect(() => fieldsOf(Buffer.from([0x0d, 0, 0, 0, 0]))).toThrow('wire type 5'));
});
