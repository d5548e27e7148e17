import { beforeEach, expect, test } from 'vitest';
import { knownList, wireEndpoint } from './testing/fake-miko.ts';
import type { FakeMiko } from './testing/fake-miko.ts';
import { instances, useMiko, webDelta } from './testing/use-miko.ts';
import { eventually } from './testing/world.ts';
import type { World } from './testing/world.ts';

let miko: FakeMiko;
let world: World;
const given = useMiko();
const { connect, stream, whileTimePasses } = given;

beforeEach(() => {
  miko = given.miko();
  world = given.world();
});

test('a Miko that is not ready is the fourth answer, after a bounded wait', async () => {
  miko.refuse('GET', 503, 'not_ready', { times: 1_000 });
  const client = connect({ firstAnswerMs: 500 });
  const before = world.runtime.now();
  expect(await whileTimePasses(client.endpoints('web'))).toMatchObject({ state: 'not_ready', error: { code: 'not_ready' } });
  expect(world.runtime.now() - before).toBeGreaterThanOrEqual(500);
  await expect(whileTimePasses(client.pick('web'))).rejects.toMatchObject({ code: 'not_ready', cause: { status: 503 } });
});

test('a refused token is told at once', async () => {
  const client = connect({ token: 'wrong' });
  expect(await client.endpoints('web')).toMatchObject({ state: 'not_ready', error: { code: 'unauthenticated', status: 401 } });
});

test('while Miko is down the last good list stays for ever; observers hear "stale" once, and "connected" when it is back', async () => {
  const client = connect();
  const told: string[] = [];
  client.on('stale', ({ since }) => told.push(`stale since ${since?.getTime() === lostAt}`));
  client.on('connected', () => told.push('connected'));
  await client.endpoints('web');
  const lostAt = world.runtime.wallNow();
  await miko.down();
  // Time stands still until the client has noticed.
  await eventually(() => told.includes('stale since true'), 'stale');
  world.advance(30 * 86_400_000);
  expect(instances(await client.endpoints('web'))).toEqual(['web-1', 'web-2']);
  expect(client.status()).toMatchObject({ connected: false, staleSince: new Date(lostAt) });
  await miko.up();
  await stream(2);
  await world.until(() => client.status().connected, 'connected');
  expect(told).toEqual(['connected', 'stale since true', 'connected']);
});

test('a stream that is given up for a new subscription, and cannot be had again, is an outage as any other', async () => {
  const client = connect({ firstAnswerMs: 200 });
  await client.endpoints('web');
  miko.refuse('GET', 503, 'not_ready', { times: 3 });
  const mail = client.endpoints('mail');
  await world.until(() => !client.status().connected, 'the outage');
  expect(client.status().staleSince).not.toBeNull();
  expect(instances(await client.endpoints('web'))).toEqual(['web-1', 'web-2']);
  await whileTimePasses(mail);
  await world.until(() => client.status().connected, 'connected');
  expect(await client.endpoints('mail')).toMatchObject({ state: 'empty' });
});

test('a Miko that lost its data ("unknown") does not wipe a good list; "empty" does', async () => {
  const client = connect();
  await client.endpoints('web');
  miko.lists.delete('web');
  miko.cursors.clear();
  (await stream(1)).cut();
  await stream(2);
  await world.until(() => client.status().revision === 0, 'the snapshot');
  expect(instances(await client.endpoints('web'))).toEqual(['web-1', 'web-2']);
  (await stream(2)).send('delta', webDelta(9, { state: 'empty', cause: 'deregistered' }));
  await world.until(() => client.status().revision === 9, 'the delta');
  expect(await client.endpoints('web')).toMatchObject({ state: 'empty', cause: 'deregistered' });
});

test('after a restart while Miko is down, the lists come from the disk', async () => {
  const before = connect();
  await before.endpoints('web');
  await before.endpoints('mail');
  await before.close();
  await miko.down();
  const client = connect();
  const stale: (Date | null)[] = [];
  client.on('stale', ({ since }) => stale.push(since));
  expect(await whileTimePasses(client.endpoints('web'))).toMatchObject({ state: 'known', source: 'disk', endpoints: [{ instance: 'web-1' }, { instance: 'web-2' }] });
  expect(await client.endpoints('mail')).toMatchObject({ state: 'empty', cause: 'expired', source: 'disk' });
  expect(stale).toEqual([client.status().staleSince]);
  expect(await whileTimePasses(client.endpoints('other'))).toMatchObject({ state: 'not_ready', error: { code: 'unreachable' } });
  using picked = await client.pick('web');
  expect(picked.endpoint.service).toBe('web');
  miko.lists.set('web', knownList(9, [wireEndpoint('web-9')]));
  await miko.up();
  await world.until(() => client.status().connected, 'connected');
  await world.until(() => client.status().revision !== null, 'the snapshot');
  expect(await client.endpoints('web')).toMatchObject({ source: 'miko', endpoints: [{ instance: 'web-9' }] });
});

test('after a restart while Miko is up, its word comes before the disk', async () => {
  const before = connect();
  await before.endpoints('web');
  await before.close();
  miko.lists.set('web', knownList(9, [wireEndpoint('web-9')]));
  expect(await connect().endpoints('web')).toMatchObject({ source: 'miko', endpoints: [{ instance: 'web-9' }] });
});

test('a cache that cannot be written or read is an event, and nothing else', async () => {
  const client = connect({ cacheDir: '/dev/null/miko' });
  const errors: string[] = [];
  client.on('error', ({ during, error }) => errors.push(`${during} ${error.code}`));
  expect(instances(await client.endpoints('web'))).toEqual(['web-1', 'web-2']);
  await client.close();
  expect(errors).toContain('cache cache_failed');
});

test('closing ends a question that is still waiting', async () => {
  miko.refuse('GET', 503, 'not_ready', { times: 1_000 });
  const client = connect();
  const answer = client.endpoints('web');
  await client.close();
  expect(await answer).toMatchObject({ state: 'not_ready', error: { code: 'closed' } });
});
