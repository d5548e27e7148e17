import { errors, Problem } from '@miko/model';
import { StoreError } from '@miko/store';
import { beforeEach, describe, expect, it } from 'vitest';
import { BODY, call, failures, pipeline, problemOf, ran, reset, state, THINGS } from './pipeline.test.support.ts';
import { newestApiDate } from './versions.ts';

beforeEach(reset);

describe('every answer', () => {
  it('names its request and its API date', async () => {
    const one = await call('GET', THINGS);
    const two = await call('GET', THINGS, { headers: { 'miko-version': newestApiDate } });
    expect(one.headers['miko-request-id']).toMatch(/^req_[0-9a-z]{23}$/);
    expect(two.headers['miko-request-id']).not.toBe(one.headers['miko-request-id']);
    expect([one.headers['miko-version'], two.headers['miko-version'], one.headers['miko-revision']]).toEqual([newestApiDate, newestApiDate, '7']);
  });

  it('that refuses is problem+json of the registry, with the same request id inside', async () => {
    const answer = await call('GET', `${THINGS}?x=1`);
    expect(answer.headers['content-type']).toBe('application/problem+json');
    expect(problemOf(answer)).toEqual({
      type: 'urn:miko:error:invalid_request', title: errors.invalid_request.title, status: 400, code: 'invalid_request', detail: 'x: is not a parameter here',
      request_id: answer.headers['miko-request-id'], errors: [{ pointer: 'x', code: 'unknown_parameter', detail: 'is not a parameter here' }],
    });
  });
});

describe('who is not known learns nothing', () => {
  it.each([
    ['GET', THINGS], ['DELETE', THINGS], ['GET', '/v1/nothing'], ['GET', '/v1/projects/%zz/things'], ['OPTIONS', THINGS], ['POST', '/open'], ['PUT', `${THINGS}/a`], ['GET', `${THINGS}?x=1`],
  ])('%s %s is 401', async (method, url) => {
    for (const headers of [{}, { authorization: 'Bearer nobody' }, { authorization: 'Basic YTpi' }] as Record<string, string>[]) {
      const answer = await call(method, url, { as: null, headers });
      const { request_id: _, ...told } = problemOf(answer);
      expect(told).toEqual({
        type: 'urn:miko:error:unauthenticated', title: errors.unauthenticated.title, status: 401, code: 'unauthenticated',
        detail: 'send `Authorization: Bearer` with a valid token', errors: [],
      });
      expect(answer.headers['www-authenticate']).toBe('Bearer realm="miko"');
    }
    expect(ran).toEqual([]);
  });

  it('but may ask what anybody may ask', async () => {
    expect((await call('GET', '/open', { as: null })).status).toBe(200);
    expect(ran[0]!.actor).toMatchObject({ role: 'reader', audience: 'public' });
  });
});

describe('the order of refusals: version, address, credential, place, right, form', () => {
  const steps: readonly [string, number, Parameters<typeof call>][] = [
    ['an API date that is not known', 400, ['POST', '/nothing?x=1', { as: null, headers: { 'miko-version': '1999-01-01', accept: 'text/html' } }]],
    ['an address too long', 414, ['POST', `/${'a'.repeat(8_192)}?x=1`, { as: null, headers: { accept: 'text/html' } }]],
    ['no credential', 401, ['POST', '/nothing?x=1', { as: null, headers: { accept: 'text/html' } }]],
    ['no such path', 404, ['POST', '/nothing?x=1', { as: 'reader', headers: { accept: 'text/html' } }]],
    ['no such method', 405, ['PATCH', `${THINGS}?x=1`, { as: 'reader', headers: { accept: 'text/html' } }]],
    ['a project that is hidden', 404, ['POST', '/v1/projects/bank/things?x=1', { as: 'scoped', headers: { accept: 'text/html' } }]],
    ['a role too small', 403, ['POST', `${THINGS}?x=1`, { as: 'reader', headers: { accept: 'text/html' } }]],
    ['an Accept that nothing meets', 406, ['POST', `${THINGS}?x=1`, { headers: { accept: 'text/html' } }]],
    ['a query that is wrong', 400, ['POST', `${THINGS}?x=1`, { body: 'x'.repeat(65), headers: { 'content-type': 'text/html' } }]],
    ['a body too large', 413, ['POST', THINGS, { body: 'x'.repeat(65), headers: { 'content-type': 'text/html' } }]],
    ['a media type that is not taken', 415, ['POST', THINGS, { body: 'x', headers: { 'content-type': 'text/html' } }]],
    ['no JSON', 400, ['POST', THINGS, { body: 'x' }]],
  ];
  it.each(steps)('%s: %i', async (_, status, args) => {
    const answer = await call(...args);
    expect([answer.status, problemOf(answer).status, ran.length]).toEqual([status, status, 0]);
  });
});

