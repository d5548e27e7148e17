import { afterEach, beforeEach, expect, test } from 'vitest';
import { createHttp } from '../http.ts';
import type { MikoError } from '../problem.ts';
import { knownList, startFakeMiko, TOKEN, wireEndpoint } from '../testing/fake-miko.ts';
import type { FakeMiko, FakeStream } from '../testing/fake-miko.ts';
import { createWorld, WORLD_START } from '../testing/world.ts';
import type { World } from '../testing/world.ts';
import type { Frame } from '../wire.ts';
import { createStream } from './stream.ts';
import type { Stream } from './stream.ts';

let miko: FakeMiko;
let world: World;
let stream: Stream;
let services: string[];
let session: string | null;
let told: string[];
let errors: MikoError[];
let applied: number | null;

beforeEach(async () => {
  miko = await startFakeMiko();
  miko.lists.set('web', knownList(5, [wireEndpoint('web-1')]));
  world = createWorld();
  services = ['web'];
  session = null;
  told = [];
  errors = [];
  applied = null;
});

afterEach(async () => {
  await stream.close();
  await miko.close();
});

function start(): void {
  stream = createStream({
    http: createHttp(miko.url, TOKEN, world.runtime),
    runtime: world.runtime,
    project: 'default',
    firstFrameMs: 5_000,
    pollMs: 1_000,
    services: () => services,
    session: () => Promise.resolve(session),
    applied: () => applied,
    onFrame: (frame) => {
      told.push(words(frame));
      if ('revision' in frame) applied = frame.revision;
    },
    onPolled: (frame) => {
      told.push(`polled ${frame.revision}`);
      applied = frame.revision;
    },
    onConnected: (by) => void told.push(by === 'stream' ? 'connected' : by),
    onLost: () => void told.push('lost'),
    onFailed: (error) => void errors.push(error),
  });
}

function words(frame: Frame): string {
  return 'revision' in frame ? `${frame.type} ${frame.revision}` : frame.type;
}

async function opened(count: number): Promise<FakeStream> {
  await world.until(() => miko.streams.length === count, `${count} streams`);
  const last = miko.streams[count - 1];
  if (last === undefined) throw new Error('no stream');
  return last;
}

async function heard(...frames: string[]): Promise<void> {
  await world.until(() => told.length >= frames.length, frames.join(', '));
  expect(told).toEqual(frames);
}

function elapsed(): number {
  return world.runtime.now() - WORLD_START;
}

test('one stream for all services, sorted, with the session and the token', async () => {
  services = ['web', 'mail', 'auth'];
  session = 'ses_1';
  start();
  const { services: asked, session: under, lastEventId } = await opened(1);
  expect([asked, under, lastEventId]).toEqual([['auth', 'mail', 'web'], 'ses_1', null]);
  expect(miko.calls[0]).toMatchObject({ method: 'GET', token: TOKEN });
  await heard('connected', 'snapshot 5');
});

test('without a subscription no stream is opened', async () => {
  services = [];
  start();
  world.advance(60_000);
  expect(miko.calls).toEqual([]);
  services = ['web'];
  stream.reopen();
  await opened(1);
});

test('a stream that broke is resumed after the last frame, with no snapshot and none repeated', async () => {
  start();
  const first = await opened(1);
  first.send('delta', { revision: 6, services: {} }, 'c6');
  first.send('bookmark', { revision: 7 }, 'c7');
  await heard('connected', 'snapshot 5', 'delta 6', 'bookmark 7');
  first.cut();
  const second = await opened(2);
  expect(second.lastEventId).toBe('c7');
  second.send('delta', { revision: 8, services: {} }, 'c8');
  await heard('connected', 'snapshot 5', 'delta 6', 'bookmark 7', 'lost', 'connected', 'bookmark 7', 'delta 8');
});

test('a frame that was cut in the middle does not count, and is asked for again', async () => {
  start();
  const first = await opened(1);
  first.send('delta', { revision: 6, services: {} }, 'c6');
  first.write('event: delta\nid: c7\ndata: {"revision":7,"serv');
  await heard('connected', 'snapshot 5', 'delta 6');
  first.cut();
  const second = await opened(2);
  expect(second.lastEventId).toBe('c6');
  second.send('delta', { revision: 7, services: {} }, 'c7');
  await heard('connected', 'snapshot 5', 'delta 6', 'lost', 'connected', 'bookmark 6', 'delta 7');
});

test('a cursor that is too old gets a snapshot in the same stream, and the next cursor counts from there', async () => {
  start();
  const first = await opened(1);
  await heard('connected', 'snapshot 5');
  miko.cursors.clear();
  miko.lists.set('web', knownList(90, []));
  first.cut();
  const second = await opened(2);
  expect(second.lastEventId).toBe('c0');
  await heard('connected', 'snapshot 5', 'lost', 'connected', 'snapshot 90');
  second.cut();
  expect((await opened(3)).lastEventId).toBe('c1');
});

