import { afterEach, beforeEach, expect, test } from 'vitest';
import { createHttp } from '../http.ts';
import type { MikoError } from '../problem.ts';
import { knownList, startFakeMiko, TOKEN, wireEndpoint } from '../testing/fake-miko.ts';
import type { FakeMiko } from '../testing/fake-miko.ts';
import { createWorld } from '../testing/world.ts';
import type { World } from '../testing/world.ts';
import { createStream } from './stream.ts';
import type { Stream } from './stream.ts';

let miko: FakeMiko;
let world: World;
let stream: Stream;
let services: string[];
let told: string[];
let errors: { readonly code: string; readonly down: boolean }[];
let applied: number | null;

beforeEach(async () => {
  miko = await startFakeMiko();
  miko.lists.set('web', knownList(5, [wireEndpoint('web-1')]));
  world = createWorld();
  services = ['web'];
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
    session: () => Promise.resolve(null),
    applied: () => applied,
    onFrame: (frame) => {
      told.push(frame.type);
      if ('revision' in frame) applied = frame.revision;
    },
    onPolled: (frame) => {
      told.push(`polled ${frame.revision}`);
      applied = frame.revision;
    },
    onConnected: (by) => void told.push(by === 'stream' ? 'connected' : by),
    onLost: () => void told.push('lost'),
    onFailed: (error: MikoError, _, down) => void errors.push({ code: error.code, down }),
  });
}

/** The questions for the endpoint list, as they came. */
function polls(): URLSearchParams[] {
  const asked = miko.calls.map(({ path }) => new URL(path, miko.url)).filter((url) => url.pathname.endsWith('/endpoints'));
  return asked.map((url) => url.searchParams);
}

function streams(): number {
  return miko.calls.filter(({ path }) => path.includes('endpoints:watch')).length;
}

async function polling(): Promise<void> {
  start();
  await world.until(() => told.includes('polling'), 'polling');
}

test.each([
  ['silent', ['timeout', 'timeout'], 10_000],
  ['ended', [], 0],
  ['page', ['bad_answer', 'bad_answer'], 0],
] as const)('two streams in a row that are %s lead to polling', async (how, codes, least) => {
  miko.spoilStreams(how);
  const before = world.runtime.now();
  await polling();
  expect(told).toEqual(['polled 5', 'polling']);
  expect([streams(), errors.map(({ code }) => code)]).toEqual([2, codes]);
  expect(world.runtime.now() - before).toBeGreaterThanOrEqual(least);
  expect(polls()[0]?.toString()).toBe('service=web&health=any');
});

test('each poll asks for the revision after the one held, and the same list is not sent twice', async () => {
  miko.spoilStreams('ended');
  await polling();
  await world.until(() => polls().length === 4, 'three more polls');
  expect(polls().map((query) => query.get('at_least'))).toEqual([null, '6', '6', '6']);
  expect(errors).toEqual([]);
  miko.lists.set('web', knownList(8, [wireEndpoint('web-2')]));
  await world.until(() => told.includes('polled 8'), 'the new list');
  await world.until(() => polls().at(-1)?.get('at_least') === '9', 'the next poll');
  expect(told).toEqual(['polled 5', 'polling', 'polled 8']);
});

test('two polls are a second apart, and up to a fifth more', async () => {
  miko.spoilStreams('ended');
  await polling();
  for (let i = 1; i <= 5; i++) {
    miko.lists.set('web', knownList(10 + i, [wireEndpoint('web-1')]));
    const before = world.runtime.now();
    await world.until(() => told.includes(`polled ${10 + i}`), 'a poll');
    expect(world.runtime.now() - before).toBeLessThanOrEqual(1_200);
  }
  const asked = polls().length;
  world.advance(1_000);
  expect(polls().length - asked).toBeLessThanOrEqual(1);
});

test('after a minute of nothing Miko is asked for what it has, for it may count from below', async () => {
  miko.spoilStreams('ended');
  await polling();
  miko.lists.set('web', knownList(2, [wireEndpoint('web-9')]));
  await world.until(() => told.includes('polled 2'), 'the list of a Miko that lost its data');
  expect(polls().filter((query) => query.has('at_least'))).toHaveLength(12);
});

test('a subscription that comes while polling is asked for with the next poll, without a revision to wait for', async () => {
  miko.spoilStreams('ended');
  await polling();
  services.push('mail');
  stream.reopen();
  await world.until(() => polls().at(-1)?.get('service') === 'mail,web', 'a poll for both');
  expect(polls().at(-1)?.has('at_least')).toBe(false);
});

test('every minute one stream is tried beside the polling, and one that brings a frame ends it', async () => {
  miko.spoilStreams('page');
  await polling();
  world.advance(58_000);
  expect(streams()).toBe(2);
  await world.until(() => streams() === 3, 'the third stream');
  const spoilt = (): boolean[] => errors.filter(({ code }) => code === 'bad_answer').map(({ down }) => down);
  await world.until(() => spoilt().length === 3, 'it ends');
  expect(spoilt().at(-1)).toBe(false);
  miko.spoilStreams(null);
  world.advance(59_000);
  await world.until(() => told.includes('snapshot'), 'the fourth stream');
  expect(told.slice(-2)).toEqual(['connected', 'snapshot']);
  const asked = polls().length;
  world.advance(20_000);
  expect([streams(), polls().length]).toEqual([4, asked]);
});

test('a poll that fails is an outage, waited out as any other', async () => {
  miko.spoilStreams('ended');
  await polling();
  miko.refuse('GET /v1/projects/default/endpoints?', 500, 'internal', { times: 3 });
  await world.until(() => errors.length === 3, 'three failures');
  expect(errors.every(({ down }) => down)).toBe(true);
  await world.until(() => told.filter((one) => one === 'polling').length === 2, 'polling again');
  expect(streams()).toBe(2);
});

test('where Miko cannot be reached at all, streams are tried on and nothing is polled', async () => {
  await miko.down();
  start();
  await world.until(() => errors.length === 5, 'five attempts');
  await miko.up();
  await world.until(() => told.includes('connected'), 'connected');
  expect(polls()).toEqual([]);
});

test('polling that never reached Miko is given up for streams', async () => {
  miko.spoilStreams('ended');
  start();
  await world.until(() => streams() === 1, 'the first stream');
  miko.refuse('GET /v1/projects/default/endpoints?', 0, 'cut', { times: 1 });
  await world.until(() => polls().length === 1, 'the first poll');
  await world.until(() => streams() === 3, 'a third stream, without a minute between');
  expect(told).toEqual([]);
});

test('closing ends polling for good', async () => {
  miko.spoilStreams('ended');
  await polling();
  await stream.close();
  const before = miko.calls.length;
  world.advance(120_000);
  expect(miko.calls.length).toBe(before);
});
