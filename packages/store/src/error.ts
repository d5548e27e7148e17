/**
 * What the store cannot do, or will not.
 * - `unavailable`: the database cannot be reached, and a write in flight may or may not have happened
 * - `overloaded`: too many wait already; nothing was tried
 * - `conflict`: something of that name exists
 * - `no_project`: the project that it would lie in is gone
 * - `quota`: as many as may be are there; `quota` says how many
 * - `in_flight`: another call under the same key is running
 * - `idempotency_mismatch`: the key was used for another call
 * - `too_large`: the answer cannot be kept for a repetition; nothing was written
 * - `deadline`: the time given is over; nothing was written
 * - `occupied`, `corrupt`: this Miko cannot work with this database
 */
export class StoreError extends Error {
  readonly code:
    | 'unavailable' | 'overloaded' | 'conflict' | 'no_project' | 'quota' | 'in_flight' | 'idempotency_mismatch' | 'too_large' | 'deadline' | 'occupied' | 'corrupt';
  readonly quota: { readonly used: number; readonly most: number } | null;

  constructor(code: StoreError['code'], message: string, cause?: unknown, quota: StoreError['quota'] = null) {
    super(message, cause === undefined ? {} : { cause });
    this.name = 'StoreError';
    this.code = code;
    this.quota = quota;
  }
}

const LOST_SOCKET = [
  'ECONNREFUSED', 'ECONNRESET', 'ECONNABORTED', 'ENOENT', 'EACCES', 'EPIPE', 'EAGAIN', 'ETIMEDOUT', 'EHOSTUNREACH', 'EHOSTDOWN', 'ENETUNREACH',
  'EAI_AGAIN', 'ENOTFOUND',
];
/** What pg says without any code. */
const LOST_CLIENT =
  /^(Connection terminated|Connection ended|timeout expired$|timeout exceeded when trying to connect|Cannot use a pool after calling end|Client has encountered a connection error|Client was closed|Received unexpected)/;
/**
 * SQLSTATE classes in which it is the server that cannot, not the statement that is wrong: 08 connection, 28 credentials, 53
 * resources (a full disk among them), 57 the operator (shutdown, timeouts), 58 the system (I/O); then timeouts of locks
 * and of transactions, and a server that was made a standby.
 */
const CANNOT = /^(08|28|53|57|58)|^(55P03|25P03|25P04|25006)$/;

/** Errors that mean the connection or the server is gone, not that the statement was wrong. */
export function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof StoreError) return error.code === 'unavailable';
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? LOST_SOCKET.includes(code) || (code.length === 5 && CANNOT.test(code)) : LOST_CLIENT.test(error.message);
}

/** The server undid the statement because of another one: run again it can succeed (deadlock, serialization). */
export const isUndone = (error: unknown): boolean => ['40P01', '40001'].includes((error as { code?: string }).code ?? '');

export const asStoreError = (error: unknown): unknown =>
  isUnavailable(error) && !(error instanceof StoreError) ? new StoreError('unavailable', 'the database cannot be reached', error) : error;
