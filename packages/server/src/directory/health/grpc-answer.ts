import type { IncomingHttpHeaders } from 'node:http2';
import { badProbe, goodProbe, type ProbeResult } from './attempt.ts';
import { decodeResponse } from './health-message.ts';

/** What came back until the call ended; `httpStatus` null: nothing did. */
export interface GrpcAnswer {
  readonly httpStatus: number | null;
  readonly headers: IncomingHttpHeaders;
  readonly trailers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** A status of grpc.health.v1 takes 7 bytes; more than this is no such thing. */
export const MAX_ANSWER_BYTES = 4_096;

export const unanswered = badProbe('the connection was closed without an answer');

/**
 * Reads the answer to a health check: SERVING alone is good. A server without the health service (UNIMPLEMENTED) is
 * bad, as for kubelet and Consul: whoever asks for this check wants the answer.
 *
 * A call that fails before it has a body carries its gRPC status in the headers ("Trailers-Only"), any other in the
 * trailers; whatever stands between may answer in plain HTTP, without any.
 */
export function judgeAnswer({ httpStatus, headers, trailers, body }: GrpcAnswer): ProbeResult {
  if (httpStatus === null) return unanswered;
  if (httpStatus !== 200) return badProbe(`HTTP status ${httpStatus}`);
  const end = 'grpc-status' in trailers ? trailers : headers;
  const code = one(end['grpc-status']);
  if (code === undefined) return badProbe('the answer ended without a gRPC status');
  return code === '0' ? judgeBody(body) : badProbe(failure(code, one(end['grpc-message']) ?? ''));
}

function judgeBody(body: Buffer): ProbeResult {
  if (body.length < 5) return badProbe('the answer holds no message');
  if (body[0] !== 0) return badProbe('the message is compressed, which was not offered');
  if (body.readUInt32BE(1) !== body.length - 5) return badProbe('the answer is not one whole message');
  try {
    const status = decodeResponse(body.subarray(5));
    return status === 'SERVING' ? goodProbe(status) : badProbe(status);
  } catch (error) {
    return badProbe(`the message is malformed: ${(error as Error).message}`);
  }
}

const one = (value: string | readonly string[] | undefined): string | undefined => (typeof value === 'object' ? value[0] : value);

function failure(code: string, message: string): string {
  const name = /^[1-9]\d?$/.test(code) ? codes[Number(code)] : undefined;
  return `${name ?? `gRPC status ${code}`}${message === '' ? '' : `: ${unescaped(message)}`}`;
}

/** grpc-message is percent-encoded UTF-8; what is not is told as it came. */
function unescaped(message: string): string {
  try {
    return decodeURIComponent(message);
  } catch {
    return message;
  }
}

/** By number: https://github.com/grpc/grpc/blob/master/doc/statuscodes.md */
const codes = [
  'OK',
  'CANCELLED',
  'UNKNOWN',
  'INVALID_ARGUMENT',
  'DEADLINE_EXCEEDED',
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'PERMISSION_DENIED',
  'RESOURCE_EXHAUSTED',
  'FAILED_PRECONDITION',
  'ABORTED',
  'OUT_OF_RANGE',
  'UNIMPLEMENTED',
  'INTERNAL',
  'UNAVAILABLE',
  'DATA_LOSS',
  'UNAUTHENTICATED',
] as const;
