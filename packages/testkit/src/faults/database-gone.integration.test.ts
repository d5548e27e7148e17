import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { newId } from '@miko/model';
import { describe, test, type ExpectStatic } from 'vitest';
import { eventually } from '../eventually.ts';
import type { MikoProcess } from '../miko-process.ts';
import { endpointPath, openSession, registration } from '../registration.ts';
import { StreamReader } from '../stream-reader.ts';
import { freeze, killPostgres, outsideDatabase, testMiko } from './fault.test.support.ts';

const TTL_SECONDS = 2;
const LIST = '/v1/projects/default/endpoints?service=web';

interface World {
  readonly miko: MikoProcess;
  readonly session: string;
  readonly stream: StreamReader;
  /** Lets the session lapse from here on; rejects when a renewal was not taken. */
  readonly stopRenewing: () => Promise<void>;
}

/** A Miko with one endpoint whose session lives only by being renewed, and one watcher. */
async function world(miko: MikoProcess, expect: ExpectStatic): Promise<World> {
  const { id } = await openSession(miko, 'owner', TTL_SECONDS);
  expect((await miko.call('PUT', endpointPath('web', 'web-1'), registration(id))).status).toBe(201);
  const stream = await StreamReader.open(`${miko.url}/v1/projects/default/endpoints:watch?service=web`, miko.token);
  const stop = new AbortController();
  const refused: unknown[] = [];
  const renewing = (async () => {
    for (; !stop.signal.aborted; await sleep(300)) {
      const { status, body } = await miko.call('PUT', `/v1/projects/default/sessions/${id}`, { applied: null });
      if (status !== 200) refused.push({ status, body });
    }
  })().catch((error: unknown) => refused.push(error));
  return {
    miko, session: id, stream,
    stopRenewing: async () => {
      stop.abort();
      await renewing;
      expect(refused).toEqual([]);
    },
  };
}

interface Problem {
  readonly code: string;
  readonly detail: string;
}

/** What holds while the database is gone, whatever became of it. */
async function holdsWhileGone({ miko, session, stream }: World, mostMs: number, expect: ExpectStatic): Promise<void> {
  const reasons = await eventually(async () => {
    const { status, body } = await miko.call<{ reasons: string[] }>('GET', '/readyz');
    return status === 503 ? body.reasons : undefined;
  }, 8_000, 'readyz to say so');
  expect(reasons.join()).toContain('the database cannot be reached');
  const writes: [string, string, unknown][] = [
    ['PUT', endpointPath('web', 'web-2'), registration(session)],
    ['DELETE', endpointPath('web', 'web-1'), undefined],
    ['POST', `${endpointPath('web', 'web-1')}:drain`, {}],
    ['POST', '/v1/projects/default/sessions', { name: 'x', owner: 'x', ttl_seconds: 60 }],
    ['POST', '/v1/zones', { name: 'zone-x', spec: { description: '', region: null } }],
    // It may have been opened at another Miko a moment ago: nobody can say that it was not.
    ['PUT', `/v1/projects/default/sessions/${newId('ses')}`, { applied: null }],
  ];
  await Promise.all(writes.map(async ([method, path, body]) => {
    const began = performance.now();
    const reply = await miko.call<Problem>(method, path, body);
    expect(reply.status, `${method} ${path}: ${JSON.stringify(reply.body)}`).toBe(503);
    expect(reply.body.code).toBe('not_ready');
    expect(reply.headers.get('retry-after')).toMatch(/^\d+$/);
    expect(performance.now() - began).toBeLessThan(mostMs);
  }));
  const list = await miko.call<{ services: { web: { endpoints: unknown[] } } }>('GET', LIST);
  expect(list.status).toBe(200);
  expect(list.body.services.web.endpoints).toHaveLength(1);
  const other = await StreamReader.open(`${miko.url}/v1/projects/default/endpoints:watch?service=web`, miko.token);
  await other.next('snapshot');
  other.close();
  expect(stream.ended).toBe(false);
  expect((await miko.call('GET', '/livez')).status).toBe(200);
}

/** What holds when it is back, with nobody's hand. */
async function holdsAfterwards({ miko, session, stream, stopRenewing }: World, expect: ExpectStatic): Promise<void> {
  await eventually(async () => (await miko.ready()) || undefined, 20_000, 'Miko to be ready again');
  const back = await eventually(async () => {
    const reply = await miko.call<{ revision: number }>('PUT', endpointPath('web', 'web-2'), registration(session));
    expect([200, 201, 503]).toContain(reply.status);
    return reply.status === 503 ? undefined : reply;
  }, 10_000, 'writes to be taken again', 50);
  await stream.next('delta', (data: { revision: number }) => data.revision >= back.body.revision);
  // Long enough for whoever had lost its renewals to be out: grace, TTL, and the pass of the judge.
  const from = performance.now();
  await eventually(() => performance.now() - from > TTL_SECONDS * 2_000 + 1_500 || undefined, 10_000, 'two TTLs');
  const deltas = stream.frames.filter(frame => frame.event === 'delta').map(frame => JSON.stringify(frame.data));
  expect(deltas.filter(delta => /"gone":\[\{/.test(delta))).toEqual([]);
  const list = await miko.call<{ services: { web: { endpoints: unknown[] } } }>('GET', LIST);
  expect(list.body.services.web.endpoints).toHaveLength(2);
  expect(stream.ended).toBe(false);
  await stopRenewing();
  stream.close();
}

describe.concurrent('while the database is gone reads and streams go on, writes say not_ready, and it comes back by itself:', () => {
  test('the embedded one, killed and kept from starting', async ({ expect, onTestFinished }) => {
    const w = await world(await testMiko(onTestFinished), expect);
    const version = join(w.miko.dataDir, 'postgres/data/PG_VERSION');
    renameSync(version, `${version}.away`);
    expect(killPostgres(w.miko)).toBe(true);
    try {
      await holdsWhileGone(w, 8_000, expect);
      // Longer than a TTL: only the renewals that Miko keeps for it save the session.
      const from = performance.now();
      await eventually(() => performance.now() - from > TTL_SECONDS * 1_000 + 1_000 || undefined, 10_000, 'a TTL');
      await holdsWhileGone(w, 8_000, expect);
    } finally {
      renameSync(`${version}.away`, version);
    }
    await holdsAfterwards(w, expect);
  });

  test('the embedded one, killed again and again', async ({ expect, onTestFinished }) => {
    const w = await world(await testMiko(onTestFinished), expect);
    for (let i = 0; i < 4; i++) {
      const { pid } = w.miko;
      // A backend may outlive its killed postmaster for a moment and still take the write: then the next one is not there yet.
      await eventually(() => killPostgres(w.miko) || undefined, 20_000, 'a PostgreSQL to kill');
      await eventually(async () => {
        const reply = await w.miko.call('PUT', endpointPath('web', 'web-1'), registration(w.session, { weight: i }));
        expect([200, 503]).toContain(reply.status);
        expect((await w.miko.call('GET', LIST)).status).toBe(200);
        return reply.status === 200 || undefined;
      }, 20_000, 'a write to be taken');
      expect(w.miko.pid).toBe(pid);
    }
    await holdsAfterwards(w, expect);
  });

  test('an outside one that falls silent', async ({ expect, onTestFinished }) => {
    const database = await outsideDatabase(onTestFinished);
    const w = await world(await testMiko(onTestFinished, { env: { MIKO_DATABASE_URL: database.url } }), expect);
    const thaw = freeze(onTestFinished, database.server.pid);
    await holdsWhileGone(w, 14_000, expect);
    thaw();
    await holdsAfterwards(w, expect);
  });
});
