/**
 * Every `code` of Miko's problem documents, by status.
 * Written by `npm run openapi -- --bless` from the registry, `packages/model/src/errors.ts`.
 */
export type ErrorCode =
  /** 400: The body is not valid JSON */
  | 'malformed_json'
  /** 400: The request is not valid */
  | 'invalid_request'
  /** 400: This API date is not known */
  | 'unknown_version'
  /** 401: A valid credential is needed */
  | 'unauthenticated'
  /** 403: This credential may not do that */
  | 'denied'
  /** 404: There is no such thing */
  | 'not_found'
  /** 404: This session is not known: open a new one */
  | 'session_not_found'
  /** 405: This path does not take that method */
  | 'method_not_allowed'
  /** 406: No representation that the caller accepts */
  | 'not_acceptable'
  /** 408: The request did not come to its end in time */
  | 'request_timeout'
  /** 409: Something of that name exists */
  | 'already_exists'
  /** 409: Something still depends on it */
  | 'in_use'
  /** 409: A limit is reached */
  | 'quota_exceeded'
  /** 409: A newer session of the same owner has taken over */
  | 'fenced'
  /** 409: A call with this Idempotency-Key is still under way */
  | 'in_flight'
  /** 409: A test of the patch does not hold */
  | 'patch_test_failed'
  /** 409: Another owner holds this instance */
  | 'owned_by_other'
  /** 412: The object has changed */
  | 'precondition_failed'
  /** 413: The body is too large */
  | 'too_large'
  /** 414: The address is too long */
  | 'uri_too_long'
  /** 415: The media type of the body is not taken here */
  | 'unsupported_media_type'
  /** 422: This Idempotency-Key was used for another call */
  | 'idempotency_mismatch'
  /** 428: An If-Match header is needed */
  | 'precondition_required'
  /** 431: The header fields are too large */
  | 'headers_too_large'
  /** 500: Miko failed; the request id finds the log line */
  | 'internal'
  /** 503: Miko cannot answer this now */
  | 'not_ready'
  /** 503: Miko has too much to do */
  | 'overloaded'
  /** 504: The call did not end by its deadline; what it began is undone */
  | 'deadline_exceeded';
