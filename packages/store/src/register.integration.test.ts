import { newId, type SessionRecord } from '@miko/model';
import { describe, expect, test } from 'vitest';
import { deregister, endSession, holdSession, register, setHealth } from './record-operations.ts';
import { document, eventually, opened, registration, shiftClock, testClient, testReplica, testServer, type Replica } from './store.test.support.ts';

const database = testServer({ services: ['web'] });
const http = { type: 'http', path: '/healthz', interval_ms: 1_000, timeout_ms: 500, rise: 2, fall: 3 } as const;

async function world(): Promise<Replica & { client: Awaited<ReturnType<typeof testClient>> }> {
  const connection = await database.database();
  return { ...(await testReplica(connection)), client: await testClient(connection) };
}

const put = ({ store }: Replica, session: SessionRecord | null, more: Parameters<typeof document>[0] = {}, id: string = newId('ep')) =>
  store.write(register, { ...registration(session, 'web-1', more), newId: id });
const last = ({ changes }: Replica) => changes.at(-1);
const health = ({ store }: Replica, id: string, to: 'passing' | 'critical') =>
  store.write(setHealth, { project: 'default', service: 'web', instance: 'web-1', id, health: to });
const take = ({ store }: Replica, session: string | null) =>
  store.write(deregister, { project: 'default', service: 'web', instance: 'web-1', session, actor: 'tok_test' });

describe('a registration', () => {
  test('is created, changed, or the same: then it moves nothing and has the revision that stands', async () => {
    const w = await world();
    const session = await opened(w.store, 'a');
    expect(await put(w, session)).toEqual({ outcome: 'created', revision: 2 });
    expect(await put(w, session)).toEqual({ outcome: 'same', revision: 2 });
    expect(await put(w, session, { port: 9 })).toEqual({ outcome: 'changed', revision: 3 });
    expect(await put(w, session, { port: 9 })).toEqual({ outcome: 'same', revision: 3 });
    expect(w.revisions).toEqual([1, 2, 3]);
  });

  test('is the same in whatever order its fields, labels and check were written', async () => {
    const w = await world();
    const { revision } = await put(w, null, { labels: { b: '1', a: '2', 10: 'x', 9: 'y' }, check: http });
    const { host, port, protocol, public_url, zone, weight, tags } = document();
    const turned = { check: { fall: 3, rise: 2, path: '/healthz', type: 'http', timeout_ms: 500, interval_ms: 1_000 } as const, labels: { 9: 'y', a: '2', 10: 'x', b: '1' } };
    const again = await w.store.write(register, { ...registration(null, 'web-1'), document: { ...turned, tags, weight, zone, public_url, protocol, port, host } });
    expect(again).toEqual({ outcome: 'same', revision });
    expect(await put(w, null, { labels: { b: '1', a: '2', 10: 'x', 9: 'z' }, check: http })).toMatchObject({ outcome: 'changed' });
  });

  test('keeps its id within a session, and has a new one for each other session and each return', async () => {
    const w = await world();
    const [one, two] = [await opened(w.store, 'a'), await opened(w.store, 'a')];
    await put(w, two, {}, 'ep_1');
    await put(w, two, { port: 2 }, 'ep_2');
    expect(last(w)).toMatchObject({ record: { id: 'ep_1', session: two.id } });
    const three = await opened(w.store, 'a');
    await put(w, three, { port: 2 }, 'ep_3');
    expect(last(w)).toMatchObject({ type: 'endpoint', record: { id: 'ep_3', session: three.id } });
    await take(w, three.id);
    await put(w, three, { port: 2 }, 'ep_4');
    expect(last(w)).toMatchObject({ record: { id: 'ep_4', gone: null } });
    expect(one.generation).toBeLessThan(two.generation);
  });

  test('of an unknown, ended, foreign or fenced session is refused, and nothing moves', async () => {
    const w = await world();
    const older = await opened(w.store, 'a');
    await put(w, older);
    const newer = await opened(w.store, 'a');
    const ended = await opened(w.store, 'b');
    await w.store.write(endSession, { session: ended.id, cause: 'departed', grace: null });
    const { revision } = w.feed;
    expect(await put(w, { ...newer, id: 'ses_none' })).toMatchObject({ outcome: 'session_not_found' });
    expect(await put(w, ended)).toMatchObject({ outcome: 'session_not_found' });
    expect(await w.store.write(register, { ...registration(newer, 'web-9'), project: 'other' })).toMatchObject({ outcome: 'session_not_found' });
    expect(await put(w, older, { port: 2 })).toMatchObject({ outcome: 'fenced' });
    expect(await w.store.write(register, registration(older, 'web-new'))).toMatchObject({ outcome: 'fenced' });
    await w.feed.poll();
    expect(w.feed.revision).toBe(revision);
  });

  test('of an instance that another owner holds is refused, until it is gone', async () => {
    const w = await world();
    const [one, other] = [await opened(w.store, 'a'), await opened(w.store, 'b')];
    const { revision } = await put(w, one);
    expect(await put(w, other)).toEqual({ outcome: 'owned_by_other', revision });
    expect(await put(w, null)).toEqual({ outcome: 'owned_by_other', revision });
    await take(w, one.id);
    expect(await put(w, other)).toMatchObject({ outcome: 'created' });
  });

  test('of one instance by many owners at once, through several Mikos, is one owner\'s alone', async () => {
    const connection = await database.database();
    const replicas = [await testReplica(connection), await testReplica(connection), await testReplica(connection)];
    for (let round = 0; round < 10; round++) {
      const outcomes = await Promise.all(replicas.map(async (replica, i) => {
        const session = await opened(replica.store, `owner-${i}`);
        return (await replica.store.write(register, registration(session, `web-${round}`))).outcome;
      }));
      expect(outcomes.toSorted()).toEqual(['created', 'owned_by_other', 'owned_by_other']);
    }
  });
});

