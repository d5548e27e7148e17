import { expect, test } from 'vitest';
import { errorFromAnswer } from './problem.ts';

const PROBLEM = JSON.stringify({
  title: 'The request is not valid',
  status: 400,
  code: 'invalid_request',
  detail: 'the body is not a registration',
  request_id: 'req_in_body',
  errors: [{ pointer: '/port', code: 'maximum', detail: 'must be at most 65535' }],
});

test('a problem document becomes an error that names code, field and request', () => {
  const error = errorFromAnswer(400, new Headers({ 'miko-request-id': 'req_1' }), PROBLEM, 0);
  expect(error).toMatchObject({ name: 'MikoError', code: 'invalid_request', status: 400, requestId: 'req_1', retryAfterMs: null });
  expect(error.fields).toEqual([{ pointer: '/port', code: 'maximum', detail: 'must be at most 65535' }]);
  expect(error.message).toBe('the body is not a registration; /port: must be at most 65535 (invalid_request, request req_1)');
});

test('a code that this client was not built with is taken as it comes', () => {
  const { code } = errorFromAnswer(409, new Headers(), JSON.stringify({ code: 'of_a_newer_miko' }), 0);
  expect(code).toBe('of_a_newer_miko');
});

test('what the detail says already is not said twice', () => {
  const problem = { code: 'invalid_request', detail: '/port: must be <= 65535', errors: [{ pointer: '/port', code: 'too_large', detail: 'must be <= 65535' }] };
  expect(errorFromAnswer(400, new Headers(), JSON.stringify(problem), 0).message).toBe('/port: must be <= 65535 (invalid_request)');
});

test.each(['<html>Bad gateway</html>', '', '[]', 'null'])('an answer that is no problem document (%j) is known by its status', (body) => {
  expect(errorFromAnswer(502, new Headers(), body, 0)).toMatchObject({ code: 'http_502', status: 502, requestId: null, fields: [] });
});

test.each([
  ['7', 7_000],
  ['0', 0],
  ['Tue, 01 Jan 2030 00:00:10 GMT', 10_000],
  ['Mon, 31 Dec 2029 00:00:00 GMT', 0],
  ['999999999', 300_000],
  ['soon', null],
])('Retry-After %j is %j ms', (value, expected) => {
  const error = errorFromAnswer(503, new Headers({ 'retry-after': value }), '', Date.UTC(2030, 0, 1));
  expect(error.retryAfterMs).toBe(expected);
});
