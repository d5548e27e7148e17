/** The etcd v3 messages the benchmarks send and read, by the field numbers of etcd's rpc.proto. */
import { bytesField, fieldsOf, varintField } from './protobuf.ts';
import type { Field } from './protobuf.ts';

/** PutRequest; lease 0 is none. */
export function putRequest(key: string, value: string, lease = 0n): Buffer {
  return Buffer.concat([bytesField(1, Buffer.from(key)), bytesField(2, Buffer.from(value)), varintField(3, lease)]);
}

/** RangeRequest for all keys that begin with `prefix`; linearizable, as etcd does by default. */
export function rangeRequest(prefix: string): Buffer {
  return Buffer.concat([bytesField(1, Buffer.from(prefix)), bytesField(2, afterPrefix(prefix))]);
}

export function leaseGrantRequest(ttlSeconds: number): Buffer {
  return varintField(1, BigInt(ttlSeconds));
}

/** WatchRequest that creates a watch on all keys that begin with `prefix`. */
export function watchCreateRequest(prefix: string): Buffer {
  return bytesField(1, Buffer.concat([bytesField(1, Buffer.from(prefix)), bytesField(2, afterPrefix(prefix))]));
}

/** The header's revision: of the store, as every etcd answer carries it. */
export function revisionOf(answer: Buffer): number {
  const header = bytesOf(fieldsOf(answer), 1);
  return header === null ? 0 : Number(numberOf(fieldsOf(header), 3));
}

/** RangeResponse: how many key-value pairs are really in it. */
export function pairsIn(answer: Buffer): number {
  return fieldsOf(answer).filter((field) => field.number === 2).length;
}

/** LeaseGrantResponse: the id of the lease. */
export function leaseIn(answer: Buffer): bigint {
  return numberOf(fieldsOf(answer), 2);
}

/** WatchResponse: whether it confirms the watch, and how many events it brings, at which revision. */
export function watchAnswer(answer: Buffer): { created: boolean; events: number; revision: number } {
  const fields = fieldsOf(answer);
  return { created: numberOf(fields, 3) === 1n, events: fields.filter((field) => field.number === 11).length, revision: revisionOf(answer) };
}

/** A gRPC message: not compressed, its length, its bytes. */
export function grpcMessage(message: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
}

function numberOf(fields: readonly Field[], number: number): bigint {
  const value = fields.find((field) => field.number === number)?.value;
  return typeof value === 'bigint' ? value : 0n;
}

function bytesOf(fields: readonly Field[], number: number): Buffer | null {
  const value = fields.find((field) => field.number === number)?.value;
  return value === undefined || typeof value === 'bigint' ? null : value;
}

/** The first key after all that begin with `prefix` (whose last byte is not 255). */
function afterPrefix(prefix: string): Buffer {
  const end = Buffer.from(prefix);
  end[end.length - 1] = (end.at(-1) ?? 0) + 1;
  return end;
}
