import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { eventually } from '../eventually.ts';
import type { MikoProcess } from '../miko-process.ts';
import { endpointPath, openSession, registration } from '../registration.ts';
import { StreamReader } from '../stream-reader.ts';
import { outsideDatabase, testMiko, type Cleanup } from './fault.test.support.ts';

/** Two Mikos on one database, known by one token; A was first and leads. */
let a: MikoProcess;
let b: MikoProcess;

beforeAll(async () => {
  const ends: Parameters<Cleanup>[0][] = [];
  const cleanup: Cleanup = fn => ends.unshift(fn);
  const env = { MIKO_DATABASE_URL: (await outsideDatabase(cleanup)).url };
  a = await testMiko(cleanup, { env });
  const dataDir = mkdtempSync(join(tmpdir(), 'miko-test-'));
  cleanup(() => rmSync(dataDir, { recursive: true, force: true }));
  copyFileSync(join(a.dataDir, 'admin-token'), join(dataDir, 'admin-token'));
  b = await testMiko(cleanup, { env, dataDir });
  return async () => {
    for (const end of ends) await end();
  };
});

interface Endpoint {
  readonly id: string;
  readonly instance: string;
  readonly revision: number;
}
interface Delta {
  readonly revision: number;
  readonly services: Readonly<Record<string, { readonly set: readonly Endpoint[]; readonly gone: readonly { readonly instance: string; readonly cause: string }[] }>>;
}

const list = (miko: MikoProcess, service: string, atLeast?: number) =>
  miko.call<{ revision: number; services: Readonly<Record<string, { state: string; endpoints: Endpoint[] }>> }>(
    'GET', `/v1/projects/default/endpoints?service=${service}${atLeast === undefined ? '' : `&at_least=${atLeast}`}`,
  );
const watch = async (cleanup: Cleanup, miko: MikoProcess, query: string): Promise<StreamReader> => {
  const stream = await StreamReader.open(`${miko.url}/v1/projects/default/endpoints:watch?${query}`, miko.token);
  cleanup(() => stream.close());
  await stream.next('snapshot');
  return stream;
};
const renew = (miko: MikoProcess, id: string, applied: number | null = null) =>
  miko.call<{ code?: string }>('PUT', `/v1/projects/default/sessions/${id}`, { applied });
/** Until stopped, so that the session lives on while something else is waited for. */
function keeping(miko: MikoProcess, id: string): () => Promise<void> {
  const stop = new AbortController();
  const running = (async () => {
    for (; !stop.signal.aborted; await sleep(300)) await renew(miko, id).catch(() => {});
  })();
  return async () => {
    stop.abort();
    await running;
  };
}