describe('health', () => {
  test('begins as starting where there is a check, as passing where there is none', async () => {
    const w = await world();
    await put(w, null, { check: http });
    expect(last(w)).toMatchObject({ record: { health: 'starting' } });
    await w.store.write(register, registration(null, 'web-2'));
    expect(last(w)).toMatchObject({ record: { health: 'passing' } });
  });

  test('is written for the registration that was checked alone; the same again moves nothing and has the revision that stands', async () => {
    const w = await world();
    await put(w, null, { check: http }, 'ep_1');
    expect(await health(w, 'ep_1', 'passing')).toEqual({ outcome: 'changed', revision: 2 });
    expect(await health(w, 'ep_1', 'passing')).toEqual({ outcome: 'same', revision: 2 });
    expect(await health(w, 'ep_2', 'critical')).toEqual({ outcome: 'not_found', revision: null });
    await take(w, null);
    expect(await health(w, 'ep_1', 'critical')).toEqual({ outcome: 'not_found', revision: null });
    expect(w.feed.revision).toBe(3);
  });

  test('stays when what is checked stays, also when a new session takes over; another address or check begins anew', async () => {
    const w = await world();
    const one = await opened(w.store, 'a');
    await put(w, one, { check: http }, 'ep_1');
    await health(w, 'ep_1', 'passing');
    await put(w, one, { check: http, weight: 7 });
    expect(last(w)).toMatchObject({ record: { id: 'ep_1', health: 'passing' } });
    await put(w, await opened(w.store, 'a'), { check: http, weight: 7 }, 'ep_2');
    expect(last(w)).toMatchObject({ record: { id: 'ep_2', health: 'passing' } });
    await put(w, null).then(({ outcome }) => expect(outcome).toBe('owned_by_other'));
    await put(w, await opened(w.store, 'a'), { check: http, port: 9 });
    expect(last(w)).toMatchObject({ record: { health: 'starting' } });
    await put(w, await opened(w.store, 'a'), { check: { ...http, rise: 5 }, port: 9 });
    expect(last(w)).toMatchObject({ record: { health: 'starting' } });
  });

  test('a held endpoint that registers again is held no more and keeps the health its check found', async () => {
    const w = await world();
    const one = await opened(w.store, 'a', 2);
    await put(w, one, { check: http }, 'ep_1');
    await health(w, 'ep_1', 'passing');
    await shiftClock(w.client, 10);
    await w.store.write(holdSession, { session: one.id, hold: true });
    expect(last(w)).toMatchObject({ patch: { held: true } });
    expect(await put(w, one, { check: http })).toMatchObject({ outcome: 'changed' });
    expect(last(w)).toMatchObject({ record: { id: 'ep_1', held: false, health: 'passing' } });
    await w.store.write(holdSession, { session: one.id, hold: true });
    await put(w, await opened(w.store, 'a'), { check: http }, 'ep_2');
    expect(last(w)).toMatchObject({ record: { id: 'ep_2', held: false, health: 'passing' } });
  });
});

describe('taking a registration back', () => {
  test('is the owning session\'s, or an operator\'s; once', async () => {
    const w = await world();
    const [one, other] = [await opened(w.store, 'a'), await opened(w.store, 'b')];
    await put(w, one);
    expect(await take(w, other.id)).toEqual({ outcome: 'fenced', revision: null });
    expect(await take(w, one.id)).toEqual({ outcome: 'gone', revision: 4 });
    expect(await take(w, one.id)).toEqual({ outcome: 'not_found', revision: null });
    await put(w, one);
    expect(await take(w, null)).toMatchObject({ outcome: 'gone' });
    expect(last(w)).toMatchObject({ patch: { gone: 'deregistered' } });
  });

  test('is not a fenced session\'s: its endpoints wait for the one that took over', async () => {
    const w = await world();
    const one = await opened(w.store, 'a');
    await put(w, one);
    const two = await opened(w.store, 'a');
    expect(await take(w, one.id)).toEqual({ outcome: 'fenced', revision: null });
    expect(await put(w, two)).toMatchObject({ outcome: 'changed' });
    expect(await take(w, one.id)).toMatchObject({ outcome: 'fenced' });
    expect(await take(w, two.id)).toMatchObject({ outcome: 'gone' });
  });

  test('tells when it went on the database\'s clock, here as everywhere', async () => {
    const w = await world();
    const other = await testReplica(w.store.connection);
    await shiftClock(w.client, 3_600);
    await put(w, null);
    const { revision } = await take(w, null);
    expect(await other.feed.reached(revision!, 5_000)).toBe(true);
    const there = await eventually('the change', () => other.changes.find(change => change.revision === revision));
    const here = last(w) as { patch: { goneAt: number } };
    expect(there).toMatchObject({ record: { goneAt: here.patch.goneAt } });
    expect(here.patch.goneAt).toBeGreaterThan(Date.now() + 3_500_000);
  });
});
