/**
 * The two messages of grpc.health.v1 in the protocol buffer wire format
 * (https://protobuf.dev/programming-guides/encoding/), which is all of it that a probe needs:
 * `HealthCheckRequest { string service = 1 }` and `HealthCheckResponse { ServingStatus status = 1 }`.
 */
export type ServingStatus = 'UNKNOWN' | 'SERVING' | 'NOT_SERVING' | 'SERVICE_UNKNOWN';

const statuses: readonly ServingStatus[] = ['UNKNOWN', 'SERVING', 'NOT_SERVING', 'SERVICE_UNKNOWN'];

export function encodeRequest(service: string): Buffer {
  if (service === '') return Buffer.alloc(0);
  const name = Buffer.from(service);
  return Buffer.concat([Buffer.from([SERVICE_FIELD, ...varint(name.length)]), name]);
}

/** Skips unknown fields; the last value of a repeated one counts; a value without a name is UNKNOWN. Throws when malformed. */
export function decodeResponse(bytes: Buffer): ServingStatus {
  let status = 0;
  const reader = { bytes, at: 0 };
  while (reader.at < bytes.length) {
    const tag = readVarint(reader);
    if (tag === STATUS_FIELD) status = readVarint(reader);
    else skip(reader, tag % 8);
  }
  return statuses[status] ?? 'UNKNOWN';
}

const VARINT = 0;
const FIXED_64 = 1;
const LENGTH_DELIMITED = 2;
const FIXED_32 = 5;
const SERVICE_FIELD = (1 << 3) | LENGTH_DELIMITED;
const STATUS_FIELD = (1 << 3) | VARINT;

interface Reader {
  readonly bytes: Buffer;
  at: number;
}

function varint(value: number): number[] {
  return value < 0x80 ? [value] : [(value % 0x80) | 0x80, ...varint(Math.floor(value / 0x80))];
}

/** Values above 2^53 lose their low bits: no field read here has any. */
function readVarint(reader: Reader): number {
  let value = 0;
  for (let index = 0; index < 10; index += 1) {
    const byte = reader.bytes[reader.at];
    if (byte === undefined) throw new Error('the message ends inside a number');
    reader.at += 1;
    value += (byte & 0x7f) * 2 ** (7 * index);
    if (byte < 0x80) return value;
  }
  throw new Error('a number is longer than 10 bytes');
}

function skip(reader: Reader, wireType: number): void {
  const length = lengthOf(reader, wireType);
  reader.at += length;
  if (reader.at > reader.bytes.length) throw new Error('the message ends inside a field');
}

/** How many bytes of the field's value are still to come once its length, or a number itself, was read. */
function lengthOf(reader: Reader, wireType: number): number {
  if (wireType === FIXED_64) return 8;
  if (wireType === FIXED_32) return 4;
  if (wireType !== VARINT && wireType !== LENGTH_DELIMITED) throw new Error(`wire type ${wireType} is not known`);
  const number = readVarint(reader);
  return wireType === VARINT ? 0 : number;
}
