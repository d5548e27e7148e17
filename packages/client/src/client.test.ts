import { createServer } from 'node:http';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { knownList, wireEndpoint } from './testing/fake-miko.ts';
import type { FakeMiko } from './testing/fake-miko.ts';
import { portOf } from './testing/port-of.ts';
import { instances, useMiko, webDelta } from './testing/use-miko.ts';
import type { World } from './testing/world.ts';

let miko: FakeMiko;
let world: World;
const given = useMiko();
const { connect, stream } = given;

beforeEach(() => {
  miko = given.miko();
  world = given.world();
});

test('the list, the empty service with its cause, and the unknown service are three answers', async () => {
  const client = connect();
  const [web, mail, nope] = await Promise.all(['web', 'mail', 'nope'].map((name) => client.endpoints(name)));
  expect(web).toMatchObject({ state: 'known', revision: 5, source: 'miko', endpoints: [{ instance: 'web-1' }, { instance: 'web-2' }] });
  expect(mail).toMatchObject({ state: 'empty', cause: 'expired' });
  expect(nope).toEqual({ state: 'unknown', service: 'nope' });
  expect(miko.streams).toHaveLength(1);
});

test('the list follows the stream, and answers from memory', async () => {
  const client = connect();
  await client.endpoints('web');
  const first = await stream(1);
  first.send('delta', webDelta(6, { set: [wireEndpoint('web-3', { revision: 6 })], gone: [{ instance: 'web-1', id: 'ep_web-1' }] }), 'c6');
  await world.until(() => client.status().revision === 6, 'the delta');
  expect(instances(await client.endpoints('web'))).toEqual(['web-2', 'web-3']);
  expect(client.status()).toMatchObject({ connected: true, staleSince: null, session: null, registered: false });
});

test('a watch gives the answer held and each new one, until it is ended', async () => {
  const client = connect();
  await client.endpoints('web');
  const seen: string[][] = [];
  const end = client.watch('web', (answer) => seen.push(instances(answer)));
  const first = await stream(1);
  await world.until(() => seen.length === 1, 'the first answer');
  first.send('delta', webDelta(6, { gone: [{ instance: 'web-1', id: 'ep_web-1' }] }));
  await world.until(() => seen.length === 2, 'the second answer');
  end();
  first.send('delta', webDelta(7, { gone: [{ instance: 'web-2', id: 'ep_web-2' }], state: 'empty' }));
  await world.until(() => client.status().revision === 7, 'the delta');
  expect(seen).toEqual([['web-1', 'web-2'], ['web-2']]);
});

test('an iterator gives the newest answer to a slow reader, and ends with the client', async () => {
  const client = connect();
  const answers = client.watch('web');
  expect(instances((await answers.next()).value ?? { state: 'unknown', service: '' })).toEqual(['web-1', 'web-2']);
  const first = await stream(1);
  for (let revision = 6; revision < 10; revision++) first.send('delta', webDelta(revision, { set: [wireEndpoint('web-1', { revision })] }));
  await world.until(() => client.status().revision === 9, 'the deltas');
  expect((await answers.next()).value).toMatchObject({ revision: 9 });
  const pending = answers.next();
  await client.close();
  expect(await pending).toEqual({ done: true, value: undefined });
  expect(await answers.next()).toEqual({ done: true, value: undefined });
});

test('a loop over answers that is left stops watching', async () => {
  const client = connect();
  for await (const answer of client.watch('web')) {
    expect(instances(answer)).toEqual(['web-1', 'web-2']);
    break;
  }
});

test('a listener that throws harms neither the stream nor the others', async () => {
  const client = connect();
  const errors: string[] = [];
  const seen: string[] = [];
  client.on('error', ({ during, error }) => {
    errors.push(`${during}: ${error.message}`);
    throw new Error('in the error listener, too');
  });
  client.watch('web', () => {
    throw new Error('mine');
  });
  client.watch('web', (answer) => seen.push(answer.state));
  await client.endpoints('web');
  await world.until(() => seen.length === 1, 'the other listener');
  expect(errors).toEqual(['listener: a listener of web threw: mine']);
  expect(world.warnings[0]).toContain('in the error listener, too');
});

test('a removal, a drain and a snapshot are acknowledged at once under the session; an addition waits for the renewal', async () => {
  const client = connect({ owner: 'me' });
  await client.endpoints('web');
  await world.until(() => miko.sessions.get('ses_1')?.applied === 5, 'the snapshot is acknowledged');
  const first = await stream(1);
  expect(first.session).toBe('ses_1');
  const renewals = (): number => miko.calls.filter((call) => call.method === 'PUT').length;
  const before = world.runtime.now();
  first.send('delta', webDelta(6, { gone: [{ instance: 'web-1', id: 'ep_web-1' }] }));
  await world.until(() => miko.sessions.get('ses_1')?.applied === 6, 'the removal is acknowledged');
  first.send('delta', webDelta(7, { set: [wireEndpoint('web-2', { revision: 7, state: 'draining' })] }));
  await world.until(() => miko.sessions.get('ses_1')?.applied === 7, 'the drain is acknowledged');
  expect(world.runtime.now() - before).toBeLessThan(2_400);
  expect(await client.endpoints('web')).toMatchObject({ state: 'empty', cause: 'draining' });
  const sent = renewals();
  first.send('delta', webDelta(8, { set: [wireEndpoint('web-3', { revision: 8 })] }));
  await world.until(() => client.status().revision === 8, 'the addition');
  expect(renewals()).toBe(sent);
});

