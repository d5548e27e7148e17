import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { actions, malformed, refusedAtEach, type BodyCall } from './bodies.test.support.ts';
import { expectRefused, send, type Refusal, type Sent } from './send.test.support.ts';
import { startWorld, stateOf, type World } from './world.test.support.ts';

/** Bodies of the wrong type, of any size, and of calls that read none or lines: refused exactly, and nothing moves. */
let world: World;
let before: unknown;
beforeAll(async () => { world = await startWorld(); });
beforeEach(async () => { before = await stateOf(world.miko); });
afterAll(() => world.miko.dispose());

const refusedEverywhere = (fault: (call: BodyCall) => Partial<Sent> | null, refusal: (call: BodyCall) => Refusal) => refusedAtEach(world, before, fault, refusal);
const asText = (body: object): string => JSON.stringify(body);

describe('media types', () => {
  it.each([null, 'text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'application/merge-patch+json', 'application/jsonx', 'application/json; charset=utf-16', '*/*', ''])(
    '%s is 415 everywhere', async type => {
      await refusedEverywhere(({ good }) => ({ body: good, headers: { 'content-type': type ?? '' } }), ({ method }) => ({
        code: 'unsupported_media_type', ...(method === 'POST' ? { headers: { 'accept-post': 'application/json' } } : {}),
      }));
    },
  );

  it('so is a content coding, which nobody undoes', async () => {
    await refusedEverywhere(({ good }) => ({ body: good, headers: { 'content-encoding': 'gzip' } }), () => ({ code: 'unsupported_media_type' }));
  });
});

describe('a body of 2 MB is 413 everywhere', () => {
  const big = (good: object): string => `${asText(good).slice(0, -1)},"fill":"${'x'.repeat(2_000_000)}"}`;
  it('with its length', async () => {
    await refusedEverywhere(({ good }) => ({ body: big(good) }), () => ({ code: 'too_large', headers: { connection: 'close' } }));
  });
  it('in chunks', async () => {
    await refusedEverywhere(({ good }) => ({ body: big(good), chunked: true }), () => ({ code: 'too_large', headers: { connection: 'close' } }));
  });
});

describe('actions take no body or {}', () => {
  it.each<[string, string | Buffer | object, Refusal]>([
    ['a field', { reason: 'x' }, { code: 'invalid_request', pointers: [['/reason', 'unknown_field']] }],
    ['null', 'null', { code: 'invalid_request', pointers: [['', 'type']] }],
    ['a list', '[]', { code: 'invalid_request', pointers: [['', 'type']] }],
    ['no JSON', '{', malformed],
    ['no UTF-8', Buffer.from([0xff]), malformed],
    ['2 MB', 'x'.repeat(2_000_000), { code: 'too_large' }],
  ])('%s', async (_, body, refusal) => {
    for (const path of actions) expectRefused(await send(world.miko, { method: 'POST', path, body }), refusal);
    expect(await stateOf(world.miko)).toEqual(before);
  });

  it('another type', async () => {
    for (const path of actions) expectRefused(await send(world.miko, { method: 'POST', path, body: '{}', headers: { 'content-type': 'text/plain' } }), { code: 'unsupported_media_type' });
    expect(await stateOf(world.miko)).toEqual(before);
  });
});

describe('many renewals', () => {
  const path = '/v1/sessions:renew';
  const lines = { 'content-type': 'application/x-ndjson' };

  it('answers each line: a bad one spoils no other', async () => {
    const { live, fenced, foreign, unknown } = world.sessions;
    const body = [
      asText({ project: 'default', session: live, applied: null }), asText({ project: 'default', session: fenced, applied: null }),
      asText({ project: 'default', session: foreign, applied: null }), asText({ project: 'default', session: unknown, applied: null }),
      asText({ project: 'nope', session: live, applied: null }), asText({ project: 'default', session: live }), asText({ project: 'default', session: live, applied: '3' }),
      asText({ project: 'default', session: live, applied: null, x: 1 }), `{"project":"default","project":"default","session":"${live}","applied":null}`, '{', '[]', 'null', '\u007f',
      asText({ project: 'default', session: live, applied: -1 }), asText({ project: '', session: '', applied: 1.5 }),
    ].join('\n');
    const told = await send<string>(world.miko, { method: 'POST', path, body, headers: lines });
    expect([told.status, told.headers['content-type']]).toEqual([200, 'application/x-ndjson']);
    const answers = told.body.trimEnd().split('\n').map(line => JSON.parse(line) as { session: string | null; status: number; code: string | null });
    expect(answers.map(({ status, code }) => `${status} ${code}`)).toEqual([
      '200 null', '409 fenced', '404 session_not_found', '404 session_not_found', '404 session_not_found', '400 invalid_request', '400 invalid_request', '400 invalid_request',
      '400 invalid_request', '400 malformed_json', '400 invalid_request', '400 invalid_request', '400 malformed_json', '400 invalid_request', '400 invalid_request',
    ]);
    expect(answers.slice(0, 4).map(({ session }) => session)).toEqual([live, fenced, foreign, unknown]);
    expect(await stateOf(world.miko)).toEqual(before);
  });

  it.each<[string, Partial<Sent>, Refusal]>([
    ['as JSON', { body: '{}' }, { code: 'unsupported_media_type', headers: { 'accept-post': 'application/x-ndjson' } }],
    ['without a type', { body: '{}', headers: { 'content-type': '' } }, { code: 'unsupported_media_type' }],
    ['not UTF-8', { body: Buffer.from([0x7b, 0xff, 0x7d]), headers: lines }, malformed],
    ['2 MB', { body: 'x\n'.repeat(1_000_000), headers: lines }, { code: 'too_large' }],
    ['2 MB in chunks', { body: 'x\n'.repeat(1_000_000), headers: lines, chunked: true }, { code: 'too_large' }],
    ['too many lines', { body: '{}\n'.repeat(10_001), headers: lines }, { code: 'too_large' }],
  ])('%s', async (_, sent, refusal) => {
    expectRefused(await send(world.miko, { method: 'POST', path, ...sent }), refusal);
    expect(await stateOf(world.miko)).toEqual(before);
  });
});