describe('of two Mikos on one database', () => {
  test('each lists and streams what the other one registered, soon, and one of them drains what a session watches at the other', async () => {
    const session = await openSession(a, 'owner');
    const watcher = await openSession(b, 'watcher');
    const stream = await watch(onTestFinished, b, `service=web&session=${watcher.id}`);
    const { status, body: made } = await a.call<Endpoint>('PUT', endpointPath('web', 'web-1'), registration(session.id));
    expect(status).toBe(201);
    const delta = await stream.next<Delta>('delta', ({ services }) => services['web']!.set.some(({ instance }) => instance === 'web-1'));
    expect(delta.services['web']!.set).toEqual([made]);
    // Who asks for at least that revision never gets an older list, however far the other one is.
    for (let i = 2; i <= 20; i++) {
      const { body } = await a.call<Endpoint>('PUT', endpointPath('web', `web-${i}`), registration(session.id));
      const seen = await list(b, 'web', body.revision);
      expect(seen.body.services['web']!.endpoints.map(({ instance }) => instance)).toContain(`web-${i}`);
    }

    const drain = (query = '') => a.call<{ revision: number; released: boolean; holding: { session: string; name: string }[] }>('POST', `${endpointPath('web', 'web-1')}:drain${query}`, {});
    const first = (await drain()).body;
    expect(first).toMatchObject({ released: false, holding: [{ session: watcher.id, name: 'watcher' }] });
    await stream.next<Delta>('delta', ({ revision }) => revision >= first.revision);
    const waiting = drain('?wait_seconds=10');
    expect((await renew(b, watcher.id, first.revision)).status).toBe(200);
    expect((await waiting).body).toMatchObject({ revision: first.revision, released: true, holding: [] });
  });

  test('a service is made by whoever registers in it first, and all the others find it', async () => {
    for (let i = 0; i < 25; i++) {
      const replies = await Promise.all([a, b, a, b].map((miko, k) => miko.call('PUT', endpointPath(`svc-${i}`, `i-${k}`), registration(null))));
      expect(replies.map(({ status, body }) => [status, status === 201 ? null : body])).toEqual([[201, null], [201, null], [201, null], [201, null]]);
    }
  });

  test('one instance has one owner, whoever asks where at the same moment', async () => {
    const [one, other] = [await openSession(a, 'one'), await openSession(b, 'other')];
    const first = await a.call<Endpoint>('PUT', endpointPath('one', 'first'), registration(one.id));
    expect(first.status).toBe(201);
    expect((await list(b, 'one', first.body.revision)).body.services['one']!.state).toBe('known');
    for (let i = 0; i < 20; i++) {
      const path = endpointPath('one', `one-${i}`);
      const replies = await Promise.all([a.call<{ code?: string }>('PUT', path, registration(one.id)), b.call<{ code?: string }>('PUT', path, registration(other.id))]);
      expect(replies.map(({ status }) => status).toSorted((x, y) => x - y)).toEqual([201, 409]);
      expect(replies.find(({ status }) => status === 409)!.body).toMatchObject({ code: 'owned_by_other' });
    }
  });

  test('a session that was opened at one fences the older one of its owner at the other, by the truth and not by the view', async () => {
    for (let i = 0; i < 10; i++) {
      const path = endpointPath('fence', `fence-${i}`);
      const older = await openSession(a, `owner-${i}`);
      const { body: before } = await a.call<Endpoint>('PUT', path, registration(older.id));
      const newer = await openSession(b, `owner-${i}`);
      expect(newer.generation).toBeGreaterThan(older.generation);
      const late = await a.call<{ code: string }>('PUT', path, registration(older.id, { port: 9 }));
      expect([late.status, late.body.code]).toEqual([409, 'fenced']);
      expect((await a.call<{ code: string }>('DELETE', `${path}?session=${older.id}`)).body.code).toBe('fenced');
      const taken = await b.call<Endpoint>('PUT', path, registration(newer.id));
      expect(taken.status).toBe(200);
      expect(taken.body.id).not.toBe(before.id);
      await eventually(async () => (await renew(a, older.id)).body.code === 'fenced' || undefined, 2_000, 'the older one to be told');
      expect((await a.call<{ code: string }>('DELETE', `/v1/projects/default/sessions/${older.id}`)).body.code).toBe('fenced');
      expect((await list(b, 'fence')).body.services['fence']!.endpoints.map(({ id }) => id)).toContain(taken.body.id);
    }
  });

  test('the other one leads on when the leader is killed: it gives grace, and then ends what does not come back', async () => {
    const [silent, living] = [await openSession(a, 'silent', 2), await openSession(a, 'living', 2)];
    const stop = keeping(b, living.id);
    await a.call('PUT', endpointPath('lead', 'silent'), registration(silent.id));
    const { body: made } = await a.call<Endpoint>('PUT', endpointPath('lead', 'living'), registration(living.id));
    const stream = await watch(onTestFinished, b, 'service=lead');
    expect((await list(b, 'lead', made.revision)).body.services['lead']!.endpoints).toHaveLength(2);
    await a.kill();
    const killed = performance.now();
    const delta = await stream.next<Delta>('delta', ({ services }) => services['lead']!.gone.length > 0);
    const after = performance.now() - killed;
    expect(delta.services['lead']!.gone).toMatchObject([{ instance: 'silent', cause: 'expired' }]);
    // One TTL of grace from the takeover, which comes with the end of the killed one's connection.
    expect(after).toBeGreaterThan(2_000);
    expect(after).toBeLessThan(2_000 + 3_000);
    expect((await list(b, 'lead')).body.services['lead']!.endpoints.map(({ instance }) => instance)).toEqual(['living']);
    // The one that was killed comes back as one of two.
    await a.start();
    expect((await list(a, 'lead')).body.services['lead']!.endpoints.map(({ instance }) => instance)).toEqual(['living']);
    await stop();
  });
});
