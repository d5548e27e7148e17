import { service as serviceKind, token as tokenKind } from '@miko/model';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, test } from 'vitest';
import { MikoProcess } from '../miko-process.ts';
import { openSession } from '../registration.ts';
import { expectRefused, send, type Sent } from './send.test.support.ts';

/** A secret is shown once, to whoever made it, and is kept nowhere as it is. */
let miko: MikoProcess;
beforeAll(async () => { miko = await MikoProcess.start(); });
afterAll(() => miko.dispose());

const call = (method: string, path: string, body?: unknown, headers: Sent['headers'] = {}) =>
  send<{ id: string; secret?: string }>(miko, { method, path, headers, ...(body === undefined ? {} : { body }) });

describe('the secret of a token', () => {
  const secrets: string[] = [];
  it('is shown by the answer that makes it, whichever way, and by no other ever after', async () => {
    const spec = tokenKind.example(1);
    const posted = await call('POST', '/v1/tokens', { name: 'once', spec });
    const put = await call('PUT', '/v1/tokens/once-more', { spec }, { 'if-none-match': '*' });
    for (const told of [posted, put]) {
      expect([told.status, told.body.secret]).toEqual([201, expect.stringMatching(/^miko_[\w-]{43}$/) as string]);
      secrets.push(told.body.secret!);
    }
    const session = await openSession(miko, 'reader');
    const answers = [
      await call('GET', '/v1/tokens'), await call('GET', '/v1/tokens/once'), await call('GET', `/v1/tokens/${posted.body.id}`), await call('HEAD', '/v1/tokens/once'),
      await call('PUT', '/v1/tokens/once', { spec: { ...spec, description: 'later' } }, { 'if-match': '*' }), await call('POST', '/v1/tokens', { name: 'once', spec }),
      await call('PUT', '/v1/tokens/once', { spec }, { 'if-none-match': '*' }), await call('PUT', `/v1/projects/default/sessions/${session.id}`, { applied: null }),
    ];
    for (const { text, headers } of answers) {
      const all = text + JSON.stringify(headers);
      for (const secret of [...secrets, miko.token]) expect(all).not.toContain(secret);
      expect(all).not.toMatch(/secret|sha256|hash|miko_[\w-]{43}|[0-9a-f]{64}/i);
    }
    for (const secret of [...secrets, miko.token]) expect(miko.log).not.toContain(secret);
  });

  it('is a credential from then on, until the moment the token is deleted', async () => {
    const [secret] = secrets as [string];
    const path = '/v1/projects/default/services';
    expect((await send(miko, { method: 'GET', path, token: secret })).status).toBe(200);
    expect((await send(miko, { method: 'POST', path, token: secret, body: { name: 'by-token', spec: serviceKind.example(1) } })).status).toBe(201);
    expect((await call('DELETE', '/v1/tokens/once', undefined, { 'if-match': '*' })).status).toBe(204);
    expectRefused(await send(miko, { method: 'GET', path, token: secret }), { code: 'unauthenticated' });
    expectRefused(await send(miko, { method: 'GET', path: '/v1/projects/default/endpoints', token: secret }), { code: 'unauthenticated' });
  });
});

test('the last admin token may be deleted: a start makes another once no token at all is left', async () => {
  const alone = await MikoProcess.start();
  onTestFinished(() => alone.dispose());
  const [first, anyway] = [alone.token, { 'if-match': '*' }];
  await alone.call('POST', '/v1/tokens', { name: 'reader', spec: { ...tokenKind.example(1), role: 'reader' } });
  const left = await alone.call<{ secret: string }>('POST', '/v1/tokens', { name: 'other', spec: { ...tokenKind.example(1), role: 'admin' } });
  expect((await alone.call('DELETE', '/v1/tokens/admin', undefined, anyway)).status).toBe(204);
  const asLeft = { ...anyway, authorization: `Bearer ${left.body.secret}` };
  await alone.kill('SIGTERM');
  await alone.start();
  expect((await alone.call('GET', '/v1/tokens')).status).toBe(401);
  for (const name of ['reader', 'other']) expect((await alone.call('DELETE', `/v1/tokens/${name}`, undefined, asLeft)).status).toBe(204);
  await alone.kill('SIGTERM');
  await alone.start();
  expect(alone.token).not.toBe(first);
  expect((await alone.call<{ items: unknown[] }>('GET', '/v1/tokens')).body.items).toMatchObject([{ name: 'admin', spec: { role: 'admin', project: null } }]);
}, 60_000);
