import { afterEach, beforeEach, expect, test } from 'vitest';
import { createHttp } from '../http.ts';
import type { MikoError } from '../problem.ts';
import { startFakeMiko, TOKEN } from '../testing/fake-miko.ts';
import type { FakeCall, FakeMiko } from '../testing/fake-miko.ts';
import { createWorld } from '../testing/world.ts';
import type { World } from '../testing/world.ts';
import { createGate } from './gate.ts';
import type { RegisterOptions } from './register-options.ts';
import { createRegistration } from './registration.ts';
import type { HeldRegistration, Registration } from './registration.ts';
import { createSession } from './session.ts';
import type { Session } from './session.ts';

let miko: FakeMiko;
let world: World;
let session: Session;
let held: HeldRegistration[];
let errors: MikoError[];
let registered: string[];
let closed: number;

const WEB: RegisterOptions = { service: 'web', instance: 'web:1', port: 8080 };
const WEB_PATH = '/v1/projects/default/services/web/endpoints/web%3A1';

beforeEach(async () => {
  miko = await startFakeMiko();
  world = createWorld();
  held = [];
  errors = [];
  registered = [];
  closed = 0;
});

afterEach(async () => {
  const departed = held.map((one) => one.depart());
  await session.close();
  await Promise.all(departed);
  await miko.close();
});

function register(spec: RegisterOptions): Registration {
  const http = createHttp(miko.url, TOKEN, world.runtime);
  const { runtime } = world;
  const project = 'default';
  session = createSession({
    http,
    runtime,
    project,
    owner: 'me',
    name: 'me',
    ttlSeconds: 9,
    applied: () => null,
    onOpen: () => held.forEach((one) => one.sessionChanged()),
    onWorks: () => undefined,
    onError: () => undefined,
  });
  const one = createRegistration({
    http,
    runtime,
    project,
    spec,
    session,
    gate: createGate(16),
    drainSeconds: 3,
    onRegistered: (endpoint) => void registered.push(endpoint.id),
    onError: (error) => void errors.push(error),
    onClosed: () => void (closed += 1),
  });
  held.push(one);
  return one.registration;
}

function calls(method: string): readonly FakeCall[] {
  return miko.calls.filter((call) => call.method === method && call.path.includes('/endpoints/'));
}

test('an endpoint is registered under the session, with every field of the contract', async () => {
  const registration = register(WEB);
  expect(registration.registered()).toBe(false);
  expect(await registration.ready).toMatchObject({ service: 'web', instance: 'web:1', address: '127.0.0.1:8080' });
  expect(registration.registered()).toBe(true);
  expect(calls('PUT')[0]).toMatchObject({
    path: WEB_PATH,
    body: { session: 'ses_1', host: '127.0.0.1', port: 8080, protocol: 'http', public_url: null, zone: null, weight: 100, tags: [], labels: {}, check: null },
  });
});

test.each([
  [{ type: 'http', path: '/healthz' }, { type: 'http', path: '/healthz', interval_ms: 1000, timeout_ms: 500, rise: 2, fall: 3 }],
  [{ type: 'http', path: '/', expectStatus: 204, intervalMs: 1, timeoutMs: 2, rise: 3, fall: 4 }, { type: 'http', path: '/', expect_status: 204, interval_ms: 1, timeout_ms: 2, rise: 3, fall: 4 }],
  [{ type: 'tcp' }, { type: 'tcp', interval_ms: 1000, timeout_ms: 500, rise: 2, fall: 3 }],
  [{ type: 'grpc', service: 'shop.v1' }, { type: 'grpc', service: 'shop.v1', interval_ms: 1000, timeout_ms: 500, rise: 2, fall: 3 }],
  [{ type: 'ttl', ttlMs: 3000 }, { type: 'ttl', ttl_ms: 3000 }],
] as const)('the check %j is sent as %j', async (check, wire) => {
  await register({ ...WEB, check }).ready;
  expect(calls('PUT')[0]?.body.check).toEqual(wire);
});

test('after a lost session it is registered again under the next, for ever', async () => {
  const registration = register(WEB);
  await registration.ready;
  for (let round = 1; round <= 3; round++) {
    miko.forgetSession(`ses_${round}`);
    await world.until(() => session.current() === `ses_${round + 1}` && registration.registered(), `registered under session ${round + 1}`);
    expect(miko.endpoints.get('web/web:1')).toBe(`ses_${round + 1}`);
  }
  expect(registered).toHaveLength(4);
});

test('a registration that is told of the fence itself gives the session up', async () => {
  miko.refuse('PUT /v1/projects/default/services', 409, 'fenced');
  const registration = register(WEB);
  await world.until(() => registration.registered(), 'registered');
  expect(miko.endpoints.get('web/web:1')).toBe('ses_2');
});

test('what passes by itself is waited for: a Miko that is not ready, another owner that is about to lapse', async () => {
  miko.refuse(`PUT ${WEB_PATH}`, 503, 'not_ready', { headers: { 'retry-after': '1' } });
  miko.refuse(`PUT ${WEB_PATH}`, 409, 'owned_by_other');
  miko.refuse(`PUT ${WEB_PATH}`, 429, 'overloaded');
  const registration = register(WEB);
  await world.until(() => registration.registered(), 'registered');
  expect(await registration.ready).toMatchObject({ instance: 'web:1' });
  expect(errors.map((error) => error.code)).toEqual(['not_ready', 'owned_by_other', 'overloaded']);
});

