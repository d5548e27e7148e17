import type { ShownEndpoint } from '@miko/model';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { MikoProcess } from '../miko-process.ts';
import { endpointPath, openSession, registration } from '../registration.ts';
import { StreamReader } from '../stream-reader.ts';
import { expectRefused, send, type Sent } from './send.test.support.ts';
import { made, patientCheck, register } from './world.test.support.ts';

/** Internal addresses go only to callers entitled to them, whatever they ask, on the list and on the stream. */
const HOST = 'internal-7f3a.example';
const PORT = 47_111;
/** An instance is often named after its address. */
const HIDDEN = `${HOST}:${PORT}`;
const PUBLIC = 'https://shop.example/a';
const LIST = '/v1/projects/default/endpoints';

let miko: MikoProcess;
let session: string;
const secrets = { reader: '', writer: '' };
const readers: StreamReader[] = [];
const internal = (more: Parameters<typeof registration>[1] = {}) => registration(session, { host: HOST, port: PORT, ...more });

beforeAll(async () => {
  miko = await MikoProcess.start();
  for (const role of ['reader', 'writer'] as const) {
    const made_ = await made<{ secret: string }>(miko, 'POST', '/v1/tokens', { name: `public-${role}`, spec: { description: '', role, project: null, audience: 'public' } });
    secrets[role] = made_.secret;
  }
  session = (await openSession(miko, 'shop', 3_600)).id;
  await register(miko, 'shop', 'shown-1', internal({ public_url: PUBLIC }));
  await register(miko, 'shop', HIDDEN, internal());
  await register(miko, 'vault', HIDDEN, internal());
});
afterAll(async () => {
  for (const reader of readers) reader.close();
  await miko.dispose();
});

const ask = (path: string, token: string, headers: Sent['headers'] = {}) => send<{ services: Record<string, { state: string; cause: string | null; endpoints: Partial<ShownEndpoint>[] }> }>(miko, { method: 'GET', path, token, headers });
const watch = async (query: string, token: string): Promise<StreamReader> => {
  const reader = await StreamReader.open(`${miko.url}${LIST}:watch${query}`, token);
  readers.push(reader);
  return reader;
};
const expectNothingInternal = (text: string): void => {
  for (const marker of [HOST, String(PORT), '"host"', '"port"']) expect(text).not.toContain(marker);
};

describe('the list', () => {
  const asked = ['', '?service=shop,vault', '?service=*', '?health=any', '?audience=internal', '?audience=public', '?audience=internal&health=any', '?zone=zone-a', '?at_least=0', '?tag=none'];

  it.each(asked)('shows a caller entitled to public addresses only nothing else: %s', async query => {
    // Twice: the second time it may come from kept bytes; and after somebody entitled has asked for the same.
    await ask(LIST + query, miko.token);
    for (let i = 0; i < 2; i++) {
      const told = await ask(LIST + query, secrets.reader);
      expect(told.status).toBe(200);
      expectNothingInternal(told.text + JSON.stringify(told.headers));
      expect((await ask(LIST + query, miko.token)).text.includes(HOST)).toBe(!query.includes('audience=public') && !query.includes('tag=none'));
    }
  });

  it('holds for it what has a public address, with all that is public of it', async () => {
    const { services } = (await ask(`${LIST}?service=shop,vault,nope`, secrets.reader)).body;
    expect(services['shop']!.endpoints).toEqual([{
      id: expect.stringMatching(/^ep_/) as string, instance: 'shown-1', protocol: 'http', public_url: PUBLIC, zone: 'zone-a', weight: 100, tags: [], labels: {},
      health: 'passing', state: 'active', revision: expect.any(Number) as number,
    }]);
    expect(services['vault']).toMatchObject({ state: 'empty', cause: 'filtered', endpoints: [] });
    expect(services['nope']).toEqual({ state: 'unknown', endpoints: [] });
  });

  it('gives the two audiences ETags of their own: neither is told that it has what the other got', async () => {
    const path = `${LIST}?service=shop`;
    const mine = (await ask(path, secrets.reader)).headers.etag!;
    const theirs = (await ask(path, miko.token)).headers.etag!;
    expect(mine).not.toBe(theirs);
    expect((await ask(path, secrets.reader, { 'if-none-match': mine })).status).toBe(304);
    expect((await ask(path, secrets.reader, { 'if-none-match': theirs })).status).toBe(200);
    expect((await ask(path, miko.token, { 'if-none-match': mine })).status).toBe(200);
  });

  it('may be asked for as the public sees it by anybody', async () => {
    const told = await ask(`${LIST}?service=shop&audience=public`, miko.token);
    expect(told.body.services).toEqual((await ask(`${LIST}?service=shop`, secrets.reader)).body.services);
  });
});

