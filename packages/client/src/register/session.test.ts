import { afterEach, beforeEach, expect, test } from 'vitest';
import { createHttp } from '../http.ts';
import { MikoError } from '../problem.ts';
import { startFakeMiko, TOKEN } from '../testing/fake-miko.ts';
import type { FakeCall, FakeMiko } from '../testing/fake-miko.ts';
import { createWorld, WORLD_START } from '../testing/world.ts';
import type { World } from '../testing/world.ts';
import { createSession } from './session.ts';
import type { Session } from './session.ts';

let miko: FakeMiko;
let world: World;
let session: Session;
let applied: number | null;
let opened: string[];
let errors: MikoError[];

beforeEach(async () => {
  miko = await startFakeMiko();
  world = createWorld();
  applied = null;
  opened = [];
  errors = [];
});

afterEach(async () => {
  await session.close();
  await miko.close();
});

function start(): void {
  session = createSession({
    http: createHttp(miko.url, TOKEN, world.runtime),
    runtime: world.runtime,
    project: 'default',
    owner: 'host:web:web-1',
    name: 'web',
    ttlSeconds: 9,
    applied: () => applied,
    onOpen: (id) => void opened.push(id),
    onWorks: () => undefined,
    onError: (error) => void errors.push(error),
  });
}

async function open(count: number): Promise<string> {
  await world.until(() => opened.length === count, `session ${count}`);
  return opened[count - 1] ?? '';
}

function calls(method: string): readonly FakeCall[] {
  return miko.calls.filter((call) => call.method === method);
}

function elapsed(): number {
  return world.runtime.now() - WORLD_START;
}

test('a session is opened with owner, name and ttl, and is current then', async () => {
  start();
  expect(session.current()).toBeNull();
  expect(await open(1)).toBe('ses_1');
  expect(session.current()).toBe('ses_1');
  expect(calls('POST')[0]).toMatchObject({ path: '/v1/projects/default/sessions', body: { owner: 'host:web:web-1', name: 'web', ttl_seconds: 9 } });
});

test('it is renewed a little before each third of its time, with what was applied', async () => {
  start();
  await open(1);
  applied = 812;
  world.advance(2_699);
  expect(calls('PUT')).toHaveLength(0);
  world.advance(1);
  await world.until(() => calls('PUT').length === 1, 'a renewal');
  expect(calls('PUT')[0]).toMatchObject({ path: '/v1/projects/default/sessions/ses_1', body: { applied: 812 } });
  await world.until(() => calls('PUT').length === 3, 'two more renewals');
  expect(elapsed()).toBeGreaterThanOrEqual(3 * 2_700);
});

test('an acknowledgement is sent at once, and one more when something was applied while it was on its way', async () => {
  start();
  await open(1);
  applied = 5;
  session.acknowledge();
  await world.until(() => miko.sessions.get('ses_1')?.applied === 5, 'the acknowledgement');
  expect(elapsed()).toBeLessThan(2_700);
  applied = 6;
  session.acknowledge();
  applied = 7;
  session.acknowledge();
  await world.until(() => miko.sessions.get('ses_1')?.applied === 7, 'the last acknowledgement');
  expect(elapsed()).toBeLessThan(2_700);
});

test('while Miko is down the session is kept, renewed sooner, and not opened again when it is back', async () => {
  start();
  await open(1);
  await miko.down();
  await world.until(() => errors.length >= 3, 'failed renewals');
  expect(session.current()).toBe('ses_1');
  await miko.up();
  applied = 3;
  await world.until(() => miko.sessions.get('ses_1')?.applied === 3, 'a renewal');
  expect(opened).toEqual(['ses_1']);
});

test('a session that Miko does not know any more is opened again', async () => {
  start();
  miko.forgetSession(await open(1));
  expect(await open(2)).toBe('ses_2');
  expect(session.current()).toBe('ses_2');
  expect(world.warnings).toEqual([]);
});

test('while Miko cannot open one it is asked for ever, and Retry-After is obeyed', async () => {
  miko.refuse('POST /v1/', 503, 'not_ready', { times: 3, headers: { 'retry-after': '4' } });
  start();
  await session.firstAttempt;
  expect(session.current()).toBeNull();
  await open(1);
  expect(errors.map((error) => error.code)).toEqual(['not_ready', 'not_ready', 'not_ready']);
  expect(elapsed()).toBeGreaterThanOrEqual(12_000);
});

test('two processes of one owner: the fenced one says so aloud, and waits longer each time before it takes the session back', async () => {
  start();
  const waits: number[] = [];
  for (let round = 1; round <= 4; round++) {
    const id = await open(round);
    const at = world.runtime.now();
    miko.fenceSession(id);
    session.acknowledge();
    await open(round + 1);
    waits.push(world.runtime.now() - at);
  }
  expect(world.warnings).toHaveLength(4);
  expect(world.warnings[0]).toContain('owner "host:web:web-1"');
  // The dice in the middle: 1.5, 3, 6 and 12 s.
  expect(waits.map((wait, i) => wait >= 1_500 * 2 ** i)).toEqual([true, true, true, true]);
});

test('another call that learns of the end of a session starts a new one; what it says of an older one changes nothing', async () => {
  start();
  await open(1);
  session.lost('ses_1', new MikoError('session_not_found', 'gone'));
  expect(session.current()).toBeNull();
  await open(2);
  session.lost('ses_1', new MikoError('fenced', 'late'));
  expect(session.current()).toBe('ses_2');
});

test('closing departs: the session is deleted, and nothing is sent afterwards', async () => {
  start();
  await open(1);
  await session.close();
  expect(miko.sessions.get('ses_1')?.state).toBe('gone');
  expect(session.current()).toBeNull();
  const before = miko.calls.length;
  world.advance(60_000);
  expect(miko.calls.length).toBe(before);
});

test('closing while the session is being opened leaves none behind', async () => {
  start();
  await session.close();
  expect([...miko.sessions.values()].filter((one) => one.state === 'open')).toEqual([]);
  expect(opened).toEqual([]);
});

test('closing a fenced session leaves the newer one alone, and closing while Miko is down ends', async () => {
  start();
  miko.fenceSession(await open(1));
  session.acknowledge();
  await world.until(() => session.current() === null, 'the fence is noticed');
  await session.close();
  expect(calls('DELETE')).toEqual([]);
  await miko.down();
  start();
  await session.firstAttempt;
  await session.close();
});

test('Retry-After of a failed renewal is never undercut, not even by an acknowledgement', async () => {
  start();
  await open(1);
  miko.refuse('PUT /v1/', 503, 'not_ready', { headers: { 'retry-after': '20' } });
  await world.until(() => errors.length === 1, 'the failed renewal');
  const failedAt = elapsed();
  session.acknowledge();
  await world.until(() => calls('PUT').length === 2, 'the next renewal');
  expect(elapsed() - failedAt).toBeGreaterThanOrEqual(20_000);
});
