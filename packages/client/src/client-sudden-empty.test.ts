import { beforeEach, expect, test } from 'vitest';
import type { Client } from './client.ts';
import { emptyList, knownList, wireEndpoint } from './testing/fake-miko.ts';
import type { FakeMiko } from './testing/fake-miko.ts';
import { instances, useMiko, webDelta } from './testing/use-miko.ts';
import type { World } from './testing/world.ts';

let miko: FakeMiko;
let world: World;
let held: string[];
const given = useMiko();
const { connect, stream } = given;

beforeEach(() => {
  miko = given.miko();
  world = given.world();
  held = [];
});

/** A client that held two endpoints when a new snapshot says that there are none. */
async function emptied(cause: string): Promise<Client> {
  const client = connect();
  client.on('held_empty', ({ service }) => held.push(service));
  await client.endpoints('web');
  miko.lists.set('web', emptyList(9, cause));
  miko.cursors.clear();
  (await stream(1)).cut();
  await world.until(() => client.status().revision === 9, 'the snapshot');
  return client;
}

function questions(): number {
  return miko.calls.filter(({ path }) => path.startsWith('/v1/projects/default/endpoints?service=web&health=any')).length;
}

test('a list that is suddenly empty is held, and believed when the endpoint list says so a second later', async () => {
  const client = await emptied('expired');
  const from = world.runtime.now();
  expect([instances(await client.endpoints('web')), held, questions()]).toEqual([['web-1', 'web-2'], ['web'], 0]);
  await world.until(() => questions() === 1, 'the question');
  expect(world.runtime.now() - from).toBeGreaterThanOrEqual(900);
  await world.until(() => client.status().revision === 9 && held.length === 1, 'still');
  await expect(given.whileTimePasses(untilEmpty(client))).resolves.toBe('expired');
  world.advance(60_000);
  expect(questions()).toBe(1);
});

function untilEmpty(client: Client): Promise<string | null> {
  return new Promise((resolve) => {
    client.watch('web', (answer) => {
      if (answer.state === 'empty') resolve(answer.cause);
    });
  });
}

test('an emptiness that somebody meant is believed at once', async () => {
  const client = await emptied('departed');
  expect(await client.endpoints('web')).toMatchObject({ state: 'empty', cause: 'departed' });
  expect(held).toEqual([]);
});

test('a Miko that lost sight of them for a moment takes nothing away', async () => {
  const client = await emptied('critical');
  miko.lists.set('web', knownList(12, [wireEndpoint('web-1'), wireEndpoint('web-3')]));
  await world.until(() => questions() === 1, 'the question');
  await world.until(() => client.status().connected, 'connected');
  await given.whileTimePasses(untilListed(client, 'web-3'));
  expect(instances(await client.endpoints('web'))).toEqual(['web-1', 'web-3']);
});

function untilListed(client: Client, instance: string): Promise<void> {
  return new Promise((resolve) => {
    client.watch('web', (answer) => {
      if (instances(answer).includes(instance)) resolve();
    });
  });
}

test('while the endpoint list cannot be had it is asked for again, and the list stays', async () => {
  miko.refuse('GET /v1/projects/default/endpoints?', 503, 'not_ready', { times: 3, headers: { 'retry-after': '2' } });
  const client = await emptied('expired');
  const from = world.runtime.now();
  await world.until(() => questions() === 3, 'three questions');
  expect(instances(await client.endpoints('web'))).toEqual(['web-1', 'web-2']);
  await given.whileTimePasses(untilEmpty(client));
  expect(world.runtime.now() - from).toBeGreaterThanOrEqual(900 + 3 * 2_000);
});

test('a delta in the meantime is the truth, and no question is put', async () => {
  const client = await emptied('expired');
  miko.streams.at(-1)?.send('delta', webDelta(10, { set: [wireEndpoint('web-7', { revision: 10 })] }));
  await world.until(() => client.status().revision === 10, 'the delta');
  expect(instances(await client.endpoints('web'))).toEqual(['web-7']);
  world.advance(60_000);
  expect(questions()).toBe(0);
});
