import { beforeEach, expect, test } from 'vitest';
import type { FakeMiko } from './testing/fake-miko.ts';
import { useMiko } from './testing/use-miko.ts';
import type { World } from './testing/world.ts';

let miko: FakeMiko;
let world: World;
const given = useMiko();
const { connect, whileTimePasses } = given;

beforeEach(() => {
  miko = given.miko();
  world = given.world();
});

test('a wrong token is warned about without a listener, once for the lists and once for the session, and never shown', async () => {
  const client = connect({ token: 'a-wrong-token', fixed: { web: ['http://10.0.0.1:8080'] } });
  const refused: string[] = [];
  client.on('error', ({ during }) => refused.push(during));
  expect(await client.endpoints('web')).toMatchObject({ source: 'fixed' });
  client.register({ service: 'web', instance: 'web-1', port: 8080 });
  await world.until(() => refused.filter((during) => during === 'stream').length > 2 && refused.filter((during) => during === 'session').length > 2, 'refusals');
  expect(world.warnings).toHaveLength(2);
  for (const warning of world.warnings) {
    expect(warning).toContain('MIKO_TOKEN');
    expect(warning).toContain(miko.url);
    expect(warning).not.toContain('a-wrong-token');
  }
});

test('lists that are refused again after they came are warned about again', async () => {
  const client = connect();
  await client.endpoints('web');
  for (let times = 1; times <= 2; times++) {
    miko.refuse('GET', 403, 'denied', { times: 2 });
    miko.streams.at(-1)?.cut();
    await world.until(() => !client.status().connected, 'the refusal');
    await world.until(() => client.status().connected, 'the lists');
    expect(world.warnings).toHaveLength(times);
  }
  expect(world.warnings[0]).toMatch(/refuses to tell this client its endpoints: .*denied/);
});

test('a refused registration is warned about by its name, and says which role it needs', async () => {
  miko.refuse('PUT', 403, 'denied', { times: 3 });
  const registration = connect().register({ service: 'web', instance: 'web-1', port: 8080 });
  await expect(registration.ready).rejects.toMatchObject({ code: 'denied', status: 403, message: expect.stringContaining('role writer') });
  await world.until(() => registration.registered(), 'the registration');
  expect(world.warnings).toEqual([expect.stringMatching(/refuses to register web\/web-1: .*denied.*role writer/)]);
});

test('`ready` ends at once when Miko refuses, with that as its cause', async () => {
  const client = connect({ token: 'wrong', required: ['web'] });
  await expect(client.ready(600_000)).rejects.toMatchObject({ code: 'not_ready', message: expect.stringMatching(/^not known: web \(.*\); .*unauthenticated/), cause: { status: 401 } });
  await expect(client.ready(600_000)).rejects.toMatchObject({ code: 'not_ready' });
});

test('and when it refuses only later', async () => {
  const client = connect({ required: ['nope'] });
  await client.endpoints('nope');
  const ready = client.ready(600_000);
  ready.catch(() => undefined);
  miko.refuse('GET', 404, 'not_found', { times: 1_000 });
  miko.streams.at(-1)?.cut();
  await expect(whileTimePasses(ready)).rejects.toMatchObject({ code: 'not_ready', cause: { code: 'not_found' } });
});

test('unless the disk or fixed connections stand in', async () => {
  await connect({ token: 'wrong', required: ['web'], fixed: { web: ['http://10.0.0.1:8080'] } }).ready(600_000);
  const before = connect();
  await before.endpoints('web');
  await before.close();
  miko.refuse('GET', 403, 'denied', { times: 1_000 });
  await connect({ required: ['web'] }).ready(600_000);
});

test('a `ready` that ran out of time names the last failure', async () => {
  await miko.down();
  const client = connect({ required: ['web'], firstAnswerMs: 100 });
  await expect(whileTimePasses(client.ready(1_000))).rejects.toMatchObject({ message: expect.stringMatching(/^not known after 1000 ms: web .*cannot be reached.*ECONNREFUSED/), cause: { code: 'unreachable' } });
});

test('a refusal that there is no such project ends the first wait at once', async () => {
  miko.refuse('GET', 404, 'not_found', { times: 1_000 });
  expect(await connect({ firstAnswerMs: 60_000 }).endpoints('web')).toMatchObject({ state: 'not_ready', error: { code: 'not_found', status: 404 } });
});
