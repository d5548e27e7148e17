import { beforeEach, describe, expect, it } from 'vitest';
import { BODY, call, problemOf, ran, reset, THINGS } from './pipeline.test.support.ts';

beforeEach(reset);

describe('Accept', () => {
  it.each([['GET', THINGS, 'application/xml', 406], ['GET', THINGS, 'application/json;q=0', 406], ['GET', THINGS, 'text/event-stream', 406], ['GET', THINGS, '*/*;q=0.1', 200],
    ['GET', `${THINGS}:watch`, 'application/json', 406], ['GET', `${THINGS}:watch`, 'text/event-stream', 200], ['GET', '/open', 'text/html', 200], ['GET', '/open', 'image/png', 406]])(
    '%s %s with %s: %i', async (method, url, accept, status) => {
      expect((await call(method, url, { headers: { accept } })).status).toBe(status);
    },
  );
});

describe('the body', () => {
  it.each<[string, number, string | null, Parameters<typeof call>]>([
    ['of the right type', 200, null, ['POST', THINGS, { body: BODY }]],
    ['with a charset that changes nothing', 200, null, ['POST', THINGS, { body: BODY, headers: { 'content-type': 'Application/JSON; charset=UTF-8' } }]],
    ['with a charset that would', 415, 'unsupported_media_type', ['POST', THINGS, { body: BODY, headers: { 'content-type': 'application/json; charset=latin1' } }]],
    ['without a type', 415, 'unsupported_media_type', ['POST', THINGS, { body: BODY, headers: { 'content-type': '' } }]],
    ['of another type', 415, 'unsupported_media_type', ['POST', THINGS, { body: BODY, headers: { 'content-type': 'application/jsonx' } }]],
    ['of a form', 415, 'unsupported_media_type', ['POST', THINGS, { body: 'note=hi', headers: { 'content-type': 'application/x-www-form-urlencoded' } }]],
    ['compressed', 415, 'unsupported_media_type', ['POST', THINGS, { body: BODY, headers: { 'content-encoding': 'gzip' } }]],
    ['compressed by nothing', 200, null, ['POST', THINGS, { body: BODY, headers: { 'content-encoding': 'identity' } }]],
    ['that is empty', 400, 'malformed_json', ['POST', THINGS, { headers: { 'content-type': 'application/json' } }]],
    ['null', 400, 'invalid_request', ['POST', THINGS, { body: 'null' }]],
    ['of an action: none', 200, null, ['POST', `${THINGS}/a:act`, {}]],
    ['of an action: an empty object', 200, null, ['POST', `${THINGS}/a:act`, { body: '{}' }]],
    ['of an action: anything else', 400, 'invalid_request', ['POST', `${THINGS}/a:act`, { body: '{"x":1}' }]],
    ['of an action: null', 400, 'invalid_request', ['POST', `${THINGS}/a:act`, { body: 'null' }]],
    ['of an action: a list', 400, 'invalid_request', ['POST', `${THINGS}/a:act`, { body: '[]' }]],
    ['of lines', 200, null, ['POST', '/v1/things:lines', { body: 'anything\n', headers: { 'content-type': 'application/x-ndjson' } }]],
    ['of lines, as JSON', 415, 'unsupported_media_type', ['POST', '/v1/things:lines', { body: '{}' }]],
    ['of a GET is nobody\'s business', 200, null, ['GET', THINGS, { body: 'x' }]],
    ['of a DELETE neither', 200, null, ['DELETE', `${THINGS}/a`, { body: 'x' }]],
  ])('%s: %i', async (_, status, code, args) => {
    const answer = await call(...args);
    expect([answer.status, status === 200 ? null : problemOf(answer).code]).toEqual([status, code]);
    expect(ran).toHaveLength(status === 200 ? 1 : 0);
  });

  it('415 says what a POST would take', async () => {
    expect((await call('POST', THINGS, { body: BODY, headers: { 'content-type': 'text/plain' } })).headers['accept-post']).toBe('application/json');
    expect((await call('POST', '/v1/things:lines', { body: '{}' })).headers['accept-post']).toBe('application/x-ndjson');
  });

  it('reaches the operation as it was checked', async () => {
    await call('PUT', `${THINGS}/a`, { body: BODY });
    expect(ran[0]).toMatchObject({ body: { note: 'hi' }, params: { project: 'shop', thing: 'a' }, actor: { id: 'tok_writer' } });
  });
});
