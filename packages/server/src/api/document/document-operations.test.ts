import { apiDates, newestApiDate, oldestApiDate } from '@miko/model';
import { beforeEach, describe, expect, it } from 'vitest';
import { newSecret } from '../../access/identity.ts';
import { declaredOperations } from '../../operations.ts';
import type { Answer } from '../call.ts';
import { pipeline, problemOf, reset } from '../pipeline.test.support.ts';
import { serve } from '../pipeline.ts';
import { Router } from '../router.ts';
import { openapi } from './openapi.ts';
import { pageStyleSource } from './page-style.ts';

const operations = declaredOperations();
const router = new Router(operations);
const secret = newSecret();
const bearer = { authorization: `Bearer ${secret.text}` };
const basic = { authorization: `Basic ${Buffer.from(`miko:${secret.text}`).toString('base64')}` };

beforeEach(() => {
  reset();
  const spec = { description: '', role: 'reader', project: 'shop', audience: 'public' };
  pipeline.identities.set({ id: 'tok_docs', kind: 'token', name: 'docs', project: null, revision: 1, createdAt: '', updatedAt: '', spec, status: { api_date: oldestApiDate } }, secret.hash.toString('hex'));
});

const get = (url: string, headers: Record<string, string>, method = 'GET'): Promise<Answer> =>
  serve({ ...pipeline, router }, { method, url, remote: '127.0.0.1', headers, body: () => Promise.resolve(Buffer.alloc(0)) });

describe('/openapi.json', () => {
  it.each(apiDates)('is the document of the date that is asked for: %s', async date => {
    const { status, headers, body } = await get('/openapi.json', { ...bearer, 'miko-version': date });
    expect([status, headers['content-type'], headers['miko-version']]).toEqual([200, 'application/json', date]);
    expect(body).toMatch(/^[\x20-\x7e]*$/);
    expect(JSON.parse(body as string)).toEqual(JSON.parse(JSON.stringify(openapi(operations, date))));
  });

  it('is that of the date pinned on the credential where none is', async () => {
    const { body } = await get('/openapi.json', bearer);
    expect(JSON.parse(body as string)).toMatchObject({ info: { version: oldestApiDate } });
  });

  it('says in an old date that it ends, in the newest nothing of it', async () => {
    const ends = async (date: string) => 'sunset' in (await get('/openapi.json', { ...bearer, 'miko-version': date })).headers;
    expect([await ends(oldestApiDate), await ends(newestApiDate)]).toEqual([apiDates.length > 1, false]);
  });
});

describe('/docs', () => {
  it('is a page that may load and run nothing but its own style', async () => {
    const { status, headers, body } = await get('/docs', { ...bearer, accept: 'text/html,application/xhtml+xml,*/*;q=0.8' });
    expect([status, headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    expect(headers['content-security-policy']).toBe(`default-src 'none'; style-src ${pageStyleSource}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`);
    expect(body).toMatch(/^<!doctype html>/);
  });
});

describe('whoever reads them shows a credential', () => {
  it.each(['/docs', '/openapi.json'])('%s: a browser asks for it, and the token is the password', async path => {
    const refused = await get(path, {});
    expect([refused.status, problemOf(refused).code]).toEqual([401, 'unauthenticated']);
    expect(refused.headers['www-authenticate']).toMatch(/^Basic realm="miko".*, Bearer realm="miko"$/);
    expect((await get(path, basic)).status).toBe(200);
  });

  it('anything else takes no password, and no browser is made to ask for one', async () => {
    const refused = await get('/v1/limits', basic);
    expect([refused.status, refused.headers['www-authenticate']]).toEqual([401, 'Bearer realm="miko"']);
  });
});