describe('the stream', () => {
  it('never tells an internal address: not at its beginning, nor as endpoints come, change and go', async () => {
    const public_ = [await watch('', secrets.reader), await watch('?service=shop', secrets.reader), await watch('?audience=internal', secrets.reader), await watch('?audience=public', miko.token)];
    const entitled = await watch('?service=shop', miko.token);
    for (const reader of [...public_, entitled]) await reader.next('snapshot');

    const put = (instance: string, more: Parameters<typeof registration>[1]) => send(miko, { method: 'PUT', path: endpointPath('shop', instance), body: internal(more) });
    await put('shown-2', { public_url: PUBLIC });
    await put('shown-2', { public_url: PUBLIC, weight: 7 });
    await put('shown-2', { public_url: null });
    await put('shown-2', { public_url: PUBLIC, weight: 8 });
    await send(miko, { method: 'POST', path: `${endpointPath('shop', 'shown-2')}:drain` });
    await put(`${HIDDEN}:2`, {});
    await put(`${HIDDEN}:2`, { weight: 9 });
    await send(miko, { method: 'DELETE', path: endpointPath('shop', `${HIDDEN}:2`) });
    await send(miko, { method: 'DELETE', path: endpointPath('shop', 'shown-2') });
    await put('shown-3', { public_url: PUBLIC });

    type Delta = { services: Record<string, { set: Partial<ShownEndpoint>[]; gone: { instance: string }[] } | undefined> };
    const sets = (delta: Delta) => delta.services['shop']?.set.some(one => one.instance === 'shown-3') === true;
    for (const reader of [...public_, entitled]) await reader.next<Delta>('delta', sets);
    expect(JSON.stringify(entitled.frames)).toContain(HOST);
    for (const reader of public_) expectNothingInternal(JSON.stringify(reader.frames));
  });

  it('tells a public reader when an endpoint it has seen has no public address any more', async () => {
    const reader = await watch('?service=shop', secrets.reader);
    await send(miko, { method: 'PUT', path: endpointPath('shop', 'shown-4'), body: internal({ public_url: PUBLIC }) });
    type Delta = { services: Record<string, { set: Partial<ShownEndpoint>[]; gone: { instance: string }[] }> };
    await reader.next<Delta>('delta', delta => delta.services['shop']!.set.some(one => one.instance === 'shown-4'));
    await send(miko, { method: 'PUT', path: endpointPath('shop', 'shown-4'), body: internal() });
    await reader.next<Delta>('delta', delta => delta.services['shop']!.gone.some(one => one.instance === 'shown-4'));
  });

  it('does not tell either when it goes on after a cursor', async () => {
    const first = await watch('?service=vault', secrets.reader);
    await first.next('snapshot');
    const { cursor } = first;
    first.close();
    await send(miko, { method: 'PUT', path: endpointPath('vault', `${HIDDEN}:3`), body: internal() });
    await send(miko, { method: 'DELETE', path: endpointPath('vault', `${HIDDEN}:3`) });
    await register(miko, 'vault', 'open', internal({ public_url: PUBLIC }));
    const second = await watch(`?service=vault&since=${cursor}`, secrets.reader);
    await second.next('delta');
    expectNothingInternal(JSON.stringify(second.frames));
  });
});

test('a public caller makes no credential that sees more than it does', async () => {
  const spec = { description: '', role: 'admin', project: null, audience: 'public' };
  const admin = await made<{ secret: string }>(miko, 'POST', '/v1/tokens', { name: 'public-admin', spec });
  const make = (name: string, audience: string, how: Partial<Sent> = {}) => send(miko, { method: 'POST', path: '/v1/tokens', body: { name, spec: { ...spec, audience } }, token: admin.secret, ...how });
  expectRefused(await make('wider', 'internal'), { code: 'denied' });
  expectRefused(await make('wider', 'internal', { path: '/v1/tokens?dry_run=true' }), { code: 'denied' });
  expectRefused(await make('wider', 'internal', { method: 'PUT', path: '/v1/tokens/wider', body: { spec: { ...spec, audience: 'internal' } }, headers: { 'if-none-match': '*' } }), { code: 'denied' });
  expect((await ask('/v1/tokens/wider', miko.token)).status).toBe(404);
  expect((await make('as-wide', 'public')).status).toBe(201);
});

describe('other answers to a public caller that may write', () => {
  const token = () => secrets.writer;

  it('why an endpoint is in or out tells no address', async () => {
    await register(miko, 'vault', 'plain', internal());
    const told = await ask(`${endpointPath('vault', 'plain')}:explain`, token());
    expect(told.status).toBe(200);
    expectNothingInternal(told.text);
  });

  it('a report about an endpoint of another tells no address, if it is taken at all', async () => {
    await register(miko, 'vault', 'durable', registration(null, { host: HOST, port: PORT, check: patientCheck }));
    const told = await send(miko, { method: 'PUT', path: `${endpointPath('vault', 'durable')}/health`, body: { session: null, health: 'warning', note: '' }, token: token() });
    expectNothingInternal(told.text);
  });

  it('overrides, services and refusals tell none', async () => {
    const answers = [
      await ask('/v1/projects/default/services', token()), await ask('/v1/projects/default/endpoint-overrides', token()),
      await send(miko, { method: 'PUT', path: endpointPath('vault', HIDDEN), body: registration(null, { host: 'mine', port: 1 }), token: token() }),
      await send(miko, { method: 'POST', path: `${endpointPath('shop', 'shown-1')}:drain`, token: token() }),
    ];
    for (const { text } of answers) expectNothingInternal(text.replaceAll(HIDDEN, ''));
  });
});
