import { kinds, newestApiDate, project as projectKind, region, service as serviceKind, type Kind } from '@miko/model';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MikoProcess } from '../miko-process.ts';
import { endpointPath, registration } from '../registration.ts';
import { expectRefused, send, type Sent, type Told } from './send.test.support.ts';
import { collectionOf, made, nameFor, objectPath, register, stateOf } from './world.test.support.ts';

/** The life of an object, the same for every kind: made, read, replaced, deleted, made again. */
let miko: MikoProcess;
beforeAll(async () => { miko = await MikoProcess.start(); });
afterAll(() => miko.dispose());

interface Shown {
  readonly id: string;
  readonly name: string;
  readonly revision: number;
  readonly created_at: string;
  readonly updated_at: string;
  readonly spec: Record<string, unknown>;
  readonly secret?: string;
}
const call = (method: string, path: string, body?: unknown, headers: Sent['headers'] = {}) =>
  send<Shown>(miko, { method, path, headers, ...(body === undefined ? {} : { body }) });
const create = (kind: Kind, name: string, n: number) => call('POST', collectionOf(kind), { name, spec: kind.example(n) });
const get = (kind: Kind, name: string, headers: Sent['headers'] = {}) => call('GET', objectPath(kind, name), undefined, headers);
const itemsOf = async (kind: Kind) => (await send<{ items: Shown[]; next_page_token: null }>(miko, { method: 'GET', path: collectionOf(kind) })).body;
async function refusedWithoutTrace(tell: () => Promise<Told>, refusal: Parameters<typeof expectRefused>[1]): Promise<void> {
  const before = await stateOf(miko);
  expectRefused(await tell(), refusal);
  expect(await stateOf(miko)).toEqual(before);
}

/** What a replacement may change: everything that is not set for good when the object is made. */
const another = (kind: Kind, n: number): Record<string, unknown> =>
  ({ ...kind.example(n), ...Object.fromEntries(Object.entries(kind.example(n + 1)).filter(([field]) => !kind.frozen.includes(field))), ...('reason' in kind.example(n) ? { reason: 'another' } : {}) });

