import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { endpointPath, registration } from '../registration.ts';
import { bodyCalls, faultsOf, malformed, refusedAtEach, type BodyCall } from './bodies.test.support.ts';
import { expectRefused, send, type Refusal, type Sent } from './send.test.support.ts';
import { startWorld, stateOf, type World } from './world.test.support.ts';

/** Bad bodies at every call that takes one: an exact refusal that names the place, and nothing moves. */
let world: World;
let before: unknown;
beforeAll(async () => { world = await startWorld(); });
beforeEach(async () => { before = await stateOf(world.miko); });
afterAll(() => world.miko.dispose());

const refusedEverywhere = (fault: (call: BodyCall) => Partial<Sent> | null, refusal: (call: BodyCall) => Refusal) => refusedAtEach(world, before, fault, refusal);
const asText = (body: object): string => JSON.stringify(body);

describe('a body that is no JSON document is 400 everywhere', () => {
  it.each<[string, (good: string) => string | Buffer]>([
    ['cut off', good => good.slice(0, -1)],
    ['with something behind', good => `${good}}`],
    ['twice', good => good + good],
    ['empty', () => ''],
    ['white space', () => ' \n'],
    ['with a trailing comma', good => good.replace(/\}$/, ',}')],
    ['with a comment', good => `/* hello */${good}`],
    ['in single quotes', good => good.replaceAll('"', "'")],
    ['NaN', () => 'NaN'],
    ['with a byte order mark', good => `\ufeff${good}`],
    ['in UTF-16', good => Buffer.from(good, 'utf16le')],
    ['with a byte that is not UTF-8', good => Buffer.concat([Buffer.from('{"a\xff":1,', 'latin1'), Buffer.from(good.slice(1))])],
    ['brackets without end', () => '['.repeat(3_000)],
  ])('%s', async (_, spoil) => {
    await refusedEverywhere(({ good }) => ({ body: spoil(asText(good)) }), () => malformed);
  });
});

describe('a body that is another JSON document is 400 everywhere', () => {
  it.each([['null', 'null'], ['a list', '[]'], ['a list of good ones', '[{}]'], ['text', '"x"'], ['a number', '1'], ['true', 'true']])('%s', async (_, body) => {
    await refusedEverywhere(() => ({ body }), () => ({ code: 'invalid_request', pointers: [['', 'type']] }));
  });

  it('too deep', async () => {
    await refusedEverywhere(({ good }) => ({ body: `{"deep":${'['.repeat(40)}${']'.repeat(40)},${asText(good).slice(1)}` }), () => ({
      code: 'invalid_request', pointers: [[`/deep${'/0'.repeat(31)}`, 'too_deep']],
    }));
  });

  it('the same name twice, at the top, below, and written otherwise', async () => {
    const first = (good: object) => Object.entries(good)[0]! as [string, unknown];
    for (const again of [(name: string) => asText({ [name]: null }).slice(1, -6), (name: string) => `"\\u00${name.charCodeAt(0).toString(16)}${name.slice(1)}"`]) {
      await refusedEverywhere(({ good }) => ({ body: `{${again(first(good)[0])}:1,${asText(good).slice(1)}` }), ({ good }) => ({
        code: 'invalid_request', pointers: [[`/${first(good)[0]}`, 'duplicate_key']],
      }));
    }
    await refusedEverywhere(({ good }) => ({ body: `${asText(good).slice(0, -1)},"extra":[{"a":1,"a":1}]}` }), () => ({
      code: 'invalid_request', pointers: [['/extra/0/a', 'duplicate_key']],
    }));
  });

  it('text that nothing can keep: U+0000, half a surrogate pair', async () => {
    for (const text of ['\\u0000', '\\ud800', 'a\\udc00b']) {
      await refusedEverywhere(({ good }) => ({ body: `{"extra":"${text}",${asText(good).slice(1)}` }), () => ({ code: 'invalid_request', pointers: [['/extra', 'bad_text']] }));
    }
  });
});

