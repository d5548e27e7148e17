import { PULSE_INTERVAL_MS, type SessionRecord } from '@miko/model';
import type pg from 'pg';
import { describe, expect, test } from 'vitest';
import { endSession, holdSession, register, setHealth } from './record-operations.ts';
import { overdueQuery, silentQuery, writePulses, type OverdueRow, type SilentRow } from './sessions.ts';
import { eventually, lockWaiters, opened, registration, seeded, shiftClock, testClient, testReplica, testServer, testStore, type Replica } from './store.test.support.ts';

const database = testServer({ services: ['web'] });
type World = Replica & { client: pg.Client };

async function world(): Promise<World> {
  const connection = await database.database();
  return { ...(await testReplica(connection)), client: await testClient(connection) };
}

const now = async ({ client }: World): Promise<Date> => (await client.query<{ now: Date }>('select miko_now() as now')).rows[0]!.now;
const overdue = async ({ client }: World, grace: Date): Promise<string[]> => (await client.query<OverdueRow>(overdueQuery, [grace])).rows.map(row => row.id);
const expire = ({ store }: World, { id }: SessionRecord, grace: Date) => store.write(endSession, { session: id, cause: 'expired', grace: grace.getTime() });
const depart = ({ store }: World, { id }: SessionRecord) => store.write(endSession, { session: id, cause: 'departed', grace: null });
const hold = ({ store }: World, { id }: SessionRecord, yes: boolean) => store.write(holdSession, { session: id, hold: yes });
const stateOf = async ({ client }: World, { id }: SessionRecord) => (await client.query<{ state: string }>('select state from session where id = $1', [id])).rows[0]!.state;
const longAgo = new Date(0);

describe('a session', () => {
  test('fences the older ones of its owner, whose endpoints stay, and has a higher generation', async () => {
    const w = await world();
    const one = await opened(w.store, 'a', 5);
    await w.store.write(register, registration(one, 'web-1'));
    const two = await opened(w.store, 'a', 5);
    const other = await opened(w.store, 'b', 5);
    expect(two.generation).toBeGreaterThan(one.generation);
    expect([await stateOf(w, one), await stateOf(w, two), await stateOf(w, other)]).toEqual(['fenced', 'live', 'live']);
    const { rows } = await w.client.query('select session, gone_cause from endpoint');
    expect(rows).toEqual([{ session: one.id, gone_cause: null }]);
  });

  test('departs with what it still owns, at once, and once', async () => {
    const w = await world();
    const one = await opened(w.store, 'a');
    await w.store.write(register, registration(one, 'web-1'));
    await w.store.write(register, registration(one, 'web-2'));
    const end = await depart(w, one);
    expect(end).toEqual({ outcome: 'ended', revision: 6, endpoints: 2 });
    expect(w.changes.slice(-3).map(change => change.type)).toEqual(['endpoint_patch', 'endpoint_patch', 'session_ended']);
    expect(await depart(w, one)).toEqual({ outcome: 'alive', revision: null, endpoints: 0 });
  });

  test('that is fenced does not depart: what it still owns is for its successor to take over', async () => {
    const w = await world();
    const one = await opened(w.store, 'a', 5);
    await w.store.write(register, registration(one, 'web-1'));
    await opened(w.store, 'a', 5);
    expect(await depart(w, one)).toEqual({ outcome: 'fenced', revision: null, endpoints: 0 });
    expect(w.feed.revision).toBe(3);
    await shiftClock(w.client, 10);
    expect(await expire(w, one, longAgo)).toMatchObject({ outcome: 'ended', endpoints: 1 });
  });
});

