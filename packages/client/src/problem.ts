import type { ErrorCode } from './generated/error-codes.ts';
import { isRecord } from './json.ts';

/** One field the server objected to: `pointer` is a JSON pointer into the request body, as "/port". */
export type FieldProblem = { readonly pointer: string; readonly code: string; readonly detail: string };

export type MikoErrorDetails = {
  readonly status?: number | null;
  readonly requestId?: string | null;
  readonly fields?: readonly FieldProblem[];
  readonly retryAfterMs?: number | null;
  readonly cause?: unknown;
};

/** Those of the registry are known by name; any other is taken as well. */
export type MikoErrorCode = ErrorCode | (string & {});

/**
 * The one error class of this package. `code` is stable; the message is for people.
 *
 * From Miko: the `code` of its problem document, an `ErrorCode` or one that a newer Miko has added, or `http_<status>`
 * when the answer was no problem document. From the SDK itself: `unreachable`, `timeout`, `bad_answer`, `closed`,
 * `invalid_argument`, `no_endpoint`, `unknown_service`, `not_ready`, `endpoints_unreachable`, `overloaded`,
 * `cache_failed`, `listener_failed`, `too_many`.
 */
export class MikoError extends Error {
  override readonly name = 'MikoError';
  readonly code: MikoErrorCode;
  /** HTTP status of Miko's answer; null when there was none. */
  readonly status: number | null;
  /** `Miko-Request-Id` of the answer, to be looked up in the audit log; null when there was none. */
  readonly requestId: string | null;
  readonly fields: readonly FieldProblem[];
  /** How long Miko asked to wait (`Retry-After`), at most five minutes; null when it did not say. */
  readonly retryAfterMs: number | null;

  constructor(code: MikoErrorCode, message: string, details: MikoErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.status = details.status ?? null;
    this.requestId = details.requestId ?? null;
    this.fields = details.fields ?? [];
    this.retryAfterMs = details.retryAfterMs ?? null;
  }
}

/** Anything thrown, as a MikoError: one stays what it is, the rest becomes the cause of a new one. */
export function asMikoError(error: unknown, code: string, message: string): MikoError {
  return error instanceof MikoError ? error : new MikoError(code, `${message}: ${describe(error)}`, { cause: error });
}

/** The error that a refused call's answer stands for (RFC 9457 when it is a problem document). */
export function errorFromAnswer(status: number, headers: Headers, body: string, nowMs: number): MikoError {
  return errorFromProblem(parseObject(body), {
    status,
    requestId: headers.get('miko-request-id'),
    retryAfterMs: readRetryAfter(headers.get('retry-after'), nowMs),
  });
}

/** The error of a problem document that came without an HTTP answer of its own: the `error` frame of a stream. */
export function errorFromProblem(problem: Readonly<Record<string, unknown>>, details: MikoErrorDetails = {}): MikoError {
  const status = details.status ?? (typeof problem.status === 'number' ? problem.status : null);
  const requestId = details.requestId ?? text(problem.request_id);
  const code = text(problem.code) ?? `http_${status ?? 'error'}`;
  const fields = readFields(problem.errors);
  const said = text(problem.detail) ?? text(problem.title) ?? 'Miko refused the call';
  const unsaid = fields.filter((field) => !said.includes(field.detail));
  const where = unsaid.map((field) => `; ${field.pointer}: ${field.detail}`).join('');
  const request = requestId === null ? '' : `, request ${requestId}`;
  return new MikoError(code, `${said}${where} (${code}${request})`, { ...details, status, requestId, fields });
}

/** Whether waiting does not mend it: the request itself, or the right to make it, is wrong. */
export function isRefusal(error: MikoError): boolean {
  const { status, code } = error;
  if (status === null || status < 400 || status >= 500 || code === 'session_not_found') return false;
  return status === 409 ? !PASSING_CONFLICTS.has(code) : !PASSING_STATUS.has(status);
}

const PASSING_CONFLICTS: ReadonlySet<string> = new Set<ErrorCode>(['owned_by_other', 'fenced', 'in_flight']);
const PASSING_STATUS: ReadonlySet<number> = new Set([408, 425, 429]);

/** A few words on anything thrown, with the system's error code where there is one further down. */
export function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = errorCodes(error)[0];
  const deepest = error.cause instanceof Error && error.cause.message !== '' ? error.cause.message : error.message;
  return code === undefined || deepest.includes(code) ? deepest : `${deepest} (${code})`;
}

/** The `code` of an error and of its causes, outermost first; for several addresses tried, those of each. */
export function errorCodes(error: unknown, depth = 0): string[] {
  if (!(error instanceof Error) || depth > 8) return [];
  const own = 'code' in error && typeof error.code === 'string' ? [error.code] : [];
  const parts = error instanceof AggregateError ? error.errors.flatMap((part) => errorCodes(part, depth + 1)) : [];
  return [...own, ...parts, ...errorCodes(error.cause, depth + 1)];
}

const MAX_RETRY_AFTER_MS = 300_000;

/** `Retry-After` in milliseconds: whole seconds or an HTTP date; null when absent or unreadable. */
export function readRetryAfter(value: string | null, nowMs: number): number | null {
  if (value === null) return null;
  const ms = /^\d{1,9}$/.test(value) ? Number(value) * 1000 : Date.parse(value) - nowMs;
  return Number.isNaN(ms) ? null : Math.min(Math.max(ms, 0), MAX_RETRY_AFTER_MS);
}

function readFields(value: unknown): FieldProblem[] {
  if (!Array.isArray(value)) return [];
  return value.slice(0, 100).flatMap((item: unknown) => {
    if (!isRecord(item)) return [];
    return [{ pointer: text(item.pointer) ?? '', code: text(item.code) ?? '', detail: text(item.detail) ?? '' }];
  });
}

function parseObject(body: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body);
    return isRecord(value) ? value : {};
  } catch {
    return {};
  }
}

function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