describe.each(kinds.map((kind, i) => [kind.name, kind, 100 + 10 * i] as const))('%s', (_, kind, n) => {
  const name = nameFor(kind, `${kind.name.replaceAll('_', '-')}-life`);

  it('is made: 201, where it lies, its ETag, and the object as it is read', async () => {
    const told = await create(kind, name, n);
    const { secret, ...object } = told.body;
    expect([told.status, told.headers.location, told.headers['miko-revision']]).toEqual([201, objectPath(kind, name), String(object.revision)]);
    expect(told.headers.etag).toMatch(/^"[^"]+"$/);
    expect(object).toEqual({
      id: expect.stringMatching(new RegExp(`^${kind.idPrefix}_[0-9a-hjkmnp-tv-z]{26}$`)) as string, kind: kind.name, name, project: kind.parent === null ? null : 'default',
      revision: expect.any(Number) as number, created_at: object.updated_at, updated_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as string,
      spec: kind.example(n), status: kind.status.initial(kind.example(n), { apiDate: newestApiDate }),
    });
    expect(typeof secret).toBe(kind.issuesSecret ? 'string' : 'undefined');
    const read = await get(kind, name);
    expect([read.status, read.headers.etag, read.body]).toEqual([200, told.headers.etag, object]);
  });

  it('is found by its name and by its id, and stands once in the list, which is in order', async () => {
    const byName = await get(kind, name);
    const byId = await get(kind, byName.body.id);
    expect([byId.status, byId.text, byId.headers.etag]).toEqual([200, byName.text, byName.headers.etag]);
    const list = await itemsOf(kind);
    expect(list.items.filter(item => item.name === name)).toEqual([byName.body]);
    expect(list.items.map(item => item.name)).toEqual(list.items.map(item => item.name).toSorted());
    expect(list.next_page_token).toBeNull();
  });

  it('304 where the reader has it, by weak comparison; HEAD is GET without the body', async () => {
    const etag = (await get(kind, name)).headers.etag!;
    for (const match of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const told = await get(kind, name, { 'if-none-match': match });
      expect([match, told.status, told.text, told.headers.etag]).toEqual([match, 304, '', etag]);
    }
    expect((await get(kind, name, { 'if-none-match': '"other"' })).status).toBe(200);
    for (const match of [etag.slice(1, -1), `"${etag}"`, '"a', '**']) expectRefused(await get(kind, name, { 'if-none-match': match }), { code: 'invalid_request', pointers: [['If-None-Match', 'pattern']] });
    const head = await call('HEAD', objectPath(kind, name));
    expect([head.status, head.text, head.headers.etag]).toEqual([200, '', etag]);
  });

  it('is not made twice: 409 by POST, 412 by PUT that may only create', async () => {
    await refusedWithoutTrace(() => create(kind, name, n + 5), { code: 'already_exists' });
    await refusedWithoutTrace(() => call('PUT', objectPath(kind, name), { spec: kind.example(n + 5) }, { 'if-none-match': '*' }), { code: 'precondition_failed' });
  });

  it('404 comes before 428, and 428 before 412', async () => {
    for (const headers of [{}, { 'if-match': '*' }, { 'if-match': '"stale"' }] as Record<string, string>[]) {
      await refusedWithoutTrace(() => call('PUT', objectPath(kind, 'absent'), { spec: kind.example(n) }, headers), { code: 'not_found' });
      await refusedWithoutTrace(() => call('DELETE', objectPath(kind, 'absent'), undefined, headers), { code: 'not_found' });
    }
    await refusedWithoutTrace(() => call('PUT', objectPath(kind, name), { spec: another(kind, n) }), { code: 'precondition_required' });
    await refusedWithoutTrace(() => call('DELETE', objectPath(kind, name)), { code: 'precondition_required' });
    const { etag } = (await get(kind, name)).headers;
    for (const stale of ['"stale"', `W/${etag!}`, '""', '']) {
      const code = stale === '' ? 'precondition_required' : 'precondition_failed';
      const headers = { 'if-match': stale };
      const current = stale === '' ? {} : { headers: { etag: etag! } };
      await refusedWithoutTrace(() => call('PUT', objectPath(kind, name), { spec: another(kind, n) }, headers), { code, ...current });
      await refusedWithoutTrace(() => call('DELETE', objectPath(kind, name), undefined, headers), { code, ...current });
    }
    for (const malformed of [etag!.slice(1, -1), '"a', '**', `"a" ${etag!}`]) {
      const refusal = { code: 'invalid_request', pointers: [['If-Match', 'pattern']] } as const;
      await refusedWithoutTrace(() => call('PUT', objectPath(kind, name), { spec: another(kind, n) }, { 'if-match': malformed }), refusal);
      await refusedWithoutTrace(() => call('DELETE', objectPath(kind, name), undefined, { 'if-match': malformed }), refusal);
      await refusedWithoutTrace(() => call('PUT', objectPath(kind, name), { spec: another(kind, n) }, { 'if-none-match': malformed }), { code: 'invalid_request', pointers: [['If-None-Match', 'pattern']] });
    }
  });

  it('is replaced by whoever has read it; what was read before is stale then', async () => {
    const before = await get(kind, name);
    const told = await call('PUT', objectPath(kind, before.body.id), { spec: another(kind, n) }, { 'if-match': `"other", ${before.headers.etag!}` });
    expect([told.status, told.body.spec, told.headers['miko-revision']]).toEqual([200, another(kind, n), String(told.body.revision)]);
    expect([told.body.id, told.body.created_at, told.body.revision > before.body.revision, told.body.updated_at >= before.body.updated_at]).toEqual([before.body.id, before.body.created_at, true, true]);
    expect(told.headers.etag).not.toBe(before.headers.etag);
    expect((await get(kind, name)).text).toBe(told.text);
    await refusedWithoutTrace(() => call('PUT', objectPath(kind, name), { spec: kind.example(n) }, { 'if-match': before.headers.etag! }), { code: 'precondition_failed', headers: { etag: told.headers.etag! } });
    expect((await call('PUT', objectPath(kind, name), { spec: another(kind, n) }, { 'if-match': '*' })).status).toBe(200);
  });

  it('goes when it is deleted, and what is made anew under its name is another', async () => {
    const old = await get(kind, name);
    const gone = await call('DELETE', objectPath(kind, name), undefined, { 'if-match': old.headers.etag! });
    expect([gone.status, gone.text, Number(gone.headers['miko-revision']) > old.body.revision]).toEqual([204, '', true]);
    for (const path of [name, old.body.id]) expectRefused(await get(kind, path), { code: 'not_found' });
    await refusedWithoutTrace(() => call('DELETE', objectPath(kind, name)), { code: 'not_found' });
    expect((await itemsOf(kind)).items.map(item => item.name)).not.toContain(name);

    const anew = await call('PUT', objectPath(kind, name), { spec: kind.example(n) }, { 'if-none-match': '*' });
    expect([anew.status, anew.headers.location, anew.body.name]).toEqual([201, objectPath(kind, name), name]);
    expect(anew.body.id).not.toBe(old.body.id);
    expect(anew.headers.etag).not.toBe(old.headers.etag);
    expectRefused(await get(kind, old.body.id), { code: 'not_found' });
    await refusedWithoutTrace(() => call('DELETE', objectPath(kind, name), undefined, { 'if-match': old.headers.etag! }), { code: 'precondition_failed' });
    expect((await call('DELETE', objectPath(kind, name), undefined, { 'if-match': anew.headers.etag! })).status).toBe(204);
  });

  it('of many at once exactly one makes it, one replaces it, one deletes it', async () => {
    const rival = nameFor(kind, `${name}-rival`);
    const statuses = async (tell: () => Promise<Told>) => (await Promise.all(Array.from({ length: 6 }, tell))).map(told => told.status).toSorted((a, b) => a - b);
    expect(await statuses(() => create(kind, rival, n + 7))).toEqual([201, 409, 409, 409, 409, 409]);
    const etag = (await get(kind, rival)).headers.etag!;
    expect(await statuses(() => call('PUT', objectPath(kind, rival), { spec: another(kind, n + 7) }, { 'if-match': etag }))).toEqual([200, 412, 412, 412, 412, 412]);
    expect(await statuses(() => call('DELETE', objectPath(kind, rival), undefined, { 'if-match': '*' }))).toEqual([204, 404, 404, 404, 404, 404]);
  });
});

