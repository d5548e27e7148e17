import { beforeEach, expect, test } from 'vitest';
import type { FakeMiko } from './testing/fake-miko.ts';
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

function deletes(): string[] {
  return miko.calls.filter(({ method }) => method === 'DELETE').map(({ path }) => path.replace('/v1/projects/default/', ''));
}

test('closing takes the endpoints out, waits for their callers, and only then ends session and stream', async () => {
  const client = connect({ drainSeconds: 7 });
  await client.endpoints('web');
  await client.register({ service: 'web', instance: 'web-8', port: 1 }).ready;
  const closing = client.close();
  expect(client.close()).toBe(closing);
  await closing;
  expect(deletes()).toEqual(['services/web/endpoints/web-8?session=ses_1&wait_seconds=7', 'sessions/ses_1']);
  expect(miko.sessions.get('ses_1')?.state).toBe('gone');
  await world.until(() => miko.streams.every((one) => !one.isOpen()), 'the streams end');
  await expect(client.endpoints('web')).rejects.toMatchObject({ code: 'closed' });
  await expect(client.ready()).rejects.toMatchObject({ code: 'closed' });
  await expect(client.fetch('http://web/')).rejects.toMatchObject({ code: 'closed' });
  await expect(client.pick('web')).rejects.toMatchObject({ code: 'closed' });
  expect(() => client.register({ service: 'web', instance: 'web-8', port: 1 })).toThrow(/closed/);
  expect(() => client.watch('web')).toThrow(/closed/);
});

test('while its callers let go the process still serves: it looks up, follows the stream and acknowledges; it registers nothing more', async () => {
  const client = connect({ owner: 'me' });
  await client.register({ service: 'web', instance: 'web-8', port: 1 }).ready;
  await client.endpoints('web');
  const last = miko.streams.at(-1) ?? (await stream(1));
  const release = miko.holdRemovals();
  const closing = client.close();
  await world.until(() => deletes().length === 1, 'the removal');
  last.send('delta', webDelta(6, { gone: [{ instance: 'web-1', id: 'ep_web-1' }] }));
  await world.until(() => miko.sessions.get('ses_1')?.applied === 6, 'the acknowledgement');
  expect(instances(await client.endpoints('web'))).toEqual(['web-2']);
  using picked = await client.pick('web');
  expect(picked.endpoint.instance).toBe('web-2');
  expect(() => client.register({ service: 'web', instance: 'web-9', port: 1 })).toThrow(expect.objectContaining({ code: 'closed' }));
  release();
  await closing;
  expect(miko.sessions.get('ses_1')?.state).toBe('gone');
});

test('a Miko that does not answer holds nobody for longer than the drain and 5 s', async () => {
  const client = connect({ drainSeconds: 2 });
  await client.register({ service: 'web', instance: 'web-8', port: 1 }).ready;
  miko.holdRemovals();
  let over = false;
  void client.close().then(() => (over = true));
  await world.until(() => deletes().length === 1, 'the removal');
  expect(over).toBe(false);
  world.advance(3_000);
  await world.until(() => over, 'the client is closed');
  expect(miko.sessions.get('ses_1')?.state).toBe('gone');
});

test('closing while Miko is down does not wait for it', async () => {
  const client = connect();
  await client.register({ service: 'web', instance: 'web-8', port: 1 }).ready;
  await miko.down();
  await client.close();
  expect(client.status().session).toBeNull();
});

test('all are asked to leave at once, however many wait for slow watchers', async () => {
  const client = connect({ drainSeconds: 2, owner: 'me' });
  await Promise.all(Array.from({ length: 40 }, (_, i) => client.register({ service: 'web', instance: `web-${i}`, port: 1 }).ready));
  const release = miko.holdRemovals();
  const closing = client.close();
  await world.until(() => deletes().length === 40, 'every removal');
  release();
  await closing;
});
