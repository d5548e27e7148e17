import { apiDates, newestApiDate } from '@miko/model';
import { beforeEach, describe, expect, it } from 'vitest';
import { json } from './call.ts';
import { defineEndpoint } from './operation.ts';
import { BODY, call, pipeline, problemOf, ran, refusals, reset, THINGS } from './pipeline.test.support.ts';
import { Router } from './router.ts';

beforeEach(reset);

describe('the API date', () => {
  it('of a call that names none is the one pinned on its credential', async () => {
    await call('GET', THINGS, { as: 'reader' });
    expect(ran[0]!.apiDate).toBe(newestApiDate);
    const answer = await call('GET', THINGS, { headers: { 'miko-version': apiDates[0] } });
    expect(answer.headers['miko-version']).toBe(apiDates[0]);
    expect(ran[1]!.apiDate).toBe(apiDates[0]);
  });

  it('before which an operation did not exist knows nothing at its path', async () => {
    const action = { name: 'thing.read', role: 'reader' } as const;
    const late = defineEndpoint({ id: 'late', method: 'GET', path: '/v1/late', action, since: newestApiDate, summary: 'x', run: () => json(200, {}) });
    const kept = pipeline.router;
    try {
      Object.assign(pipeline, { router: new Router([late]) });
      expect((await call('GET', '/v1/late')).status).toBe(200);
      expect(problemOf(await call('GET', '/v1/late', { headers: { 'miko-version': apiDates[0] } }))).toMatchObject({ code: 'not_found' });
    } finally {
      Object.assign(pipeline, { router: kept });
    }
  });
});

describe('callers that are turned away are told of', () => {
  it.each([
    ['not known', { as: null }, 'unauthenticated', null],
    ['not allowed', { as: 'reader', body: BODY }, 'denied', 'reader'],
  ] as const)('%s', async (_, more, code, name) => {
    await call('POST', THINGS, more);
    expect(refusals).toEqual([[code, expect.stringMatching(/^req_/), THINGS, name]]);
  });

  it('kept from learning what there is', async () => {
    await call('GET', '/v1/projects/other/things', { as: 'scoped' });
    expect(refusals).toEqual([['not_found', expect.any(String), '/v1/projects/other/things', 'scoped']]);
  });

  it('and nobody else', async () => {
    await call('GET', THINGS);
    await call('GET', '/v1/nothing');
    await call('POST', THINGS, { body: '{' });
    expect(refusals).toEqual([]);
  });
});

describe('an Idempotency-Key', () => {
  it('leads a POST through what remembers answers, and is told to no other', async () => {
    const claims: unknown[] = [];
    const kept = pipeline.claims;
    try {
      Object.assign(pipeline, { claims: { once: (claim: unknown, run: () => unknown) => (claims.push(claim), run()) } });
      await call('POST', THINGS, { body: BODY, headers: { 'idempotency-key': 'k' } });
      await call('POST', THINGS, { body: BODY });
      await call('GET', THINGS, { headers: { 'idempotency-key': 'k' } });
    } finally {
      Object.assign(pipeline, { claims: kept });
    }
    expect(claims).toEqual([{ credential: 'tok_writer', key: 'k', fingerprint: expect.any(String) }]);
    expect(ran.map(({ claim }) => claim?.key ?? null)).toEqual(['k', null, null]);
  });
});

it('a call is given a deadline', async () => {
  await call('GET', THINGS, { headers: { 'miko-timeout-ms': '1000' } });
  expect(ran[0]!.deadline.remainingMs()).toBeLessThanOrEqual(1_000);
  expect(problemOf(await call('GET', THINGS, { headers: { 'miko-timeout-ms': 'soon' } }))).toMatchObject({ code: 'invalid_request', errors: [{ pointer: 'Miko-Timeout-Ms' }] });
});
