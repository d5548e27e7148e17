import type { ShownEndpoint } from '@miko/model';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { endpointPath, eventually, MikoProcess, openSession, registration } from '../index.ts';

interface Listed {
  readonly revision: number;
  readonly services: Readonly<Record<string, { state: string; cause?: string | null; revision?: number; endpoints: ShownEndpoint[] }>>;
}

describe('the endpoint list', () => {
  let miko: MikoProcess;
  beforeAll(async () => { miko = await MikoProcess.start(); });
  afterAll(() => miko.dispose());

  const list = async (query = '') => (await miko.call<Listed>('GET', `/v1/projects/default/endpoints${query}`)).body;
  const put = (service: string, instance: string, body: unknown) => miko.call<ShownEndpoint>('PUT', endpointPath(service, instance), body);

  it('tells known, empty with its cause, and unknown apart', async () => {
    const session = await openSession(miko, 'states');
    await put('known', 'k-1', registration(session.id));
    await miko.call('POST', '/v1/projects/default/services', { name: 'declared', spec: { description: '', labels: {} } });
    const { services } = await list('?service=known,declared,nowhere');
    expect(services['known']!.state).toBe('known');
    expect(services['declared']).toMatchObject({ state: 'empty', cause: 'never_registered', endpoints: [] });
    expect(services['nowhere']).toEqual({ state: 'unknown', endpoints: [] });
  });

  it('has revision 0 when all that is asked for is unknown', async () => {
    expect(await list('?service=nowhere,either')).toMatchObject({ revision: 0 });
  });

  it('names the latest cause that emptied a service', async () => {
    const session = await openSession(miko, 'causes');
    const cause = async (service: string) => (await list(`?service=${service}`)).services[service]!.cause;
    await put('causes', 'c-1', registration(session.id, { check: { type: 'ttl', ttl_ms: 60_000 } }));
    expect(await cause('causes')).toBe('starting');
    await miko.call('PUT', `${endpointPath('causes', 'c-1')}/health`, { session: session.id, health: 'critical', note: 'disk full' });
    expect(await cause('causes')).toBe('critical');
    await miko.call('PUT', `${endpointPath('causes', 'c-1')}/health`, { session: session.id, health: 'passing', note: '' });
    expect(await cause('causes')).toBeNull();
    await miko.call('POST', `${endpointPath('causes', 'c-1')}:drain`);
    expect(await cause('causes')).toBe('draining');
    await miko.call('POST', `${endpointPath('causes', 'c-1')}:undrain`);
    expect(await cause('causes')).toBeNull();
    await miko.call('DELETE', `${endpointPath('causes', 'c-1')}?session=${session.id}`);
    expect(await cause('causes')).toBe('deregistered');
    await put('causes', 'c-2', registration(session.id));
    await miko.call('DELETE', `/v1/projects/default/sessions/${session.id}`);
    expect(await cause('causes')).toBe('departed');
  });

  it('forgets who went when a service is deleted: declared again, it begins anew', async () => {
    const session = await openSession(miko, 'again');
    const cause = async () => (await list('?service=again')).services['again']!.cause;
    await put('again', 'a-1', registration(session.id));
    await miko.call('DELETE', `${endpointPath('again', 'a-1')}?session=${session.id}`);
    expect(await cause()).toBe('deregistered');
    expect((await miko.call('DELETE', '/v1/projects/default/services/again', undefined, { 'if-match': '*' })).status).toBeLessThan(300);
    await miko.call('POST', '/v1/projects/default/services', { name: 'again', spec: { description: '', labels: {} } });
    expect(await cause()).toBe('never_registered');
  });

  it('filters by zone, tag and health, and says when only the filter emptied it', async () => {
    const session = await openSession(miko, 'filters');
    await put('filters', 'f-1', registration(session.id, { zone: 'zone-a', tags: ['v1', 'blue'] }));
    await put('filters', 'f-2', registration(session.id, { zone: 'zone-b', tags: ['v2', 'blue'] }));
    await put('filters', 'f-3', registration(session.id, { zone: null, check: { type: 'ttl', ttl_ms: 60_000 } }));
    const names = async (query: string) => (await list(`?service=filters&${query}`)).services['filters']!.endpoints.map(e => e.instance).sort();
    expect(await names('')).toEqual(['f-1', 'f-2']);
    expect(await names('zone=zone-a')).toEqual(['f-1']);
    expect(await names('zone=zone-a,zone-b')).toEqual(['f-1', 'f-2']);
    expect(await names('tag=blue&tag=v2')).toEqual(['f-2']);
    expect(await names('health=any')).toEqual(['f-1', 'f-2', 'f-3']);
    expect(await names('health=starting')).toEqual(['f-3']);
    expect((await list('?service=filters&zone=zone-c')).services['filters']).toMatchObject({ state: 'empty', cause: 'filtered' });
  });

  it('answers 304 to its ETag until something shown changes, and other services change nothing', async () => {
    const session = await openSession(miko, 'etag');
    await put('etag', 'e-1', registration(session.id));
    const first = await miko.call<Listed>('GET', '/v1/projects/default/endpoints?service=etag');
    const etag = first.headers.get('etag')!;
    await put('other', 'o-1', registration(session.id));
    const again = await miko.call('GET', '/v1/projects/default/endpoints?service=etag', undefined, { 'if-none-match': etag });
    expect(again.status).toBe(304);
    await put('etag', 'e-1', registration(session.id, { weight: 7 }));
    const moved = await miko.call<Listed>('GET', '/v1/projects/default/endpoints?service=etag', undefined, { 'if-none-match': etag });
    expect(moved.status).toBe(200);
    expect(moved.body.services['etag']!.endpoints[0]!.weight).toBe(7);
    expect(moved.body.revision).toBeGreaterThan(first.body.revision);
  });

  it('shows a registration at once, and identical content makes no revision', async () => {
    const session = await openSession(miko, 'identical');
    const created = await put('identical', 'web:8080', registration(session.id, { labels: { team: 'straße' } }));
    expect(created.status).toBe(201);
    const again = await put('identical', 'web:8080', registration(session.id, { labels: { team: 'straße' } }));
    expect(again.status).toBe(200);
    expect(again.body).toEqual(created.body);
    expect(again.headers.get('miko-revision')).toBe(created.headers.get('miko-revision'));
    expect((await list('?service=identical')).services['identical']!.endpoints).toEqual([created.body]);
  });

  it('gives another owner no way to take a live instance, and a new session of the same owner a new id', async () => {
    const mine = await openSession(miko, 'mine');
    const theirs = await openSession(miko, 'theirs');
    const first = await put('owned', 'x-1', registration(mine.id));
    const stolen = await put('owned', 'x-1', registration(theirs.id));
    expect([stolen.status, (stolen.body as unknown as { code: string }).code]).toEqual([409, 'owned_by_other']);
    const next = await openSession(miko, 'mine');
    expect(next.generation).toBeGreaterThan(mine.generation);
    const taken = await put('owned', 'x-1', registration(next.id));
    expect(taken.status).toBe(200);
    expect(taken.body.id).not.toBe(first.body.id);
  });

  it('keeps an override through re-registration, and its weight over the registered one', async () => {
    const session = await openSession(miko, 'override');
    await put('over', 'r-1', registration(session.id, { weight: 100 }));
    await miko.call('POST', '/v1/projects/default/endpoint-overrides', {
      name: 'less', spec: { service: 'over', instance: 'r-1', state: 'active', weight: 5, reason: 'slow disk' },
    });
    await miko.call('POST', `${endpointPath('over', 'r-1')}:drain`);
    await miko.call('DELETE', `${endpointPath('over', 'r-1')}?session=${session.id}`);
    const again = await put('over', 'r-1', registration(session.id, { weight: 300 }));
    expect(again.body).toMatchObject({ state: 'draining', weight: 5 });
    await miko.call('POST', `${endpointPath('over', 'r-1')}:undrain`);
    expect((await list('?service=over')).services['over']!.endpoints).toMatchObject([{ state: 'active', weight: 5 }]);
  });

  it('waits for a revision that is asked for, and says not_ready when it does not come', async () => {
    const { body } = await miko.call<Listed>('GET', '/v1/projects/default/endpoints?at_least=1');
    expect(body.revision).toBeGreaterThan(0);
    const late = await miko.call<{ code: string }>('GET', '/v1/projects/default/endpoints?at_least=999999999');
    expect([late.status, late.body.code]).toEqual([503, 'not_ready']);
  });

  it('drops a lapsed session within its TTL and 3 s, as expired', async () => {
    const session = await openSession(miko, 'lapse', 2);
    const started = Date.now();
    await put('lapse', 'l-1', registration(session.id));
    await eventually(async () => ((await list('?service=lapse')).services['lapse']!.cause === 'expired' ? true : undefined), 6_000, 'the lapse');
    expect(Date.now() - started).toBeGreaterThanOrEqual(2_000);
    expect(Date.now() - started).toBeLessThan(5_500);
    const late = await miko.call<{ code: string }>('PUT', `/v1/projects/default/sessions/${session.id}`, { applied: null });
    expect([late.status, late.body.code]).toEqual([404, 'session_not_found']);
  });
});