test.each([
  [400, 'invalid_request'],
  [403, 'denied'],
  [404, 'not_found'],
  [409, 'quota_exceeded'],
])('%i %s rejects `ready`, and is tried again nevertheless', async (status, code) => {
  miko.refuse(`PUT ${WEB_PATH}`, status, code);
  const registration = register(WEB);
  await expect(registration.ready).rejects.toMatchObject({ status, code });
  await world.until(() => registration.registered(), 'registered');
});

test('closing takes it out, under the session that owns it', async () => {
  const registration = register(WEB);
  await registration.ready;
  await registration.close();
  expect(calls('DELETE')[0]?.path).toBe(`${WEB_PATH}?session=ses_1&wait_seconds=3`);
  expect([miko.endpoints.size, closed, registration.registered()]).toEqual([0, 1, false]);
  miko.forgetSession('ses_1');
  await world.until(() => session.current() === 'ses_2', 'a new session');
  world.advance(10_000);
  expect(calls('PUT')).toHaveLength(1);
});

test('closing before it was registered rejects `ready` and leaves nothing', async () => {
  miko.refuse('POST /v1/', 503, 'not_ready', { times: 1_000 });
  const registration = register(WEB);
  await registration.close();
  await expect(registration.ready).rejects.toMatchObject({ code: 'closed' });
  expect(calls('PUT')).toEqual([]);
});

test('closing after a call whose answer was lost takes out what may stand there', async () => {
  miko.refuse(`PUT ${WEB_PATH}`, 500, 'internal');
  const registration = register(WEB);
  await world.until(() => errors.length === 1, 'the failed call');
  await registration.close();
  expect(calls('DELETE')).toHaveLength(1);
});

test.each([
  [404, 'not_found'],
  [409, 'fenced'],
])('a removal answered with %i %s is done: it is not ours any more', async (status, code) => {
  const registration = register(WEB);
  await registration.ready;
  miko.refuse('DELETE', status, code);
  await registration.close();
  expect([calls('DELETE').length, session.current()]).toEqual([1, 'ses_1']);
});

test('closing takes the drain and 5 s at most and never rejects; the removal goes on in the background', async () => {
  const registration = register(WEB);
  await registration.ready;
  await miko.down();
  const before = world.runtime.now();
  let over = false;
  void registration.close().then(() => (over = true));
  await world.until(() => over, 'the wait is over');
  expect(world.runtime.now() - before).toBeGreaterThanOrEqual(8_000);
  expect([closed, errors[0]?.code]).toEqual([0, 'unreachable']);
  await miko.up();
  await world.until(() => closed === 1, 'taken out');
  expect(miko.endpoints.size).toBe(0);
});

test('departing is one attempt: the end of the session does the rest', async () => {
  await register(WEB).ready;
  miko.refuse('DELETE', 503, 'not_ready', { times: 2 });
  await held[0]?.depart();
  expect([calls('DELETE').length, closed, miko.endpoints.size]).toEqual([1, 0, 1]);
});

test('with a readiness function it is registered when that first answers true, asked every 250 ms', async () => {
  const answers = ['no', 'throws', 'no', 'yes', 'no'];
  let asked = 0;
  const registration = register({
    ...WEB,
    readiness: async () => {
      const answer = answers[asked++];
      if (answer === 'throws') throw new Error('not yet');
      return answer === 'yes';
    },
  });
  await world.until(() => session.current() !== null, 'a session');
  expect([asked, calls('PUT').length]).toEqual([1, 0]);
  const before = world.runtime.now();
  await world.until(() => registration.registered(), 'registered');
  expect([asked, errors.map((error) => error.code)]).toEqual([4, ['listener_failed']]);
  expect(world.runtime.now() - before).toBeGreaterThanOrEqual(700);
  miko.forgetSession('ses_1');
  await world.until(() => session.current() === 'ses_2' && registration.registered(), 'registered again');
  expect(asked).toBe(4);
});

test('a readiness function that is still open is not asked again, and does not hold up a departure', async () => {
  let asked = 0;
  const never = new Promise<boolean>(() => undefined);
  const registration = register({
    ...WEB,
    readiness: () => {
      asked += 1;
      return never;
    },
  });
  const from = world.runtime.now();
  await world.until(() => world.runtime.now() - from > 10_000, 'ten seconds');
  await registration.close();
  expect([asked, calls('PUT').length, closed]).toEqual([1, 0, 1]);
});

test('health is reported under the session', async () => {
  const registration = register({ ...WEB, check: { type: 'ttl', ttlMs: 3000 } });
  await expect(registration.report('passing')).rejects.toMatchObject({ code: 'not_ready' });
  await registration.ready;
  await registration.report('warning', 'disk 91% full');
  expect(miko.calls.at(-1)).toMatchObject({ method: 'PUT', path: `${WEB_PATH}/health`, body: { session: 'ses_1', health: 'warning', note: 'disk 91% full' } });
});