describe('pulses', () => {
  test('renew those that live, name those that do not, and never take an acknowledgement back', async () => {
    const w = await world();
    const [fenced, live, ended] = [await opened(w.store, 'a', 5), await opened(w.store, 'a', 5), await opened(w.store, 'b', 5)];
    await depart(w, ended);
    await shiftClock(w.client, 4);
    const dead = await w.store.pulse([fenced, live, ended].map(s => ({ session: s.id, applied: 40 })));
    expect(dead.toSorted()).toEqual([fenced.id, ended.id].toSorted());
    await w.store.pulse([{ session: live.id, applied: 7 }]);
    const { rows } = await w.client.query<{ id: string; applied: number; left: number }>(
      'select id, applied, extract(epoch from expires_at - miko_now())::float8 as left from session order by generation',
    );
    expect(rows.map(row => row.applied)).toEqual([0, 40, 0]);
    expect(rows[0]!.left).toBeLessThan(2);
    expect(rows[1]!.left).toBeGreaterThan(4 + PULSE_INTERVAL_MS / 1000);
  });

  test('a clock that was put back takes no time away from a session', async () => {
    const w = await world();
    const session = await opened(w.store, 'a', 5);
    await shiftClock(w.client, -3_600);
    await w.store.pulse([{ session: session.id, applied: 0 }]);
    const { rows } = await w.client.query<{ expires_at: Date }>('select expires_at from session');
    expect(rows[0]!.expires_at.getTime()).toBe(session.expiresAt);
  });

  test('groups that overlap never end in a deadlock, whoever sends them and whatever ends or opens meanwhile', async () => {
    const w = await world();
    const other = testStore(w.store.connection);
    const random = seeded(7);
    const sessions = await Promise.all(Array.from({ length: 40 }, (_, i) => opened(w.store, `owner-${i}`, 60)));
    const shuffled = () => sessions.map(s => ({ session: s.id, applied: 0 })).sort(() => random() - 0.5);
    const end = performance.now() + 700;
    await Promise.all([
      ...[w.store, other, w.store].map(async store => { while (performance.now() < end) await store.pulse(shuffled()); }),
      ...[w.store, other].map(async store => {
        while (performance.now() < end) {
          await Promise.all(sessions.slice(0, 20).toReversed().map((_, i) => opened(store, `owner-${i}`, 60)));
          await Promise.all(sessions.slice(20).map(s => store.write(endSession, { session: s.id, cause: 'expired', grace: 0 })));
        }
      }),
    ]);
    await w.client.query('select pg_stat_clear_snapshot()');
    const { rows } = await w.client.query<{ deadlocks: number }>('select deadlocks from pg_stat_database where datname = current_database()');
    expect(rows[0]!.deadlocks).toBe(0);
  });
});

describe('expiry', () => {
  test('comes after TTL and pulse interval, on the database\'s clock, for sessions opened after the judge took over', async () => {
    const w = await world();
    const grace = await now(w);
    const session = await opened(w.store, 'a', 5);
    await w.store.write(register, registration(session, 'web-1'));
    await shiftClock(w.client, 5);
    expect(await overdue(w, grace)).toEqual([]);
    expect(await expire(w, session, grace)).toMatchObject({ outcome: 'alive', revision: null });
    await shiftClock(w.client, 5.6);
    expect(await overdue(w, grace)).toEqual([session.id]);
    expect(await expire(w, session, grace)).toMatchObject({ outcome: 'ended', endpoints: 1 });
    expect(await overdue(w, grace)).toEqual([]);
  });

  test('gives sessions that a former judge watched one full TTL from the takeover on, and new ones none', async () => {
    const w = await world();
    const [old, fenced] = [await opened(w.store, 'a', 5), await opened(w.store, 'b', 5)];
    await opened(w.store, 'b', 3_600);
    await shiftClock(w.client, 100);
    const grace = await now(w);
    const young = await opened(w.store, 'c', 2);
    await shiftClock(w.client, 104.5);
    expect(await overdue(w, grace)).toEqual([young.id]);
    expect(await expire(w, old, grace)).toMatchObject({ outcome: 'alive' });
    await shiftClock(w.client, 105.6);
    expect((await overdue(w, grace)).toSorted()).toEqual([old.id, young.id, fenced.id].toSorted());
    expect(await expire(w, fenced, grace)).toMatchObject({ outcome: 'ended' });
    expect(await expire(w, old, grace)).toMatchObject({ outcome: 'ended' });
  });

  test('counts a pulse that was being written while it judged', async () => {
    const w = await world();
    const session = await opened(w.store, 'a', 5);
    await shiftClock(w.client, 60);
    const pulsing = await testClient(w.store.connection);
    await pulsing.query('begin');
    await writePulses(pulsing as unknown as pg.Pool, [{ session: session.id, applied: 1 }]);
    const judged = expire(w, session, longAgo);
    await eventually('the judge to wait for the pulse', async () => (await lockWaiters(w.client)) > 0 || undefined);
    await pulsing.query('commit');
    expect(await judged).toMatchObject({ outcome: 'alive' });
    expect(await stateOf(w, session)).toBe('live');
  });
});

