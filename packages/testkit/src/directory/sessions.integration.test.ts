import type { ShownEndpoint } from '@miko/model';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tables } from '../faults/fault.test.support.ts';
import { endpointPath, eventually, MikoProcess, openSession, registration, StreamReader, type OpenSession } from '../index.ts';

interface Listed {
  readonly services: Readonly<Record<string, { state: string; cause?: string | null; endpoints: ShownEndpoint[] }>>;
}
interface Drained {
  readonly revision: number;
  readonly waited_ms: number;
  readonly released: boolean;
  readonly holding: { session: string; name: string; applied: number }[];
  readonly unsessioned_watchers: number;
}

describe('sessions', () => {
  let miko: MikoProcess;
  const readers: StreamReader[] = [];
  beforeAll(async () => { miko = await MikoProcess.start(); });
  /** The time of all sessions of such an owner is up at one moment: no two judgements see one part of them each. */
  const lapse = (owners: string) =>
    tables(miko, "update session set expires_at = miko_now() where state = 'live' and owner like $1 || '%'", [owners]);
  afterAll(async () => {
    for (const reader of readers) reader.close();
    await miko.dispose();
  });

  const put = (service: string, instance: string, body: unknown) => miko.call<ShownEndpoint>('PUT', endpointPath(service, instance), body);
  const renew = (session: OpenSession, applied: number | null = null) =>
    miko.call<OpenSession & { code: string }>('PUT', `/v1/projects/default/sessions/${session.id}`, { applied });
  const listed = async (service: string) => (await miko.call<Listed>('GET', `/v1/projects/default/endpoints?service=${service}&health=any`)).body.services[service]!;
  const watch = async (query: string) => {
    const reader = await StreamReader.open(`${miko.url}/v1/projects/default/endpoints:watch${query}`, miko.token);
    readers.push(reader);
    await reader.next('snapshot');
    return reader;
  };

  it('fence the older one of the same owner, whose endpoints stay until the new one takes them over', async () => {
    const older = await openSession(miko, 'slot-1');
    await put('fence', 'f-1', registration(older.id));
    const newer = await openSession(miko, 'slot-1');
    expect(newer.generation).toBeGreaterThan(older.generation);

    for (const refused of [
      await renew(older), await put('fence', 'f-2', registration(older.id)),
      await miko.call('DELETE', `/v1/projects/default/sessions/${older.id}`),
    ]) expect([refused.status, (refused.body as { code: string }).code]).toEqual([409, 'fenced']);
    expect((await listed('fence')).endpoints.map(e => e.instance)).toEqual(['f-1']);

    await put('fence', 'f-1', registration(newer.id));
    const late = await miko.call<{ code: string }>('DELETE', `${endpointPath('fence', 'f-1')}?session=${older.id}`);
    expect([late.status, late.body.code]).toEqual([409, 'fenced']);
    expect((await renew(newer)).status).toBe(200);
    expect((await listed('fence')).endpoints).toHaveLength(1);
  });

  it('are renewed many at a time, each line with an answer of its own', async () => {
    const one = await openSession(miko, 'many-1');
    const two = await openSession(miko, 'many-2');
    await openSession(miko, 'many-2');
    const lines = [one.id, two.id, 'ses_00000000000000000000000000'].map(session => JSON.stringify({ project: 'default', session, applied: 3 }));
    const { status, body } = await miko.call<string>('POST', '/v1/sessions:renew', `${lines.join('\n')}\n{"project":1}\n`, { 'content-type': 'application/x-ndjson' });
    expect(status).toBe(200);
    const answers = body.trim().split('\n').map(line => JSON.parse(line) as { status: number; code: string | null });
    expect(answers.map(a => [a.status, a.code])).toEqual([[200, null], [409, 'fenced'], [404, 'session_not_found'], [400, 'invalid_request']]);
  });

  it('depart with everything they hold, at once', async () => {
    const session = await openSession(miko, 'depart');
    for (let i = 0; i < 20; i++) await put('depart', `d-${i}`, registration(session.id));
    expect((await miko.call('DELETE', `/v1/projects/default/sessions/${session.id}`)).status).toBe(204);
    expect(await listed('depart')).toMatchObject({ state: 'empty', cause: 'departed' });
    expect((await renew(session)).body.code).toBe('session_not_found');
  });

  it('hold up a drain until they have applied it: it names who is silent', async () => {
    const owner = await openSession(miko, 'drained');
    await put('held', 'h-1', registration(owner.id));
    const [talking, silent] = [await openSession(miko, 'talking'), await openSession(miko, 'silent')];
    const stream = await watch(`?service=held&session=${talking.id}`);
    await watch(`?service=held&session=${silent.id}`);
    await watch('?service=held');
    await watch('?service=elsewhere');

    const drain = (wait: number) => miko.call<Drained>('POST', `${endpointPath('held', 'h-1')}:drain?wait_seconds=${wait}`);
    const waiting = drain(1);
    const { revision } = await stream.next<{ revision: number }>('delta');
    expect((await renew(talking, revision)).status).toBe(200);
    const { body } = await waiting;
    expect(body).toMatchObject({ released: false, unsessioned_watchers: 1 });
    expect(body.holding).toEqual([{ session: silent.id, name: 'silent', applied: 0 }]);

    const again = drain(10);
    await renew(silent, revision);
    const { body: released } = await again;
    expect(released).toMatchObject({ revision: body.revision, released: true, holding: [] });
    expect(released.waited_ms).toBeLessThan(5_000);
    expect((await miko.call<Listed>('GET', '/v1/projects/default/endpoints?service=held')).body.services['held']).toMatchObject({ state: 'empty', cause: 'draining' });
  });

  it('hold up an owner that takes its endpoint back, no longer than it wants to wait', async () => {
    const owner = await openSession(miko, 'leaving');
    await put('left', 'l-1', registration(owner.id));
    await put('left', 'l-2', registration(owner.id));
    const caller = await openSession(miko, 'caller');
    const stream = await watch(`?service=left&session=${caller.id}`);

    let answered = false;
    const leaving = miko.call('DELETE', `${endpointPath('left', 'l-1')}?session=${owner.id}&wait_seconds=60`).finally(() => { answered = true; });
    const { revision } = await stream.next<{ revision: number }>('delta');
    expect((await listed('left')).endpoints.map(({ instance }) => instance)).toEqual(['l-2']);
    expect(answered).toBe(false);
    await renew(caller, revision);
    expect((await leaving).status).toBe(204);

    const started = performance.now();
    expect((await miko.call('DELETE', `${endpointPath('left', 'l-2')}?session=${owner.id}&wait_seconds=1`)).status).toBe(204);
    expect(performance.now() - started).toBeGreaterThanOrEqual(999);
    expect(await listed('left')).toMatchObject({ state: 'empty', cause: 'deregistered' });
  });

  it('are asked once for many drains of one endpoint at the same moment: all of them say the same', async () => {
    const owner = await openSession(miko, 'many-drains');
    await put('drains', 'd-1', registration(owner.id));
    const drains = await Promise.all(Array.from({ length: 6 }, () => miko.call<Drained>('POST', `${endpointPath('drains', 'd-1')}:drain`)));
    expect(drains.map(d => d.status)).toEqual(drains.map(() => 200));
    expect(new Set(drains.map(d => d.body.revision)).size).toBe(1);
    expect((await listed('drains')).endpoints).toMatchObject([{ state: 'draining', revision: drains[0]!.body.revision }]);
  });

  it('that watch by several streams hold up the drain of what any of them shows', async () => {
    const owner = await openSession(miko, 'two-streams-owner');
    await put('first', 'f-1', registration(owner.id));
    const watcher = await openSession(miko, 'two-streams');
    await watch(`?service=first&session=${watcher.id}`);
    await watch(`?service=second&session=${watcher.id}`);
    const { body } = await miko.call<Drained>('POST', `${endpointPath('first', 'f-1')}:drain`);
    expect(body).toMatchObject({ released: false, holding: [{ session: watcher.id }] });
  });

  it('that lapse all at once are held, shown as unknown, and let go when an operator accepts or they come back', async () => {
    const sessions = await Promise.all(Array.from({ length: 8 }, (_, i) => openSession(miko, `mass-${i}`, 600)));
    await Promise.all(sessions.map((session, i) => put('mass', `m-${i}`, registration(session.id))));
    await lapse('mass-');
    await eventually(async () => ((await listed('mass')).endpoints.every(e => e.held === true && e.health === 'unknown') ? true : undefined), 10_000, 'the hold', 50);
    expect((await listed('mass')).endpoints).toHaveLength(8);
    expect((await miko.call<Listed>('GET', '/v1/projects/default/endpoints?service=mass')).body.services['mass']!.endpoints).toHaveLength(8);

    expect((await renew(sessions[0]!)).status).toBe(200);
    const back = (await listed('mass')).endpoints.find(e => e.instance === 'm-0')!;
    expect(back).toMatchObject({ health: 'passing' });
    expect(back.held).toBeUndefined();

    const renewing = setInterval(() => void renew(sessions[0]!), 300);
    try {
      const { body } = await miko.call<{ accepted: number }>('POST', '/v1/projects/default/services/mass:accept_expiry', {});
      expect(body).toEqual({ accepted: 7 });
      expect((await listed('mass')).endpoints.map(e => e.instance)).toEqual(['m-0']);
    } finally {
      clearInterval(renewing);
    }
  });

  it('that lapse one by one are not held', async () => {
    const live = await openSession(miko, 'few-live', 3600);
    for (let i = 0; i < 6; i++) await put('few', `live-${i}`, registration(live.id));
    const short = await openSession(miko, 'few-short', 2);
    await put('few', 'short', registration(short.id));
    await eventually(async () => ((await listed('few')).endpoints.length === 6 ? true : undefined), 6_000, 'the lapse', 50);
  });

  it('with a ttl check turn critical when no report comes in time', async () => {
    const session = await openSession(miko, 'ttl');
    await put('ttl', 't-1', registration(session.id, { check: { type: 'ttl', ttl_ms: 1_000 } }));
    const report = await miko.call<ShownEndpoint>('PUT', `${endpointPath('ttl', 't-1')}/health`, { session: session.id, health: 'warning', note: 'slow' });
    expect(report.body).toMatchObject({ health: 'warning' });
    await eventually(async () => ((await listed('ttl')).endpoints[0]!.health === 'critical' ? true : undefined), 5_000, 'the silence to be noticed', 50);
  });
});
