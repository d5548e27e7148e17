import { errorCodes } from '../problem.ts';

/**
 * What a failed `fetch` says about the connection.
 *
 * - `refused`: it was never established, so nothing of the request can have been acted on.
 * - `broken`: it was there and broke off; the request may have been acted on.
 * - null: the failure is of another kind (a wrong argument, an aborted signal).
 */
export type ConnectionFailure = 'refused' | 'broken';

export function connectionFailure(error: unknown): ConnectionFailure | null {
  const codes = errorCodes(error);
  if (codes.some((code) => NEVER_ESTABLISHED.has(code))) return 'refused';
  if (codes.includes('ETIMEDOUT')) return failedToConnect(error) ? 'refused' : 'broken';
  return codes.some((code) => BROKEN.has(code)) ? 'broken' : null;
}

/**
 * Whether an error that came before anything was written says that there was no connection to write to: it was refused,
 * it broke off, TLS or HTTP/2 were not agreed on, or it was closed just then.
 */
export function neverConnected(error: unknown): boolean {
  if (connectionFailure(error) !== null || failedToConnect(error)) return true;
  return errorCodes(error).some((code) => !WRONG_REQUEST.has(code) && NOT_AGREED_ON.test(code));
}

/** Of undici, of Node's TLS and HTTP/2, and the names that OpenSSL gives to what is wrong with a certificate. */
const NOT_AGREED_ON = /^(UND_ERR_|ERR_TLS_|ERR_SSL_|ERR_HTTP2_|EPROTO$|CERT_|CRL_|UNABLE_TO_|SELF_SIGNED_CERT_|DEPTH_ZERO_|ERROR_IN_C|HOSTNAME_MISMATCH$|INVALID_(CA|PURPOSE)$|PATH_LENGTH_EXCEEDED$)/;
const WRONG_REQUEST: ReadonlySet<string> = new Set(['UND_ERR_INVALID_ARG', 'UND_ERR_NOT_SUPPORTED', 'ERR_HTTP2_INVALID_CONNECTION_HEADERS', 'ERR_HTTP2_INVALID_HEADER_VALUE']);

const NEVER_ESTABLISHED: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'ENETUNREACH',
  'ENETDOWN',
  'EADDRNOTAVAIL',
  'ENOTFOUND',
  'EAI_AGAIN',
  'UND_ERR_CONNECT_TIMEOUT',
]);

const BROKEN: ReadonlySet<string> = new Set([
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'UND_ERR_SOCKET',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
  'HPE_INVALID_EOF_STATE',
]);

/** The kernel's time-out comes from connecting and from sending alike; the system call tells the two apart. */
function failedToConnect(error: unknown, depth = 0): boolean {
  if (!(error instanceof Error) || depth > 8) return false;
  if ('syscall' in error && error.syscall === 'connect') return true;
  const parts: unknown[] = error instanceof AggregateError ? error.errors : [];
  return [error.cause, ...parts].some((part) => failedToConnect(part, depth + 1));
}
