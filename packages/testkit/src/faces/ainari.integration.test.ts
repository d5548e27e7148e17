import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectRefused, send, type Told } from '../contract/send.test.support.ts';
import { made, register } from '../contract/world.test.support.ts';
import { MikoProcess } from '../miko-process.ts';
import { endpointPath, registration } from '../registration.ts';

/**
 * What the two SDKs of ainari send, in their order and with their header fields, against a real Miko: a token, then the
 * addresses, once. Neither names the media type of its form, and the Go SDK names one for a GET that has no body.
 */
interface Sdk {
  readonly name: string;
  readonly always: Readonly<Record<string, string>>;
  readonly get: Readonly<Record<string, string>>;
}
const sdks: readonly Sdk[] = [
  { name: 'Go', always: { 'user-agent': 'Go-http-client/1.1', 'accept-encoding': 'gzip' }, get: { 'content-type': 'application/json' } },
  { name: 'Python', always: { 'user-agent': 'python-requests/2.32.3', 'accept-encoding': 'gzip, deflate', 'accept': '*/*', 'connection': 'keep-alive' }, get: {} },
];
type List = Readonly<Record<string, { readonly public_address: string; readonly internal_address: string }>>;
interface Token {
  readonly access_token: string;
}

const components = ['hanami', 'ryokan', 'torii', 'omamori'];
const secrets = { shopper: '', outsider: '', banker: '' };
let miko: MikoProcess;

beforeAll(async () => {
  miko = await MikoProcess.start();
  await made(miko, 'POST', '/v1/projects', { name: 'bank', spec: { description: '', create_services: false } });
  for (const [name, project, audience] of [['shopper', null, 'internal'], ['outsider', 'default', 'public'], ['banker', 'bank', 'internal']] as const) {
    const spec = { description: '', role: 'reader', project, audience };
    secrets[name] = (await made<{ secret: string }>(miko, 'POST', '/v1/tokens', { name, spec })).secret;
  }
  for (const [i, name] of components.entries()) {
    for (const n of [1, 2]) await register(miko, name, `${name}-${n}`, registration(null, { port: 11_000 + i * 10 + n, public_url: `https://${name}-${n}.example:1${i}443`, zone: `zone-${n}` }));
  }
});
afterAll(() => miko.dispose());

/** The body is put together as they do it: nothing in it is escaped. */
const askToken = ({ always }: Sdk, user: string, passphrase: string): Promise<Told<Token>> => send<Token>(miko, {
  method: 'POST', path: '/v1alpha/token', token: null, headers: { ...always, 'content-type': '' },
  body: `token_format=jwt&grant_type=client_credentials&client_id=${user}&client_secret=${passphrase}`,
});
const askList = ({ always, get }: Sdk, token: string, query = ''): Promise<Told<List>> =>
  send<List>(miko, { method: 'GET', path: `/v1alpha/endpoints${query}`, token, headers: { ...always, ...get } });

/** `request_context` and `RequestContext`: a token, the list, and four fields of it that must be there. */
async function contextOf(sdk: Sdk, user: string, passphrase: string): Promise<Readonly<Record<string, string>>> {
  const token = await askToken(sdk, user, passphrase);
  expect([token.status, token.text]).toEqual([200, token.text]);
  const list = await askList(sdk, token.body.access_token);
  expect([list.status, list.text]).toEqual([200, list.text]);
  const context = Object.fromEntries(components.map(name => [name, list.body[name]!.public_address]));
  // The base of torii is what stands before its second colon.
  return { ...context, torii_base: context['torii']!.split(':').slice(0, 2).join(':') };
}

describe.each(sdks)('the $name SDK of ainari', sdk => {
  it('gets a token, then the addresses of all components', async () => {
    expect(await contextOf(sdk, 'shopper', secrets.shopper)).toEqual({
      hanami: 'https://hanami-1.example:10443', ryokan: 'https://ryokan-1.example:11443', torii: 'https://torii-1.example:12443', omamori: 'https://omamori-1.example:13443',
      torii_base: 'https://torii-1.example',
    });
  });

  it('is let in by no passphrase but that of its user', async () => {
    for (const [user, passphrase] of [['shopper', 'asdf'], ['shopper', secrets.outsider], ['nobody', secrets.shopper], ['shopper', `${secrets.shopper}x`], ['admin', 'admin']] as const) {
      expectRefused(await askToken(sdk, user, passphrase), { code: 'unauthenticated', headers: { 'www-authenticate': 'Bearer realm="miko"' } });
    }
    expectRefused(await askToken(sdk, '', secrets.shopper), { code: 'invalid_request', pointers: [['/client_id', 'required']] });
    for (const token of ['', 'asdf']) expectRefused(await askList(sdk, token), { code: 'unauthenticated' });
  });
});

