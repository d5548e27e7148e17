import { beforeEach, expect, test } from 'vitest';
import { knownList, wireEndpoint } from './testing/fake-miko.ts';
import type { FakeMiko } from './testing/fake-miko.ts';
import { instances, useMiko, webDelta } from './testing/use-miko.ts';
import type { World } from './testing/world.ts';

let miko: FakeMiko;
let world: World;
const given = useMiko();
const { connect, stream, whileTimePasses } = given;

beforeEach(() => {
  miko = given.miko();
  world = given.world();
});

test('required and optional services are watched from the beginning, over one stream; only the required are waited for', async () => {
  const client = connect({ required: ['web'], optional: ['mail', 'nope'] });
  await client.ready();
  expect((await stream(1)).services).toEqual(['mail', 'nope', 'web']);
  expect(instances(await client.endpoints('web'))).toEqual(['web-1', 'web-2']);
});

test('without required services a client is ready at once, also while Miko is down', async () => {
  await miko.down();
  await connect({ optional: ['web'] }).ready(0);
});

test('what is not known in time is named, with what is known of it; the client works on and may be asked again', async () => {
  const client = connect({ required: ['web', 'mail', 'nope'] });
  const before = world.runtime.now();
  await expect(whileTimePasses(client.ready(3_000))).rejects.toMatchObject({ code: 'not_ready', message: 'not known after 3000 ms: mail (empty: expired), nope (unknown)' });
  expect(world.runtime.now() - before).toBeGreaterThanOrEqual(3_000);
  const again = client.ready(60_000);
  for (const name of ['mail', 'nope']) {
    const list = { state: 'known', cause: null, revision: 9, set: [wireEndpoint(`${name}-1`)], gone: [] };
    miko.streams.at(-1)?.send('delta', { revision: 9, services: { [name]: list } });
  }
  await whileTimePasses(again);
});

test('connecting never fails for want of Miko: `ready` waits until it is there', async () => {
  await miko.down();
  const client = connect({ required: ['web'] });
  const ready = client.ready(60_000);
  let failures = 0;
  client.on('error', () => (failures += 1));
  await world.until(() => failures > 2, 'attempts in vain');
  await miko.up();
  await whileTimePasses(ready);
});

test('what the disk remembers will do while Miko is down', async () => {
  const before = connect();
  await before.endpoints('web');
  await before.close();
  await miko.down();
  await whileTimePasses(connect({ required: ['web'] }).ready(60_000));
});

test('a bad timeout is refused, and closing ends the wait', async () => {
  const client = connect({ required: ['nope'] });
  await expect(client.ready(-1)).rejects.toMatchObject({ code: 'invalid_argument' });
  const ready = client.ready(60_000);
  await client.endpoints('nope');
  await client.close();
  await expect(ready).rejects.toMatchObject({ code: 'closed' });
});

test('more names than the address of the stream holds are refused, and nothing is left running', () => {
  const long = Array.from({ length: 110 }, (_, i) => `s${String(i).padStart(62, '0')}`);
  expect(() => connect({ required: long, owner: 'me' })).toThrow(expect.objectContaining({ code: 'too_many' }));
});

test('fixed connections answer at once while Miko is away, and give way when it knows the service', async () => {
  await miko.down();
  const client = connect({ fixed: { web: ['http://10.0.0.1:8080'], nope: ['http://10.0.0.2:8080'] } });
  expect(await client.endpoints('web')).toMatchObject({ state: 'known', source: 'fixed', endpoints: [{ instance: 'fixed-1', url: 'http://10.0.0.1:8080' }] });
  (await client.pick('web')).release();
  await miko.up();
  await world.until(() => client.status().revision !== null, 'the snapshot');
  expect(await client.endpoints('web')).toMatchObject({ source: 'miko', endpoints: [{ instance: 'web-1' }, { instance: 'web-2' }] });
  expect(await client.endpoints('nope')).toMatchObject({ source: 'fixed' });
  (await client.pick('web')).release();
  expect(client.fixedReport()).toEqual([
    { service: 'web', urls: ['http://10.0.0.1:8080'], callsByMiko: 1, callsByFixed: 1, lastFixedAt: expect.any(Date) },
    { service: 'nope', urls: ['http://10.0.0.2:8080'], callsByMiko: 0, callsByFixed: 0, lastFixedAt: null },
  ]);
});

test('a service that exists but never had an endpoint is not known yet: its fixed connections go on', async () => {
  miko.lists.set('web', { state: 'empty', cause: 'never_registered', revision: 2, endpoints: [] });
  const client = connect({ fixed: { web: ['http://10.0.0.1:8080'], mail: ['http://10.0.0.2:8080'] } });
  const seen: string[] = [];
  client.watch('web', (answer) => seen.push(answer.state === 'known' ? answer.source : answer.state));
  void client.endpoints('mail');
  await world.until(() => client.status().revision !== null, 'the snapshot');
  expect(await client.endpoints('mail')).toMatchObject({ state: 'empty', cause: 'expired' });
  miko.lists.set('web', knownList(9, [wireEndpoint('web-1')]));
  miko.cursors.clear();
  miko.streams.at(-1)?.cut();
  await world.until(() => seen.at(-1) === 'miko', "Miko's list");
  expect(new Set(seen)).toEqual(new Set(['fixed', 'miko']));
});

test('a service whose endpoints were not ready yet is not known yet either', async () => {
  miko.lists.set('web', knownList(2, [wireEndpoint('web-1', { health: 'starting' })]));
  const client = connect({ fixed: { web: ['http://10.0.0.1:8080'] } });
  expect(await client.endpoints('web')).toMatchObject({ state: 'known', source: 'fixed' });
  const first = await stream(1);
  first.send('delta', webDelta(3, { set: [wireEndpoint('web-1', { health: 'critical', revision: 3 })] }));
  await world.until(() => client.status().revision === 3, 'the delta');
  expect(await client.endpoints('web')).toMatchObject({ state: 'empty', cause: 'critical' });
});

test('only the first question waits for a Miko that says nothing', async () => {
  miko.spoilStreams('silent');
  const client = connect({ firstAnswerMs: 2_000, firstFrameMs: 60_000 });
  const before = world.runtime.now();
  expect((await whileTimePasses(client.endpoints('web'))).state).toBe('not_ready');
  const between = world.runtime.now();
  expect(between - before).toBeGreaterThanOrEqual(2_000);
  expect((await client.endpoints('web')).state).toBe('not_ready');
  expect(world.runtime.now()).toBe(between);
});
