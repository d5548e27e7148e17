import { errorCodes } from './problem.ts';

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
