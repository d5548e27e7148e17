import { connect as connectHttp2, type ClientHttp2Session, type IncomingHttpHeaders } from 'node:http2';
import { connect } from 'node:net';
import type { GrpcCheck } from '@miko/model';
import { attempt, badProbe, failedProbe } from './attempt.ts';
import type { ProbeContext, ProbeResult, Settle, Target } from './attempt.ts';
import { guardLiteral } from './dial-guard.ts';
import { judgeAnswer, MAX_ANSWER_BYTES, unanswered } from './grpc-answer.ts';
import { encodeRequest } from './health-message.ts';

/**
 * One call of grpc.health.v1.Health/Check over plaintext HTTP/2, by prior knowledge, on a connection of its own.
 *
 * The HTTP/2 of Node alone (https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md is all that a unary call
 * needs): a channel of a gRPC library resolves names, dials, retries and keeps connections by itself, while a probe
 * dials once, by the guarded look-up, and has let go of its socket when it is over.
 */
export function probeGrpc(target: Target, check: GrpcCheck, context: ProbeContext): Promise<ProbeResult> {
  return attempt(check.timeout_ms, context, (settle, lookup) => {
    guardLiteral(target.host);
    const socket = connect({ host: target.host, port: target.port, lookup });
    // Before the session listens: it would put its own sentence in place of some of the system's errors.
    socket.on('error', error => settle(failedProbe(error)));
    const session = connectHttp2(ANY_URL, { createConnection: () => socket, settings: { enablePush: false } });
    session.on('error', error => settle(failedCall(error)));
    session.on('close', () => settle(unanswered));
    call(session, target, check, settle);
    return () => {
      session.destroy();
      // A session waits for what it still has to write; a stopped peer may never take that.
      socket.destroy();
    };
  });
}

/** `connect` of http2 wants a URL; the socket and the `:authority` sent say who is called. */
const ANY_URL = 'http://endpoint';

function call(session: ClientHttp2Session, { host, port }: Target, check: GrpcCheck, settle: Settle): void {
  const request = session.request({
    ':method': 'POST',
    ':path': '/grpc.health.v1.Health/Check',
    ':authority': `${host.includes(':') ? `[${host}]` : host}:${port}`,
    te: 'trailers',
    'content-type': 'application/grpc',
    'user-agent': 'miko-health',
  });
  let httpStatus: number | null = null;
  let headers: IncomingHttpHeaders = {};
  let trailers: IncomingHttpHeaders = {};
  const chunks: Buffer[] = [];
  let length = 0;
  request.on('response', received => {
    httpStatus = received[':status'] ?? null;
    headers = received;
  });
  request.on('trailers', received => (trailers = received));
  request.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    length += chunk.length;
    if (length > MAX_ANSWER_BYTES) settle(badProbe(`the answer is longer than ${MAX_ANSWER_BYTES} bytes`));
  });
  request.on('end', () => settle(judgeAnswer({ httpStatus, headers, trailers, body: Buffer.concat(chunks) })));
  request.on('error', error => settle(failedCall(error)));
  request.end(framed(encodeRequest(check.service ?? '')));
}

/** HTTP/1 and TLS are what a wrong port most often speaks; the parser's own words would not tell. */
const failedCall = (error: Error): ProbeResult =>
  'code' in error && error.code === 'ERR_HTTP2_ERROR' ? badProbe(`it does not speak plaintext HTTP/2: ${error.message}`) : failedProbe(error);

/** A message on the wire: not compressed, its length in four bytes, itself. */
function framed(message: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
}
