import { describe, expect, it } from 'vitest';
import { errors, Problem, problemDocument, type ErrorCode } from './errors.ts';

const codes = Object.keys(errors) as ErrorCode[];

describe('the error registry', () => {
  it.each(codes)('%s is snake_case, has a status of the contract and a title of its own', code => {
    const { status, title } = errors[code];
    expect(code).toMatch(/^[a-z]+(_[a-z]+)*$/);
    // 408 is the transport's word for a sender that is too slow (RFC 9110, section 15.5.9).
    expect([400, 401, 403, 404, 405, 406, 408, 409, 410, 412, 413, 414, 415, 422, 428, 429, 431, 500, 503, 504]).toContain(status);
    expect(title).toMatch(/^[A-Z].{5,}[^.]$/);
    expect(codes.filter(other => errors[other].title === title)).toEqual([code]);
  });

  it('keeps every code at its status: a code never changes its meaning', () => {
    expect(Object.fromEntries(codes.map(code => [code, errors[code].status]))).toMatchInlineSnapshot(`
      {
        "already_exists": 409,
        "deadline_exceeded": 504,
        "denied": 403,
        "fenced": 409,
        "headers_too_large": 431,
        "idempotency_mismatch": 422,
        "in_flight": 409,
        "in_use": 409,
        "internal": 500,
        "invalid_request": 400,
        "malformed_json": 400,
        "method_not_allowed": 405,
        "not_acceptable": 406,
        "not_found": 404,
        "not_ready": 503,
        "overloaded": 503,
        "owned_by_other": 409,
        "patch_test_failed": 409,
        "precondition_failed": 412,
        "precondition_required": 428,
        "quota_exceeded": 409,
        "request_timeout": 408,
        "session_not_found": 404,
        "too_large": 413,
        "unauthenticated": 401,
        "unknown_version": 400,
        "unsupported_media_type": 415,
        "uri_too_long": 414,
      }
    `);
  });
});

describe('a problem', () => {
  it('is told as RFC 9457 says, with its code, its findings and the request it answers', () => {
    const flaws = [{ pointer: '/spec/port', code: 'type', detail: 'must be integer' }];
    const problem = new Problem('invalid_request', 'the port is no number', { flaws, cause: new Error('secret') });
    expect(problemDocument(problem, 'req_1')).toEqual({
      type: 'urn:miko:error:invalid_request', title: errors.invalid_request.title, status: 400, code: 'invalid_request',
      detail: 'the port is no number', request_id: 'req_1', errors: flaws,
    });
    expect(JSON.stringify(problemDocument(problem, 'req_1'))).not.toContain('secret');
  });

  it('has no findings, headers or cause where none are given', () => {
    const problem = new Problem('denied', 'no');
    expect([problem.status, problem.flaws, problem.headers, problem.cause]).toEqual([403, [], {}, undefined]);
    expect(problem).toBeInstanceOf(Error);
    expect(problem.name).toBe('Problem');
  });
});