describe('what is set for good when an object is made', () => {
  const changed: Record<string, unknown> = { service: 'other', instance: 'other-1', role: 'reader', project: 'default', audience: 'public' };
  it.each(kinds.flatMap((kind, i) => kind.frozen.map(field => [kind.name, field, kind, 500 + i] as const)))('%s %s', async (_, field, kind, n) => {
    const name = `frozen-${field}`;
    const spec = { ...kind.example(n), ...('instance' in kind.example(n) ? { instance: name } : {}) };
    await made(miko, 'POST', collectionOf(kind), { name, spec });
    await refusedWithoutTrace(() => call('PUT', objectPath(kind, name), { spec: { ...spec, [field]: changed[field] } }, { 'if-match': '*' }), {
      code: 'invalid_request', pointers: [[`/spec/${field}`, 'frozen']],
    });
  });
});

describe('what something still depends on stays: 409 in_use', () => {
  it('a service with an endpoint', async () => {
    await register(miko, 'kept', 'kept-1', registration(null));
    await refusedWithoutTrace(() => call('DELETE', objectPath(serviceKind, 'kept'), undefined, { 'if-match': '*' }), { code: 'in_use' });
    expect((await call('DELETE', endpointPath('kept', 'kept-1'))).status).toBe(204);
    expect((await call('DELETE', objectPath(serviceKind, 'kept'), undefined, { 'if-match': '*' })).status).toBe(204);
  });

  it('a project with a service, and one with a session', async () => {
    await made(miko, 'POST', collectionOf(projectKind), { name: 'tenant', spec: projectKind.example(1) });
    const remove = () => call('DELETE', objectPath(projectKind, 'tenant'), undefined, { 'if-match': '*' });
    await made(miko, 'POST', '/v1/projects/tenant/services', { name: 'web', spec: serviceKind.example(1) });
    await refusedWithoutTrace(remove, { code: 'in_use' });
    expect((await call('DELETE', '/v1/projects/tenant/services/web', undefined, { 'if-match': '*' })).status).toBe(204);
    const session = await made<{ id: string }>(miko, 'POST', '/v1/projects/tenant/sessions', { name: 'a', owner: 'a', ttl_seconds: 3600 });
    await refusedWithoutTrace(remove, { code: 'in_use' });
    expect((await call('DELETE', `/v1/projects/tenant/sessions/${session.id}`)).status).toBe(204);
    expect((await remove()).status).toBe(204);
    expectRefused(await call('GET', '/v1/projects/tenant/services'), { code: 'not_found' });
  });
});

it('a kind has room for as many as its limit says, and one more is 409 quota_exceeded', async () => {
  const there = (await itemsOf(region)).items.length;
  const names = Array.from({ length: region.limits.perParent - there }, (_, i) => `fill-${i}`);
  for (const name of names) expect((await create(region, name, 1)).status).toBe(201);
  await refusedWithoutTrace(() => create(region, 'one-more', 1), { code: 'quota_exceeded' });
  await refusedWithoutTrace(() => call('PUT', objectPath(region, 'one-more'), { spec: region.example(1) }, { 'if-none-match': '*' }), { code: 'quota_exceeded' });
  expect((await call('DELETE', objectPath(region, 'fill-0'), undefined, { 'if-match': '*' })).status).toBe(204);
  expect((await create(region, 'one-more', 1)).status).toBe(201);
});

it('an override speaks of an endpoint that no other speaks of', async () => {
  const spec = { service: 'web', instance: 'twice', state: 'draining', weight: null, reason: '' };
  const path = '/v1/projects/default/endpoint-overrides';
  await made(miko, 'POST', path, { name: 'first', spec });
  await refusedWithoutTrace(() => call('POST', path, { name: 'second', spec }), { code: 'already_exists' });
});