describe('holding', () => {
  test('is for overdue sessions alone; it is shown once, and dated', async () => {
    const w = await world();
    const session = await opened(w.store, 'a', 5);
    await w.store.write(register, registration(session, 'web-1'));
    await hold(w, session, true);
    expect(w.feed.revision).toBe(2);
    await shiftClock(w.client, 10);
    await hold(w, session, true);
    await hold(w, session, true);
    expect(w.feed.revision).toBe(3);
    await shiftClock(w.client, 12);
    const { rows } = await w.client.query<OverdueRow>(overdueQuery, [longAgo]);
    expect(rows[0]!.held_ms).toBeGreaterThanOrEqual(2_000);
    expect(rows[0]!.held_ms).toBeLessThan(4_000);
  });

  test('ends when the session comes back, which then is not overdue any more', async () => {
    const w = await world();
    const session = await opened(w.store, 'a', 5);
    await w.store.write(register, registration(session, 'web-1'));
    await shiftClock(w.client, 10);
    await hold(w, session, true);
    await hold(w, session, false);
    expect(w.changes.at(-1)).toMatchObject({ patch: { held: false } });
    expect(await overdue(w, longAgo)).toEqual([]);
    expect(await expire(w, session, longAgo)).toMatchObject({ outcome: 'alive' });
    await hold(w, session, true);
    expect(w.feed.revision).toBe(4);
  });

  test('is not ended by a fenced session', async () => {
    const w = await world();
    const session = await opened(w.store, 'a', 5);
    await w.store.write(register, registration(session, 'web-1'));
    await opened(w.store, 'a', 5);
    await shiftClock(w.client, 10);
    await hold(w, session, true);
    await hold(w, session, false);
    expect(w.changes.at(-1)).toMatchObject({ patch: { held: true } });
    expect(await overdue(w, longAgo)).toContain(session.id);
  });
});

describe('reports', () => {
  const ttl = { type: 'ttl', ttl_ms: 3_000 } as const;
  const silent = async ({ client }: World, grace: Date) => (await client.query<SilentRow>(silentQuery, [grace])).rows.map(row => row.id);

  test('of a ttl check stand for its time, judged with grace after a takeover, and only for the registration they came for', async () => {
    const w = await world();
    const write = registration(null, 'web-1', { check: ttl });
    await w.store.write(register, write);
    await w.store.write(register, registration(null, 'web-2'));
    await shiftClock(w.client, 2);
    expect(await w.store.report(write, write.newId)).toBe(true);
    expect(await w.store.report(write, 'ep_other')).toBe(false);
    await shiftClock(w.client, 4.5);
    expect(await silent(w, longAgo)).toEqual([]);
    await shiftClock(w.client, 5.5);
    expect(await silent(w, longAgo)).toEqual([write.newId]);
    expect(await silent(w, await now(w))).toEqual([]);
    const [{ outcome }] = [await w.store.write(setHealth, { ...write, id: write.newId, health: 'critical' })];
    expect(outcome).toBe('changed');
    expect(await silent(w, longAgo)).toEqual([]);
  });
});

test('watchers of a service are the live sessions that said they watch it, or all', async () => {
  const w = await world();
  const [one, all, none] = [await opened(w.store, 'a'), await opened(w.store, 'b'), await opened(w.store, 'c')];
  await w.store.watching(one.id, ['web', 'mail']);
  await w.store.watching(all.id, ['*']);
  await w.store.watching(none.id, ['web']);
  await w.store.watching(none.id, []);
  await w.store.pulse([{ session: one.id, applied: 3 }]);
  const web = await w.store.watchers('default', 'web');
  expect(web.toSorted((a, b) => a.applied - b.applied)).toEqual([{ session: all.id, name: 'b', applied: 0 }, { session: one.id, name: 'a', applied: 3 }]);
  expect((await w.store.watchers('default', 'other')).map(holder => holder.session)).toEqual([all.id]);
  expect(await w.store.watchers('other', 'web')).toEqual([]);
  await opened(w.store, 'a');
  expect((await w.store.watchers('default', 'web')).map(holder => holder.session)).toEqual([all.id]);
});