const [sdk] = sdks as readonly [Sdk];

describe('the token', () => {
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  const ask = (body: string, headers: Readonly<Record<string, string>> = form, token: string | null = null) =>
    send<Token>(miko, { method: 'POST', path: '/v1alpha/token', token, headers, body });

  it('is a credential of Miko everywhere, of the same caller', async () => {
    const { body, headers } = await askToken(sdk, 'outsider', secrets.outsider);
    expect(headers['cache-control']).toBe('no-store');
    expect(body).toEqual({ access_token: expect.any(String) as string, token_type: 'Bearer' });
    const { text, status } = await send(miko, { method: 'GET', path: '/v1/projects/default/endpoints', token: body.access_token });
    expect([status, text.includes('"host"')]).toEqual([200, false]);
  });

  it('may be asked for with the credential in the header', async () => {
    expect((await ask('grant_type=client_credentials', form, secrets.shopper)).body.access_token).toBe(secrets.shopper);
    expectRefused(await ask('grant_type=client_credentials'), { code: 'unauthenticated' });
    // The form wins: who shows a wrong one is not let in by another.
    expectRefused(await ask('grant_type=client_credentials&client_id=shopper&client_secret=x', form, secrets.shopper), { code: 'unauthenticated' });
  });

  it('is given again and kept nowhere, whatever key the call carries', async () => {
    for (const passphrase of [secrets.shopper, secrets.shopper]) {
      const body = `grant_type=client_credentials&client_id=shopper&client_secret=${passphrase}`;
      expect((await ask(body, { ...form, 'idempotency-key': 'same' })).status).toBe(200);
    }
    expectRefused(await ask('grant_type=client_credentials&client_id=shopper&client_secret=x', { ...form, 'idempotency-key': 'same' }), { code: 'unauthenticated' });
    expect(miko.log).not.toContain(secrets.shopper);
  });

  it('wants a form of its grant', async () => {
    expectRefused(await ask('grant_type=password&username=a&password=b'), { code: 'invalid_request', pointers: [['/grant_type', 'not_one_of']] });
    expectRefused(await ask('{}', { 'content-type': 'application/json' }), { code: 'unsupported_media_type', headers: { 'accept-post': 'application/x-www-form-urlencoded' } });
    expectRefused(await ask('x'.repeat(4_097)), { code: 'too_large' });
  });

  it('is refused from the moment its object is deleted', async () => {
    const { secret } = await made<{ secret: string }>(miko, 'POST', '/v1/tokens', { name: 'leaver', spec: { description: '', role: 'reader', project: null, audience: 'public' } });
    const { body } = await askToken(sdk, 'leaver', secret);
    expect((await askList(sdk, body.access_token)).status).toBe(200);
    expect((await send(miko, { method: 'DELETE', path: '/v1/tokens/leaver', headers: { 'if-match': '*' } })).status).toBe(204);
    expectRefused(await askList(sdk, body.access_token), { code: 'unauthenticated' });
    expectRefused(await askToken(sdk, 'leaver', secret), { code: 'unauthenticated' });
  });
});

describe('the list', () => {
  it('holds internal addresses for callers who may see them, and the empty text for the others', async () => {
    expect((await askList(sdk, secrets.shopper)).body['hanami']).toEqual({ public_address: 'https://hanami-1.example:10443', internal_address: 'http://127.0.0.1:11001' });
    const told = await askList(sdk, secrets.outsider);
    expect(told.body['hanami']).toEqual({ public_address: 'https://hanami-1.example:10443', internal_address: '' });
    expect(told.text).not.toContain('127.0.0.1');
  });

  it('begins in the zone that is asked for', async () => {
    expect((await askList(sdk, secrets.shopper, '?zone=zone-2')).body['torii']!.internal_address).toBe('http://127.0.0.1:11022');
  });

  it('follows what happens, and keeps the key of a service that nobody serves', async () => {
    const address = async (): Promise<string | undefined> => (await askList(sdk, secrets.shopper)).body['onsen']?.internal_address;
    expect(await address()).toBeUndefined();
    await register(miko, 'onsen', 'onsen-1', registration(null, { port: 12_001 }));
    await register(miko, 'onsen', 'onsen-2', registration(null, { port: 12_002 }));
    expect(await address()).toBe('http://127.0.0.1:12001');
    await miko.call('POST', `${endpointPath('onsen', 'onsen-1')}:drain`);
    expect(await address()).toBe('http://127.0.0.1:12002');
    await miko.call('DELETE', endpointPath('onsen', 'onsen-2'));
    expect((await askList(sdk, secrets.shopper)).body['onsen']).toEqual({ public_address: '', internal_address: '' });
  });

  it('is hidden from a credential of another project', async () => {
    expectRefused(await askList(sdk, secrets.banker), { code: 'not_found' });
  });
});