describe('fields', () => {
  const place = (call: BodyCall, change: (fields: Record<string, unknown>) => Record<string, unknown>): object =>
    call.at === '' ? change({ ...call.good }) : { ...call.good, spec: change({ ...(call.good as { spec: object }).spec }) };
  const own = (fields: Record<string, unknown>, name: string, value: unknown): Record<string, unknown> => Object.fromEntries([...Object.entries(fields), [name, value]]);

  it('that are unknown, at the top and below', async () => {
    for (const name of ['nobody-knows', '__proto__', 'constructor', 'a/b~c']) {
      const pointer = name.replaceAll('~', '~0').replaceAll('/', '~1');
      await refusedEverywhere(call => ({ body: own({ ...call.good }, name, 1) }), () => ({ code: 'invalid_request', pointers: [[`/${pointer}`, 'unknown_field']] }));
      await refusedEverywhere(call => ({ body: place(call, fields => own(fields, name, { a: 1 })) }), call => ({
        code: 'invalid_request', pointers: [[`${call.at}/${pointer}`, 'unknown_field']],
      }));
    }
  });

  it('that are missing, each of them', async () => {
    const most = Math.max(...bodyCalls(world).map(({ schema }) => schema.required.length));
    for (let i = 0; i < most; i++) {
      await refusedEverywhere(call => {
        const name = call.schema.required[i];
        return name === undefined ? null : { body: place(call, fields => Object.fromEntries(Object.entries(fields).filter(([field]) => field !== name))) };
      }, call => ({ code: 'invalid_request', pointers: [[`${call.at}/${call.schema.required[i]!}`, 'required']] }));
    }
    await refusedEverywhere(() => ({ body: {} }), call => ({ code: 'invalid_request', pointers: (call.at === '' ? call.schema.required : Object.keys(call.good)).map(name => [`/${name}`, 'required'] as const) }));
  });

  it('of the wrong type, null, or beyond their bounds, each of them', async () => {
    let count = 0;
    for (const call of bodyCalls(world)) {
      for (const [name, schema] of Object.entries(call.schema.properties)) {
        for (const { what, pointer, value, rule } of faultsOf(name, schema)) {
          const told = await send(world.miko, { method: call.method, path: call.path, body: place(call, fields => ({ ...fields, [name]: value })), ...(call.headers === undefined ? {} : { headers: call.headers }) });
          const found = (told.body as { errors?: { pointer: string; code: string }[] }).errors ?? [];
          expect([call.id, what, told.status, found.some(f => f.pointer.startsWith(call.at + pointer))]).toEqual([call.id, what, 400, true]);
          expect([what, found.map(f => f.code)]).toEqual([what, expect.arrayContaining([rule])]);
          expectRefused(told, { code: 'invalid_request' });
          count++;
        }
      }
    }
    expect(count).toBeGreaterThan(200);
    expect(await stateOf(world.miko)).toEqual(before);
  });

  it('name of a new object: each way it may be wrong', async () => {
    for (const [name, rule] of [['', 'too_short'], ['Web', 'pattern'], ['1web', 'pattern'], ['-web', 'pattern'], ['web-', 'pattern'], ['we_b', 'pattern'], ['web.shop', 'pattern'], ['wéb', 'pattern'], ['web\n', 'pattern'],
      ['../x', 'pattern'], ['__proto__', 'pattern'], ['x'.repeat(64), 'too_long'], [7, 'type'], [null, 'type'], [['web'], 'type']] as const) {
      await refusedEverywhere(call => (call.at === '' || call.method !== 'POST' ? null : { body: { ...call.good, name } }), () => ({ code: 'invalid_request', pointers: [['/name', rule]] }));
    }
  });
});

describe('a registration', () => {
  const probing = { interval_ms: 1_000, timeout_ms: 500, rise: 2, fall: 3 };
  const cases: readonly (readonly [string, object | string, readonly [string, string][]])[] = [
    ['port 0', { port: 0 }, [['/port', 'too_small']]],
    ['port 65536', { port: 65_536 }, [['/port', 'too_large']]],
    ['port 80.5', { port: 80.5 }, [['/port', 'type']]],
    ['port "80"', { port: '80' }, [['/port', 'type']]],
    ['port -0.5', { port: -0.5 }, [['/port', 'type']]],
    ['port 1e400', '"port":1e400', [['/port', 'type']]],
    ['weight -1', { weight: -1 }, [['/weight', 'too_small']]],
    ['a host that smuggles', { host: 'a\r\nHost: b' }, [['/host', 'pattern']]],
    ['a zone of another shape', { zone: 'Zone' }, [['/zone', 'pattern']]],
    ['a public address without a scheme', { public_url: '//shop' }, [['/public_url', 'pattern']]],
    ['a tag in a tag', { tags: [['a']] }, [['/tags/0', 'type']]],
    ['the second tag', { tags: ['a', ''] }, [['/tags/1', 'too_short']]],
    ['a label that is a number', { labels: { a: 1 } }, [['/labels/a', 'type']]],
    ['a label that is null', { labels: { a: null } }, [['/labels/a', 'type']]],
    ['a label of a bad name', { labels: { 'bad name': 'x' } }, [['/labels/bad name', 'pattern']]],
    ['a check of no known form', { check: { type: 'icmp', ...probing } }, [['/check/type', 'not_one_of']]],
    ['a check without a form', { check: {} }, [['/check/type', 'required']]],
    ['a check that is another one', { check: { type: 'tcp', ...probing, path: '/' } }, [['/check/path', 'unknown_field']]],
    ['a check every 0 ms', { check: { type: 'tcp', ...probing, interval_ms: 0 } }, [['/check/interval_ms', 'too_small']]],
    ['a check without a threshold', { check: { type: 'tcp', ...probing, rise: 0 } }, [['/check/rise', 'too_small']]],
    ['a check of no path', { check: { type: 'http', ...probing, path: 'healthz' } }, [['/check/path', 'pattern']]],
    ['a ttl of no time', { check: { type: 'ttl', ttl_ms: 999 } }, [['/check/ttl_ms', 'too_small']]],
    ['a session that is a number', { session: 7 }, [['/session', 'type']]],
    ['an empty session', { session: '' }, [['/session', 'too_short']]],
    ['two faults at once', { port: 0, weight: 'heavy' }, [['/port', 'too_small'], ['/weight', 'type']]],
  ];

  it.each(cases)('%s', async (_, more, pointers) => {
    const good = registration(world.sessions.live) as unknown as Record<string, unknown>;
    const body = typeof more === 'string' ? `${asText(Object.fromEntries(Object.entries(good).filter(([name]) => !more.startsWith(`"${name}"`)))).slice(0, -1)},${more}}` : { ...good, ...more };
    for (const instance of ['not-made', 'web-1']) expectRefused(await send(world.miko, { method: 'PUT', path: endpointPath('web', instance), body }), { code: 'invalid_request', pointers });
    expect(await stateOf(world.miko)).toEqual(before);
  });
});

it('the good bodies of this file would have been taken: none was refused for another reason', async () => {
  for (const call of bodyCalls(world)) {
    const told = await send(world.miko, { method: call.method, path: call.path, body: call.good, ...(call.headers === undefined ? {} : { headers: call.headers }) });
    expect([call.id, told.status, told.text]).toEqual([call.id, call.method === 'POST' || call.id === 'endpoint_register' ? 201 : 200, told.text]);
  }
  expect(await stateOf(world.miko)).not.toEqual(before);
});
