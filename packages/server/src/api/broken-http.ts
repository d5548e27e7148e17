import { STATUS_CODES, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { errors, Problem, problemDocument, type ErrorCode } from '@miko/model';
import { newRequestId } from './request-id.ts';

/** How long a refused connection is kept for its caller to read why; a reset at once would overtake the answer. */
const LINGER_MS = 1_000;

/** What never became a request is answered all the same, where it still can be, and its connection ends. */
export function refuseConnection(error: Error & { readonly code?: string; readonly rawPacket?: Buffer }, socket: Duplex): void {
  // What else it sends is broken too; it has its answer, and its end is near.
  if (socket.writableEnded) return;
  if (error.code === 'ECONNRESET' || !socket.writable || isAnswering(socket)) {
    socket.destroy();
    return;
  }
  const [code, detail] = reasonOf(error);
  const { status, headers, body } = refusal(code, detail);
  const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`).join('');
  socket.on('error', () => socket.destroy());
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${head}\r\n${body}`);
  const timer = setTimeout(() => socket.destroy(), LINGER_MS);
  socket.once('close', () => clearTimeout(timer));
}

/**
 * Whether the answer to an earlier, whole request is due or on its way: whatever is written now would be taken for it,
 * or for a part of it. `_httpMessage` is what node:http itself looks at before it refuses.
 */
function isAnswering(socket: Duplex & { readonly _httpMessage?: ServerResponse | null }): boolean {
  const message = socket._httpMessage ?? null;
  return message !== null && (message.headersSent || message.req.complete);
}

/** Why a request that the parser has let through may not be served all the same; null: it may. */
export function doubtOf({ headers, rawHeaders, httpVersion }: IncomingMessage): string | null {
  if (headers.host === undefined && httpVersion === '1.1') return 'HTTP/1.1 needs a Host header';
  // node:http keeps the first of several; a proxy may have gone by another (RFC 9112, section 3.2).
  if (hostsIn(rawHeaders) > 1) return 'a request has one Host header';
  const coding = headers['transfer-encoding'];
  // The parser passes over codings before `chunked`; a proxy may see the end of such a body elsewhere (RFC 9112, section 6.1).
  return coding === undefined || coding.toLowerCase() === 'chunked' ? null : 'the only transfer coding taken here is chunked';
}

function hostsIn(rawHeaders: readonly string[]): number {
  let count = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]!;
    if (name.length === 4 && name.toLowerCase() === 'host') count++;
  }
  return count;
}

/** The same for a request that is whole, but may not be served. */
export function refuseRequest(response: ServerResponse, detail: string): void {
  const { status, headers, body } = refusal('invalid_request', detail);
  response.writeHead(status, headers).end(body);
}

function reasonOf({ code, rawPacket }: { readonly code?: string; readonly rawPacket?: Buffer }): [ErrorCode, string] {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return ['request_timeout', 'the request did not come to its end in time'];
  if (code !== 'HPE_HEADER_OVERFLOW') return ['invalid_request', 'the request is not well-formed HTTP'];
  return isRequestLine(rawPacket) ? ['uri_too_long', 'the request line is too long'] : ['headers_too_large', 'the header fields are too large'];
}

/** The limit was broken by a first line that did not even end. */
const isRequestLine = (packet: Buffer | undefined): boolean =>
  packet !== undefined && /^[A-Z]{1,20} [^\r\n]{8192}/.test(packet.toString('latin1', 0, 8_300));

function refusal(code: ErrorCode, detail: string): { status: number; headers: Record<string, string>; body: string } {
  const requestId = newRequestId();
  const body = JSON.stringify(problemDocument(new Problem(code, detail), requestId));
  return {
    status: errors[code].status, body,
    headers: { connection: 'close', 'content-type': 'application/problem+json', 'content-length': String(Buffer.byteLength(body)), 'miko-request-id': requestId },
  };
}
