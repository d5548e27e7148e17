/**
 * The error registry: every `code` a caller can meet, with its HTTP status and title (RFC 9457).
 * A code never changes its meaning; the domain throws `Problem`, the edge prints it.
 */
export const errors = {
  malformed_json: { status: 400, title: 'The body is not valid JSON' },
  invalid_request: { status: 400, title: 'The request is not valid' },
  unknown_version: { status: 400, title: 'This API date is not known' },
  unauthenticated: { status: 401, title: 'A valid credential is needed' },
  denied: { status: 403, title: 'This credential may not do that' },
  not_found: { status: 404, title: 'There is no such thing' },
  session_not_found: { status: 404, title: 'This session is not known: open a new one' },
  method_not_allowed: { status: 405, title: 'This path does not take that method' },
  not_acceptable: { status: 406, title: 'No representation that the caller accepts' },
  request_timeout: { status: 408, title: 'The request did not come to its end in time' },
  already_exists: { status: 409, title: 'Something of that name exists' },
  in_use: { status: 409, title: 'Something still depends on it' },
  quota_exceeded: { status: 409, title: 'A limit is reached' },
  fenced: { status: 409, title: 'A newer session of the same owner has taken over' },
  in_flight: { status: 409, title: 'A call with this Idempotency-Key is still under way' },
  patch_test_failed: { status: 409, title: 'A test of the patch does not hold' },
  owned_by_other: { status: 409, title: 'Another owner holds this instance' },
  precondition_failed: { status: 412, title: 'The object has changed' },
  too_large: { status: 413, title: 'The body is too large' },
  uri_too_long: { status: 414, title: 'The address is too long' },
  unsupported_media_type: { status: 415, title: 'The media type of the body is not taken here' },
  idempotency_mismatch: { status: 422, title: 'This Idempotency-Key was used for another call' },
  precondition_required: { status: 428, title: 'An If-Match header is needed' },
  headers_too_large: { status: 431, title: 'The header fields are too large' },
  internal: { status: 500, title: 'Miko failed; the request id finds the log line' },
  not_ready: { status: 503, title: 'Miko cannot answer this now' },
  overloaded: { status: 503, title: 'Miko has too much to do' },
  deadline_exceeded: { status: 504, title: 'The call did not end by its deadline; what it began is undone' },
} as const satisfies { readonly [code: string]: { readonly status: number; readonly title: string } };

export type ErrorCode = keyof typeof errors;

/** One finding: where (a JSON pointer into the body, or a parameter's or header's name), which rule, in words. */
export interface Flaw {
  readonly pointer: string;
  readonly code: string;
  readonly detail: string;
}

export interface ProblemDocument {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: ErrorCode;
  readonly detail: string;
  readonly request_id: string;
  readonly errors: readonly Flaw[];
}

/** A refusal that reaches the caller. `detail` is safe to show; the cause is only logged. */
export class Problem extends Error {
  readonly code: ErrorCode;
  readonly flaws: readonly Flaw[];
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    code: ErrorCode,
    detail: string,
    more: { flaws?: readonly Flaw[]; headers?: Readonly<Record<string, string>>; cause?: unknown } = {},
  ) {
    super(detail, more.cause === undefined ? {} : { cause: more.cause });
    this.name = 'Problem';
    this.code = code;
    this.flaws = more.flaws ?? [];
    this.headers = more.headers ?? {};
  }

  get status(): number {
    return errors[this.code].status;
  }
}

export const problemDocument = (problem: Problem, requestId: string): ProblemDocument => ({
  type: `urn:miko:error:${problem.code}`,
  title: errors[problem.code].title,
  status: errors[problem.code].status,
  code: problem.code,
  detail: problem.message,
  request_id: requestId,
  errors: problem.flaws,
});
