import { connect, MikoError, type Client } from '@miko/client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { MikoProcess } from '../miko-process.ts';

/** The typed API of the TypeScript SDK against a real Miko: that what it types is what is answered. */
let miko: MikoProcess;
let client: Client;

beforeAll(async () => {
  miko = await MikoProcess.start();
  client = connect(miko.url, { token: miko.token, cacheDir: null });
});

afterAll(async () => {
  await client?.close();
  await miko?.dispose();
});

const spec = { description: 'Answers the shop', labels: { team: 'shop' } };

it('an object is created, read, changed and deleted, with the ETag of each answer for the next', async () => {
  const { api } = client;
  const created = await api.serviceCreate({ body: { name: 'shop', spec }, idempotencyKey: 'typed-1' });
  expect([created.status, created.body.kind, created.body.spec]).toEqual([201, 'service', spec]);
  expect(created.revision).toBe(created.body.revision);

  const unchanged = await api.serviceGet({ service: 'shop', ifNoneMatch: created.etag! });
  expect([unchanged.status, unchanged.body]).toEqual([304, null]);

  const patched = await api.servicePatch({ service: 'shop', ifMatch: created.etag!, body: { spec: { labels: { team: null, tier: 'front' } } } });
  expect(patched.body.spec).toEqual({ description: spec.description, labels: { tier: 'front' } });
  const tested = await api.servicePatch({ service: 'shop', ifMatch: patched.etag!, body: [{ op: 'replace', path: '/spec/description', value: 'Two' }] });
  expect((await api.serviceGet({ service: 'shop' })).body.spec.description).toBe('Two');

  await expect(api.serviceDelete({ service: 'shop', ifMatch: created.etag! })).rejects.toMatchObject({ code: 'precondition_failed', status: 412 });
  expect(await api.serviceDelete({ service: 'shop', ifMatch: tested.etag! })).toMatchObject({ status: 204, body: null });
});

it('a dry run keeps nothing; a refusal names its code and field', async () => {
  const { api } = client;
  expect((await api.serviceCreate({ body: { name: 'dry', spec }, dryRun: true })).body.name).toBe('dry');
  await expect(api.serviceGet({ service: 'dry' })).rejects.toMatchObject({ code: 'not_found' });
  const refused = await api.serviceCreate({ body: { name: 'No!', spec } }).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(MikoError);
  expect(refused).toMatchObject({ code: 'invalid_request', fields: [{ pointer: '/name' }] });
});

it('pages follow their token, filtered by repeated parameters', async () => {
  const { api } = client;
  for (const name of ['page-a', 'page-b', 'page-c']) await api.serviceCreate({ body: { name, spec: { description: '', labels: { paged: 'yes', of: name } } } });
  const first = await api.serviceList({ label: ['paged:yes'], limit: 2 });
  const second = await api.serviceList({ label: ['paged:yes'], limit: 2, pageToken: first.body.next_page_token! });
  expect([...first.body.items, ...second.body.items].map(({ name }) => name)).toEqual(['page-a', 'page-b', 'page-c']);
  expect(second.body.next_page_token).toBe(null);
  expect((await api.serviceList({ label: ['paged:yes', 'of:page-b'] })).body.items.map(({ name }) => name)).toEqual(['page-b']);
});

it('a watch tells of changes, and goes on at a cursor', async () => {
  const { api } = client;
  await api.zoneCreate({ body: { name: 'zone-a', spec: { description: '', region: null } } });
  let cursor: string | null = null;
  for await (const frame of api.zoneWatch()) {
    if (frame.event !== 'snapshot') continue;
    expect(frame.data.items.map(({ name }) => name)).toEqual(['zone-a']);
    cursor = frame.cursor;
    break;
  }
  await api.zoneCreate({ body: { name: 'zone-b', spec: { description: '', region: null } } });
  for await (const frame of api.zoneWatch({ since: cursor! })) {
    if (frame.event !== 'delta') continue;
    expect(frame.data.items.set.map(({ name }) => name)).toEqual(['zone-b']);
    break;
  }
});

it('an endpoint is registered, listed, drained and taken back', async () => {
  const { api } = client;
  const session = (await api.sessionOpen({ body: { name: 'test', owner: 'typed-api', ttl_seconds: 60 } })).body;
  const where = { service: 'served', instance: 'one' };
  const body = { session: session.id, host: '127.0.0.1', port: 8080, protocol: 'http', public_url: null, zone: null, weight: 100, tags: ['v2'], labels: {}, check: null } as const;
  expect((await api.endpointRegister({ ...where, body })).status).toBe(201);
  const listed = await api.endpointList({ service: ['served', 'absent'], tag: ['v2'] });
  expect(listed.body.services['served']).toMatchObject({ state: 'known', endpoints: [{ instance: 'one' }] });
  expect(listed.body.services['absent']).toEqual({ state: 'unknown', endpoints: [] });
  expect(listed.cursor).not.toBe(null);
  expect((await api.endpointDrain({ ...where, waitSeconds: 0 })).body.released).toBe(true);
  expect((await api.endpointDeregister({ ...where, session: session.id })).status).toBe(204);
  const renewed: unknown[] = [];
  for await (const line of api.sessionRenewMany({ body: [{ project: 'default', session: session.id, applied: null }] })) renewed.push(line);
  expect(renewed).toEqual([{ session: session.id, status: 200, code: null }]);
});

it('the record is exported line by line, and the process speaks for itself', async () => {
  const { api } = client;
  const lines: string[] = [];
  for await (const line of api.auditExport()) lines.push(line);
  expect(lines.length).toBeGreaterThan(2);
  expect(lines.every((line) => JSON.parse(line) !== null)).toBe(true);
  expect((await api.readyz()).body.status).toBe('ok');
  expect((await api.openapi()).body['openapi']).toMatch(/^3\.1/);
  expect((await api.docs()).body).toContain('<html');
});

it('a caller that gives up gets the reason of its own signal', async () => {
  const gone = new AbortController();
  gone.abort(new Error('enough'));
  await expect(client.api.version({ signal: gone.signal })).rejects.toThrow('enough');
});