describe('a credential bound to a project', () => {
  it('does not learn whether another project is there', async () => {
    const answers = await Promise.all(['bank', 'nope', 'prj_01m7yzz7yaewr8wctjakt0rdqk'].map(project => call('GET', `/v1/projects/${project}/things`, { as: 'scoped' })));
    const [one, ...others] = answers.map(answer => ({ ...problemOf(answer), request_id: '' }));
    expect(one).toMatchObject({ status: 404, code: 'not_found' });
    for (const other of others) expect(other).toEqual(one);
  });

  it('reads and writes its own', async () => {
    expect((await call('GET', THINGS, { as: 'scoped' })).status).toBe(200);
    expect((await call('POST', THINGS, { as: 'scoped', body: BODY })).status).toBe(200);
  });
});

it('a path leads through a project by its name: an id there is nobody\'s second name', async () => {
  const answer = await call('GET', '/v1/projects/prj_01m7yzz7yaewr8wctjakt0rdqk/things');
  expect([answer.status, problemOf(answer).code, ran.length]).toEqual([404, 'not_found', 0]);
});

describe('methods', () => {
  it('405 with Allow; OPTIONS says the same without a fault', async () => {
    const refused = await call('PATCH', THINGS);
    expect([refused.status, refused.headers['allow']]).toEqual([405, 'GET, POST, HEAD, OPTIONS']);
    const options = await call('OPTIONS', THINGS);
    expect([options.status, options.headers['allow'], options.body]).toEqual([204, 'GET, POST, HEAD, OPTIONS', null]);
    expect((await call('OPTIONS', '/v1/nothing')).status).toBe(404);
  });

  it('HEAD runs what GET runs', async () => {
    expect((await call('HEAD', THINGS)).status).toBe(200);
  });
});

describe('the address', () => {
  it('has at most 8192 characters', async () => {
    const fill = (length: number) => `${THINGS}?limit=1&${'&'.repeat(length - THINGS.length - 9)}`;
    expect((await call('GET', fill(8_192))).status).toBe(200);
    expect((await call('GET', fill(8_193))).status).toBe(414);
  });

  it('may be whole, as proxies send it', async () => {
    expect((await call('GET', `http://miko.example:7450${THINGS}?limit=3`)).status).toBe(200);
    expect(ran[0]!.query).toEqual({ limit: 3 });
    expect((await call('GET', 'HTTPS://miko.example')).status).toBe(404);
  });
});

describe('not ready is 503 with Retry-After, for paths that are there and that are not', () => {
  it.each([THINGS, '/v1/nothing'])('%s', async url => {
    state.notReady = 'the view is being loaded';
    pipeline.identities.clear();
    const answer = await call('GET', url);
    expect([answer.status, problemOf(answer).code, answer.headers['retry-after']]).toEqual([503, 'not_ready', '1']);
    expect((await call('GET', '/open')).status).toBe(200);
  });
});

describe('what fails inside', () => {
  it('is 500 without a word about why, told to the log once', async () => {
    state.fails = new Error('password=hunter2');
    const answer = await call('GET', THINGS);
    expect([answer.status, problemOf(answer).code]).toEqual([500, 'internal']);
    expect(answer.body).not.toContain('hunter2');
    expect(failures).toEqual([[state.fails, answer.headers['miko-request-id'], THINGS]]);
  });

  it.each([['unavailable', 503, 'not_ready', 1], ['overloaded', 503, 'overloaded', 0]] as const)('a store that is %s is %i, with Retry-After; told to the log where it is the database', async (code, status, told, logged) => {
    state.fails = new StoreError(code, 'the store says so');
    const answer = await call('GET', THINGS);
    expect([answer.status, problemOf(answer).code, answer.headers['retry-after'], failures.length]).toEqual([status, told, '1', logged]);
  });

  it('a Problem keeps its headers and findings', async () => {
    state.fails = new Problem('precondition_failed', 'it moved', { headers: { etag: '"x"' } });
    const answer = await call('GET', THINGS);
    expect([answer.status, answer.headers['etag'], failures.length]).toEqual([412, '"x"', 0]);
  });
});