test('another set of services opens the stream anew, without a cursor; calls of one turn open one', async () => {
  start();
  const first = await opened(1);
  await heard('connected', 'snapshot 5');
  services.push('mail');
  stream.reopen();
  services.push('auth');
  stream.reopen();
  const second = await opened(2);
  expect([second.services, second.lastEventId]).toEqual([['auth', 'mail', 'web'], null]);
  await world.until(() => !first.isOpen(), 'the first stream ends');
  await heard('connected', 'snapshot 5', 'connected', 'snapshot 5');
  expect([miko.streams.length, errors.length]).toEqual([2, 0]);
});

test('another session opens the stream anew, with the cursor', async () => {
  start();
  await opened(1);
  await heard('connected', 'snapshot 5');
  session = 'ses_2';
  stream.reopen();
  const second = await opened(2);
  expect([second.session, second.lastEventId]).toEqual(['ses_2', 'c0']);
});

test('25 s without a byte is a dead stream; a comment is a sign of life', async () => {
  start();
  const first = await opened(1);
  await heard('connected', 'snapshot 5');
  world.advance(24_000);
  first.write(': still here\n\n');
  first.send('bookmark', { revision: 6 });
  await heard('connected', 'snapshot 5', 'bookmark 6');
  world.advance(24_999);
  expect(told.at(-1)).toBe('bookmark 6');
  world.advance(1);
  await opened(2);
  expect(errors[0]).toMatchObject({ code: 'timeout' });
});

test('Retry-After of a refusal is obeyed', async () => {
  miko.refuse('GET /v1/', 503, 'not_ready', { headers: { 'retry-after': '7' } });
  start();
  await opened(1);
  expect(errors[0]).toMatchObject({ code: 'not_ready', status: 503, requestId: 'req_1', retryAfterMs: 7_000 });
  expect(elapsed()).toBeGreaterThanOrEqual(7_000);
});

test('an error frame ends the stream, and its retry is obeyed', async () => {
  start();
  const first = await opened(1);
  first.write('event: error\nretry: 3000\ndata: {"code":"overloaded","detail":"too many streams","status":503}\n\n');
  await opened(2);
  expect(errors[0]).toMatchObject({ code: 'overloaded', status: 503 });
  expect(elapsed()).toBeGreaterThanOrEqual(3_000);
});

test('a frame of the wrong shape is an error, and the stream is taken up again after the last good frame', async () => {
  start();
  const first = await opened(1);
  first.write('event: delta\nid: c9\ndata: {"revision":"x"}\n\n');
  const second = await opened(2);
  expect(second.lastEventId).toBe('c0');
  expect(errors[0]).toMatchObject({ code: 'bad_answer' });
});

test('events of a later Miko are passed over', async () => {
  start();
  const first = await opened(1);
  first.send('weather', { rain: true });
  first.send('bookmark', { revision: 6 });
  await heard('connected', 'snapshot 5', 'other', 'bookmark 6');
});

test('while Miko is down it is tried again and again, less and less often, and found when it is back', async () => {
  await miko.down();
  start();
  await world.until(() => errors.length === 8, '8 attempts');
  expect(errors[0]).toMatchObject({ code: 'unreachable', message: expect.stringContaining('ECONNREFUSED') });
  // Waits of 150, 300, 600, 1200, 2400, 4800 and then 7500 ms with the dice in the middle.
  expect(elapsed()).toBeGreaterThanOrEqual(16_950);
  await miko.up();
  await opened(1);
  await heard('connected', 'snapshot 5');
});

test('streams that end at once are not opened in a tight loop', async () => {
  start();
  for (let i = 1; i <= 6; i++) (await opened(i)).end();
  await opened(7);
  expect(elapsed()).toBeGreaterThanOrEqual(150 + 300 + 600 + 1_200 + 2_400);
});

test('after an outage a stream that was found again and breaks is taken up soon', async () => {
  await miko.down();
  start();
  await world.until(() => errors.length === 6, '6 attempts');
  await miko.up();
  await opened(1);
  services.push('mail');
  stream.reopen();
  const second = await opened(2);
  const before = world.runtime.now();
  second.cut();
  await opened(3);
  expect(world.runtime.now() - before).toBeLessThan(1_000);
});

test('closing ends the stream for good', async () => {
  start();
  const first = await opened(1);
  await stream.close();
  await world.until(() => !first.isOpen(), 'the stream ends');
  world.advance(60_000);
  expect([miko.streams.length, errors.length]).toEqual([1, 0]);
});