test('registrations share one session, and the stream is opened anew in its name', async () => {
  const client = connect();
  await client.endpoints('web');
  const events: string[] = [];
  client.on('registered', ({ service, instance }) => events.push(`${service}/${instance}`));
  const one = client.register({ service: 'web', instance: 'web-8', port: 1 });
  const two = client.register({ service: 'web', instance: 'web-9', port: 2 });
  await Promise.all([one.ready, two.ready]);
  expect([...miko.sessions.values()]).toEqual([expect.objectContaining({ owner: expect.stringMatching(/:web:web-8$/), generation: 1 })]);
  expect((await stream(2)).session).toBe('ses_1');
  expect(miko.streams[1]?.lastEventId).toBe('c0');
  expect(events.toSorted()).toEqual(['web/web-8', 'web/web-9']);
  expect(client.status()).toMatchObject({ session: 'ses_1', registered: true, registrations: [{ instance: 'web-8', registered: true }, { instance: 'web-9' }] });
  expect(() => client.register({ service: 'web', instance: 'web-8', port: 3 })).toThrow(/registered by this client already/);
});

test('a session that is refused for good is told to who waits for a registration', async () => {
  const client = connect({ token: 'wrong' });
  await expect(client.register({ service: 'web', instance: 'web-8', port: 1 }).ready).rejects.toMatchObject({ code: 'unauthenticated', status: 401 });
});

test('a stream that is told its session is over leads to a new session, and a stream in its name', async () => {
  const client = connect({ owner: 'me' });
  await client.endpoints('web');
  miko.fenceSession('ses_1');
  (await stream(1)).write('event: error\nretry: 10\ndata: {"code":"fenced","status":409}\n\n');
  await world.until(() => miko.streams.at(-1)?.session === 'ses_2', 'a stream under the new session');
  expect(miko.sessions.get('ses_2')).toMatchObject({ owner: 'me', state: 'open' });
});

test('pick refuses with what the directory says', async () => {
  const client = connect();
  await expect(client.pick('mail')).rejects.toMatchObject({ code: 'no_endpoint', message: expect.stringContaining('expired') });
  await expect(client.pick('nope')).rejects.toMatchObject({ code: 'unknown_service' });
  await expect(client.pick('Web')).rejects.toMatchObject({ code: 'invalid_argument' });
  const first = await client.pick('web', { exclude: ['ep_web-1'] });
  expect(first.endpoint.instance).toBe('web-2');
  await expect(client.pick('web', { exclude: ['ep_web-1', 'ep_web-2'] })).rejects.toMatchObject({ code: 'no_endpoint' });
});

test('a pick may say how the request ended: an endpoint that asks for time gets it', async () => {
  const client = connect();
  (await client.pick('web', { exclude: ['ep_web-2'] })).release({ kind: 'limited', retryAfterMs: 60_000 });
  for (let i = 0; i < 5; i++) {
    using picked = await client.pick('web');
    expect(picked.endpoint.instance).toBe('web-2');
  }
});

test('fetch calls a service by name, also while Miko is down', async () => {
  const server = createServer((request, response) => response.end(`hello ${request.url}`));
  onTestFinished(() => void server.close());
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  miko.lists.set('web', knownList(5, [wireEndpoint('web-1', { port: portOf(server) })]));
  const client = connect();
  expect(await (await client.fetch('http://web/a')).text()).toBe('hello /a');
  await miko.down();
  await world.until(() => !client.status().connected, 'the outage is noticed');
  expect(await (await client.fetch({ service: 'web', path: '/b' })).text()).toBe('hello /b');
});

test('the names of all services watched are bounded, so that the address of the stream stays within what Miko takes', async () => {
  const client = connect();
  const long = (i: number): string => `s${String(i).padStart(62, '0')}`;
  for (let i = 0; i < 109; i++) void client.endpoints(long(i));
  await expect(client.endpoints(long(109))).rejects.toMatchObject({ code: 'too_many' });
  expect((await stream(1)).services).toHaveLength(109);
  expect(miko.calls[0]?.path.length).toBeLessThan(8_192 - 500);
});

test('a jump of the wall clock changes nothing: renewals come as before, and nothing is stale', async () => {
  const client = connect({ owner: 'me' });
  await client.endpoints('web');
  const renewals = (): number => miko.calls.filter((call) => call.method === 'PUT').length;
  for (const jump of [86_400_000, -2 * 86_400_000]) {
    const [before, from] = [renewals(), world.runtime.now()];
    world.jumpWallClock(jump);
    await world.until(() => renewals() === before + 3, 'three renewals');
    expect(world.runtime.now() - from).toBeGreaterThanOrEqual(2 * 2_700);
  }
  expect(client.status()).toMatchObject({ connected: true, staleSince: null });
  expect(miko.streams).toHaveLength(1);
});

test('where streams are cut the lists are polled, which observers hear once', async () => {
  miko.spoilStreams('ended');
  const client = connect();
  const told: string[] = [];
  client.on('polling', () => told.push('polling'));
  client.on('connected', () => told.push('connected'));
  expect(instances(await given.whileTimePasses(client.endpoints('web')))).toEqual(['web-1', 'web-2']);
  miko.lists.set('web', knownList(8, [wireEndpoint('web-9')]));
  await world.until(() => client.status().revision === 8, 'the next list');
  expect(instances(await client.endpoints('web'))).toEqual(['web-9']);
  expect([client.status().connected, told]).toEqual([true, ['polling']]);
});

test('an option that does not exist is refused, of an endpoint as well', () => {
  // @ts-expect-error: what a program without types may pass
  expect(() => connect().register({ service: 'web', instance: 'web-8', prot: 1 })).toThrow(expect.objectContaining({ code: 'invalid_argument', message: expect.stringContaining('prot') }));
});
