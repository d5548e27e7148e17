import { connect, type Socket } from 'node:net';
import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';
import type { ProblemDocument } from '@miko/model';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../eventually.ts';
import { endpointPath, registration } from '../registration.ts';
import { send } from './send.test.support.ts';
import { startWorld, stateOf, type World } from './world.test.support.ts';

/** What is not HTTP, or HTTP turned against its server: answered or cut, nothing moves, and the process lives on. */
let world: World;
let before: unknown;
let pid: number;
const sockets: Socket[] = [];
beforeAll(async () => {
  world = await startWorld();
  pid = world.miko.pid;
});
beforeEach(async () => { before = await stateOf(world.miko); });
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  expect(await stateOf(world.miko)).toEqual(before);
  expect([await world.miko.ready(), world.miko.pid]).toEqual([true, pid]);
  // Nobody outside makes Miko complain of itself.
  expect(world.miko.log.split('\n').filter(line => /"level":(50|60)/.test(line))).toEqual([]);
});
afterAll(() => world.miko.dispose());

interface Talk {
  readonly socket: Socket;
  text: string;
  over: boolean;
}
function talk(...packets: readonly (string | Buffer)[]): Talk {
  const { hostname, port } = new URL(world.miko.url);
  const socket = connect({ port: Number(port), host: hostname, allowHalfOpen: true });
  sockets.push(socket);
  const told: Talk = { socket, text: '', over: false };
  socket.on('data', chunk => { told.text += chunk.toString('latin1'); });
  socket.on('end', () => { told.over = true; }).on('close', () => { told.over = true; }).on('error', () => {});
  for (const packet of packets) socket.write(packet);
  return told;
}
const over = (told: Talk) => eventually(() => (told.over ? true : undefined), 5_000, `the end of ${JSON.stringify(told.text.slice(0, 300))}`, 5);
const statuses = (told: Talk) => [...told.text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(match => Number(match[1]));
const head = (method: string, path: string, ...lines: readonly string[]) =>
  [`${method} ${path} HTTP/1.1`, 'Host: miko', `Authorization: Bearer ${world.miko.token}`, ...lines, '', ''].join('\r\n');
const REGISTERED = endpointPath('web', 'smuggled');
const body = () => JSON.stringify(registration(world.sessions.live));

describe('what is not HTTP is refused as everything else is refused, and cut', () => {
  it.each<[string, () => string, number, string]>([
    ['no request line', () => 'hello\r\n\r\n', 400, 'invalid_request'],
    ['half a request line', () => 'GET\r\n\r\n', 400, 'invalid_request'],
    ['a TLS hello', () => '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 400, 'invalid_request'],
    ['HTTP/2 by prior knowledge', () => 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400, 'invalid_request'],
    ['a space before the colon', () => head('GET', '/livez', 'X-A : b'), 400, 'invalid_request'],
    ['a folded header', () => head('GET', '/livez', 'X-A: b', ' c'), 400, 'invalid_request'],
    ['a line that ends in LF alone', () => `GET /livez HTTP/1.1\nHost: miko\n\n`, 400, 'invalid_request'],
    ['NUL in a header', () => head('GET', '/livez', 'X-A: b\0c'), 400, 'invalid_request'],
    ['no Host', () => 'GET /livez HTTP/1.1\r\n\r\n', 400, 'invalid_request'],
    ['CONNECT', () => head('CONNECT', 'example.com:443'), 400, 'invalid_request'],
    ['header fields without end', () => head('GET', '/livez', `X-A: ${'b'.repeat(20_000)}`), 431, 'headers_too_large'],
    ['many header fields', () => head('GET', '/livez', ...Array.from({ length: 2_000 }, (_, i) => `X-Number-${i}: ${i}`)), 431, 'headers_too_large'],
    ['an address without end', () => head('GET', `/livez?${'a'.repeat(20_000)}`), 414, 'uri_too_long'],
  ])('%s', async (_, text, status, code) => {
    const told = talk(Buffer.from(text(), 'latin1'));
    await over(told);
    expect(statuses(told)).toEqual([status]);
    const [fields, problem] = told.text.split('\r\n\r\n') as [string, string];
    const { request_id, ...rest } = JSON.parse(problem) as ProblemDocument;
    expect(rest).toMatchObject({ status, code, type: `urn:miko:error:${code}`, errors: [] });
    expect(fields).toContain(`miko-request-id: ${request_id}`);
    expect(fields).toMatch(/content-type: application\/problem\+json/);
  });
});

describe('one request is not two', () => {
  it.each<[string, () => string]>([
    ['Content-Length and Transfer-Encoding', () => head('POST', '/v1/sessions:renew', 'Content-Type: application/x-ndjson', `Content-Length: 4`, 'Transfer-Encoding: chunked') + `0\r\n\r\n${inner()}`],
    ['Transfer-Encoding twice', () => head('POST', '/v1/sessions:renew', 'Transfer-Encoding: identity', 'Transfer-Encoding: chunked') + `0\r\n\r\n${inner()}`],
    ['a coding that is not known', () => head('POST', '/v1/sessions:renew', 'Transfer-Encoding: xchunked') + inner()],
    ['two lengths', () => head('PUT', REGISTERED, 'Content-Type: application/json', 'Content-Length: 0', `Content-Length: ${inner().length}`) + inner()],
    ['lengths in one line', () => head('PUT', REGISTERED, 'Content-Type: application/json', `Content-Length: 0, ${inner().length}`) + inner()],
    ['a length with a sign', () => head('PUT', REGISTERED, 'Content-Type: application/json', 'Content-Length: +5') + inner()],
    ['a chunk of a hexadecimal trick', () => head('PUT', REGISTERED, 'Content-Type: application/json', 'Transfer-Encoding: chunked') + `0x5\r\nhello\r\n0\r\n\r\n${inner()}`],
    ['a carriage return alone', () => head('GET', '/livez', `X-A: b\rTransfer-Encoding: chunked`) + inner()],
  ])('%s: refused, and what hides behind it is not run', async (_, text) => {
    const told = talk(text());
    await over(told);
    expect(statuses(told).length).toBeLessThanOrEqual(1);
    for (const status of statuses(told)) expect(status).toBe(400);
    expect((await send<{ services: { web: { endpoints: { instance: string }[] } } }>(world.miko, { method: 'GET', path: '/v1/projects/default/endpoints?service=web' })).body.services.web.endpoints.map(e => e.instance)).not.toContain('smuggled');
  });
  const inner = () => head('PUT', REGISTERED, 'Content-Type: application/json', `Content-Length: ${body().length}`) + body();
});

describe('bodies that break off', () => {
  it('after the head, in the middle, and one byte before the end: nothing is taken', async () => {
    for (const cut of [0, 1, Math.floor(body().length / 2), body().length - 1]) {
      for (const leave of ['end', 'destroy', 'resetAndDestroy'] as const) {
        const told = talk(head('PUT', REGISTERED, 'Content-Type: application/json', `Content-Length: ${body().length}`) + body().slice(0, cut));
        await eventually(() => (told.socket.bytesWritten > 0 && !told.socket.connecting ? true : undefined), 2_000, 'the bytes to go', 1);
        await turn();
        told.socket[leave]();
        await over(told);
        expect(statuses(told).filter(status => status < 400)).toEqual([]);
      }
    }
  });

  it('longer than they said: the rest is no second request', async () => {
    const told = talk(`${head('POST', '/v1/sessions:renew', 'Content-Type: text/plain', 'Content-Length: 2')}{}garbage\r\n\r\n`);
    await over(told);
    expect(statuses(told).filter(status => status < 400)).toEqual([]);
  });
});

describe('senders that stand still', () => {
  it('do not keep others waiting, however many they are', async () => {
    const slow = Array.from({ length: 300 }, (_, i) => talk(i % 3 === 0 ? '' : i % 3 === 1 ? 'GET /livez HTTP/1.1\r\nHost: m' : head('PUT', REGISTERED, 'Content-Type: application/json', 'Content-Length: 100')));
    await eventually(() => (slow.every(({ socket }) => !socket.connecting) ? true : undefined), 5_000, 'all of them to be connected');
    const started = performance.now();
    for (let i = 0; i < 20; i++) expect((await send(world.miko, { method: 'GET', path: '/v1/projects/default/endpoints' })).status).toBe(200);
    expect(performance.now() - started).toBeLessThan(2_000);
  });

  it('who ask and close their half get their answer; who never read theirs cost nobody anything', async () => {
    const half = talk(head('GET', '/v1/projects/default/endpoints', 'Connection: close'));
    half.socket.end();
    await over(half);
    expect(statuses(half)).toEqual([200]);
    for (let i = 0; i < 20; i++) {
      const deaf = talk();
      deaf.socket.pause();
      deaf.socket.write(head('GET', '/v1/projects/default/endpoints?health=any').repeat(200));
    }
    expect((await send(world.miko, { method: 'GET', path: '/v1/projects/default/endpoints' })).status).toBe(200);
  });
});

it('noise: 200 connections of it, and every one is answered 400 or cut', async () => {
  let seed = 42;
  const random = (below: number) => (seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648) % below;
  const good = head('PUT', REGISTERED, 'Content-Type: application/json', `Content-Length: ${body().length}`) + body();
  const spoiled = Array.from({ length: 200 }, (_, i) => {
    if (i % 2 === 0) return Buffer.from(Array.from({ length: 1 + random(400) }, () => random(256)));
    const bytes = Buffer.from(good);
    // In the method, so that no luck makes it a good one.
    bytes[random(3)] = 1 + random(31);
    bytes[3 + random(bytes.length - 3)] = random(256);
    return bytes;
  });
  const told = spoiled.map(bytes => talk(bytes));
  await sleep(0);
  for (const one of told) one.socket.end();
  for (const one of told) await over(one);
  expect(told.flatMap(statuses).filter(status => status !== 400)).toEqual([]);
});
