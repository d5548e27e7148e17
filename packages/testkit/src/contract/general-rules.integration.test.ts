import { apiDates, newestApiDate, service as serviceKind } from '@miko/model';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MikoProcess } from '../miko-process.ts';
import { endpointPath, openSession, registration } from '../registration.ts';
import { expectRefused, send, type Sent, type Told } from './send.test.support.ts';
import { patientCheck } from './world.test.support.ts';

/** What holds for every answer: its request id, its API date, the revision of a write, and that a write is seen at once. */
let miko: MikoProcess;
beforeAll(async () => { miko = await MikoProcess.start(); });
afterAll(() => miko.dispose());

const LIST = '/v1/projects/default/endpoints';
const ask = <T = never>(method: string, path: string, body?: unknown, headers: Sent['headers'] = {}) => send<T>(miko, { method, path, headers, ...(body === undefined ? {} : { body }) });
const revisionOf = (told: Told): number => Number(told.headers['miko-revision']);

describe('without a credential', () => {
  it.each([['/livez', { status: 'ok' }], ['/readyz', { status: 'ok', reasons: [] }], ['/version', { name: 'miko', version: expect.stringMatching(/^\d+\.\d+\.\d+/) as string, api_dates: [...apiDates], newest_api_date: newestApiDate }]])('%s', async (path, body) => {
    const told = await send<object>(miko, { method: 'GET', path, token: null });
    expect([told.status, told.body]).toEqual([200, body]);
    const head = await send(miko, { method: 'HEAD', path, token: null });
    expect([head.status, head.text, head.headers['content-length']]).toEqual([200, '', told.headers['content-length']]);
  });
});

describe('every answer', () => {
  const paths = ['/livez', '/v1/projects', LIST, `${LIST}?service=nope`, '/v1/nothing', '/v1/projects/nope', '/v1/projects?x=1'];

  it('has a request id of its own', async () => {
    const ids: unknown[] = [];
    // Twice, and once more: the list may come from kept bytes, or be 304.
    for (const path of [...paths, ...paths]) ids.push((await ask('GET', path)).headers['miko-request-id']);
    const etag = (await ask('GET', LIST)).headers.etag!;
    const same = await ask('GET', LIST, undefined, { 'if-none-match': etag });
    expect(same.status).toBe(304);
    ids.push(same.headers['miko-request-id'], (await ask('OPTIONS', LIST)).headers['miko-request-id'], (await ask('HEAD', LIST)).headers['miko-request-id']);
    for (const id of ids) expect(id).toMatch(/^req_[0-9a-z]{10,40}$/);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('of the list refuses an If-None-Match that holds no ETags, kept bytes or not', async () => {
    for (let i = 0; i < 3; i++) {
      for (const match of ['abc', '"a', '**']) expectRefused(await ask('GET', LIST, undefined, { 'if-none-match': match }), { code: 'invalid_request', pointers: [['If-None-Match', 'pattern']] });
      const etag = (await ask('GET', LIST)).headers.etag!;
      for (const match of [etag, `W/${etag}`, `"a,b", ${etag}`, '*']) expect([match, (await ask('GET', LIST, undefined, { 'if-none-match': match })).status]).toEqual([match, 304]);
    }
  });

  it('tells the API date it speaks, asked for or not', async () => {
    for (const path of [...paths, LIST]) {
      for (const headers of [{}, { 'miko-version': newestApiDate }] as Record<string, string>[]) expect([path, (await ask('GET', path, undefined, headers)).headers['miko-version']]).toEqual([path, newestApiDate]);
    }
  });

  it('is not put together with what a caller sends: no header of it comes back', async () => {
    const told = await ask('GET', LIST, undefined, { 'miko-request-id': 'req_mine', 'x-mine': 'mine', 'miko-revision': '99' });
    expect(JSON.stringify(told.headers)).not.toMatch(/mine|"99"/);
  });
});

describe('a write', () => {
  it('tells its revision, which rises, and is seen by the next reader at once', async () => {
    const session = await openSession(miko, 'writer', 3_600);
    const path = endpointPath('web', 'web-1');
    const instances = async () => (await ask<{ services: Record<string, { endpoints: { instance: string; state: string; weight: number }[] }> }>('GET', `${LIST}?service=web&health=any`)).body.services['web']!.endpoints;
    const writes: (readonly [string, () => Promise<Told>, () => Promise<void>])[] = [
      ['a registration', () => ask('PUT', path, registration(session.id, { check: patientCheck })), async () => expect((await instances()).map(e => e.instance)).toEqual(['web-1'])],
      ['a change', () => ask('PUT', path, registration(session.id, { check: patientCheck, weight: 7 })), async () => expect((await instances())[0]!.weight).toBe(7)],
      ['a report', () => ask('PUT', `${path}/health`, { session: session.id, health: 'passing', note: 'well' }), async () => expect(await instances()).toMatchObject([{ health: 'passing' }])],
      ['a drain', () => ask('POST', `${path}:drain`), async () => expect((await instances())[0]!.state).toBe('draining')],
      ['a drain taken back', () => ask('POST', `${path}:undrain`), async () => expect((await instances())[0]!.state).toBe('active')],
      ['a service', () => ask('POST', '/v1/projects/default/services', { name: 'made', spec: serviceKind.example(1) }), async () => expect((await ask('GET', '/v1/projects/default/services/made')).status).toBe(200)],
      ['its end', () => ask('DELETE', '/v1/projects/default/services/made', undefined, { 'if-match': '*' }), async () => expect((await ask('GET', '/v1/projects/default/services/made')).status).toBe(404)],
      ['another session', () => ask('POST', '/v1/projects/default/sessions', { name: 'b', owner: 'b', ttl_seconds: 60 }), () => Promise.resolve()],
      ['a registration taken back', () => ask('DELETE', `${path}?session=${session.id}`), async () => expect(await instances()).toEqual([])],
      ['a session that ends', () => ask('DELETE', `/v1/projects/default/sessions/${session.id}`), async () => expectRefused(await ask('PUT', `/v1/projects/default/sessions/${session.id}`, { applied: null }), { code: 'session_not_found' })],
    ];
    let last = 0;
    for (const [what, write, isSeen] of writes) {
      const told = await write();
      expect([what, told.status < 300, told.text]).toEqual([what, true, told.text]);
      expect([what, revisionOf(told) > last]).toEqual([what, true]);
      last = revisionOf(told);
      await isSeen();
      expect((await ask('GET', `${LIST}?at_least=${last}`)).status).toBe(200);
    }
  });

  it('of the same again makes no revision: it tells that of the endpoint', async () => {
    const session = await openSession(miko, 'again', 3_600);
    const write = () => ask('PUT', endpointPath('same', 'same-1'), registration(session.id));
    const [first, second, third] = [await write(), await write(), await write()];
    expect([first.status, second.status, third.status]).toEqual([201, 200, 200]);
    expect([second.text, third.text]).toEqual([first.text, first.text]);
    expect([revisionOf(second), revisionOf(third)]).toEqual([revisionOf(first), revisionOf(first)]);
    const drain = () => ask<{ revision: number }>('POST', `${endpointPath('same', 'same-1')}:drain`);
    const [one, two] = [await drain(), await drain()];
    expect([two.body.revision, revisionOf(two)]).toEqual([one.body.revision, revisionOf(one)]);
  });

  it('that is still to come is waited for, and 503 with Retry-After when it does not', async () => {
    const told = await ask('GET', `${LIST}?at_least=9007199254740991`);
    expectRefused(told, { code: 'not_ready', headers: { 'retry-after': /^\d+$/ } });
  });
});
