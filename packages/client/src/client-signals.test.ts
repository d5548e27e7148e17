import { getEventListeners } from 'node:events';
import { beforeEach, expect, test } from 'vitest';
import type { Client } from './client.ts';
import type { Answer } from './directory/endpoint.ts';
import type { FakeMiko } from './testing/fake-miko.ts';
import { useMiko, webDelta } from './testing/use-miko.ts';
import type { World } from './testing/world.ts';

let miko: FakeMiko;
let world: World;
const given = useMiko();
const { connect, stream } = given;
const reason = new Error('no time');

beforeEach(() => {
  miko = given.miko();
  world = given.world();
});

function bound(signal: AbortSignal): number {
  return getEventListeners(signal, 'abort').length;
}

test.each<[string, (client: Client, signal: AbortSignal) => Promise<unknown>]>([
  ['endpoints', (client, signal) => client.endpoints('web', { signal })],
  ['pick', (client, signal) => client.pick('web', { signal })],
  ['ready', (client, signal) => client.ready({ timeoutMs: 60_000, signal })],
  ['watch', (client, signal) => client.watch('web', { signal }).next()],
])('%s ends with the reason of its signal, and leaves nothing bound to it', async (_, wait) => {
  miko.spoilStreams('silent');
  const client = connect({ required: ['web'] });
  const abort = new AbortController();
  const waiting = wait(client, abort.signal);
  const failed = expect(waiting).rejects.toBe(reason);
  await stream(1);
  expect(bound(abort.signal)).toBeGreaterThan(0);
  abort.abort(reason);
  await failed;
  expect(bound(abort.signal)).toBe(0);
  // Aborted already: at once, whether it is an error or a rejection.
  await expect((async () => wait(client, abort.signal))()).rejects.toBe(reason);
});

test('what was answered in time leaves nothing bound to the signal', async () => {
  const { signal } = new AbortController();
  const client = connect({ required: ['web'] });
  await client.endpoints('web', { signal });
  (await client.pick('web', { signal })).release();
  await client.ready({ signal });
  expect(bound(signal)).toBe(0);
});

test('a loop over answers ends by throwing the reason', async () => {
  const client = connect();
  const abort = new AbortController();
  const seen: Answer[] = [];
  const read = async (): Promise<void> => {
    for await (const answer of client.watch('web', { signal: abort.signal })) {
      seen.push(answer);
      setImmediate(() => abort.abort(reason));
    }
  };
  await expect(read()).rejects.toBe(reason);
  expect(seen).toHaveLength(1);
  expect(bound(abort.signal)).toBe(0);
});

test('a listener hears nothing after the signal; nothing stays bound after the watch or the client ended', async () => {
  const client = connect();
  await client.endpoints('web');
  const abort = new AbortController();
  const other = new AbortController();
  const seen: Answer[] = [];
  client.watch('web', (answer) => seen.push(answer), { signal: abort.signal });
  client.watch('web', () => undefined, { signal: other.signal })();
  expect(bound(other.signal)).toBe(0);
  client.watch('web', () => undefined, { signal: other.signal });
  const iterator = client.watch('web', { signal: other.signal });
  await world.until(() => seen.length === 1, 'the answer held');
  abort.abort(reason);
  (await stream(1)).send('delta', webDelta(6, { gone: [{ instance: 'web-1', id: 'ep_web-1' }] }));
  await world.until(() => client.status().revision === 6, 'the delta');
  expect(seen).toHaveLength(1);
  await client.close();
  expect([bound(abort.signal), bound(other.signal)]).toEqual([0, 0]);
  await iterator.return?.();
});

test('closing ends loops over answers, those that wait too', async () => {
  miko.spoilStreams('silent');
  const client = connect();
  const pending = client.watch('web').next();
  await stream(1);
  await client.close();
  expect(await pending).toEqual({ done: true, value: undefined });
  expect(() => client.watch('web')).toThrow(expect.objectContaining({ code: 'closed' }));
});
