import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { eventually } from '../eventually.ts';
import type { MikoProcess } from '../miko-process.ts';
import { endpointPath, openSession, registration } from '../registration.ts';
import { StreamReader } from '../stream-reader.ts';
import { testMiko } from './fault.test.support.ts';

const SESSIONS = 500;
const SERVICES = 10;
/** Of each service so few that they count as deaths of their own, not as a mass expiry. */
const SILENT = 20;
const TTL_SECONDS = 4;
const SILENT_TTL_SECONDS = 2;
/** By then a lapsed session is out of the list, counted from its TTL. */
const LATEST_MS = 3_000;

interface Delta {
  readonly services: Readonly<Record<string, { readonly gone: readonly { readonly instance: string; readonly cause: string }[] }>>;
}

/** Renews sessions, those that are added later too, again and again until stopped; each renewal must be taken. */
function renewing(miko: MikoProcess, ids: readonly string[]): () => Promise<void> {
  const stop = new AbortController();
  let failure: unknown = null;
  const running = (async () => {
    for (; !stop.signal.aborted; await sleep(400)) {
      const body = ids.map(session => JSON.stringify({ project: 'default', session, applied: null })).join('\n');
      const { status, body: lines } = await miko.call<string>('POST', '/v1/sessions:renew', body, { 'content-type': 'application/x-ndjson' });
      expect(status).toBe(200);
      expect(lines.split('\n').filter(line => line !== '' && !line.includes('"status":200'))).toEqual([]);
    }
  })().catch((error: unknown) => { failure = error; });
  return async () => {
    stop.abort();
    await running;
    expect(failure).toBeNull();
  };
}

test(`a restart with ${SESSIONS} live sessions, longer than their TTL, ends none that comes back within a TTL, and those in time that do not`, async () => {
  const miko = await testMiko(onTestFinished);
  const all: { id: string; instance: string }[] = [];
  const ids: string[] = [];
  let stopRenewing = renewing(miko, ids);
  for (let i = 0; i < SERVICES; i++) {
    expect((await miko.call('POST', '/v1/projects/default/services', { name: `svc-${i}`, spec: { description: '', labels: {} } })).status).toBe(201);
  }
  for (let first = 0; first < SESSIONS; first += 50) {
    await Promise.all(Array.from({ length: 50 }, async (_, k) => {
      const i = first + k;
      const { id } = await openSession(miko, `owner-${i}`, i < SILENT ? SILENT_TTL_SECONDS : TTL_SECONDS);
      const { status, body } = await miko.call('PUT', endpointPath(`svc-${i % SERVICES}`, `i-${i}`), registration(id));
      expect(status, JSON.stringify(body)).toBe(201);
      all.push({ id, instance: `i-${i}` });
      ids.push(id);
    }));
  }
  await stopRenewing();
  const silent = new Set(Array.from({ length: SILENT }, (_, i) => `i-${i}`));
  const back = all.filter(({ instance }) => !silent.has(instance)).map(({ id }) => id);

  await miko.kill();
  // Longer than every TTL there is: by the clock alone all of them are overdue.
  await sleep(TTL_SECONDS * 1_000 + 700);
  await miko.start();
  const ready = performance.now();
  const stream = await StreamReader.open(`${miko.url}/v1/projects/default/endpoints:watch`, miko.token);
  await stream.next('snapshot', (data: { services: Record<string, { endpoints: unknown[] }> }) =>
    Object.values(data.services).reduce((sum, { endpoints }) => sum + endpoints.length, 0) === SESSIONS);

  const gone = new Map<string, { cause: string; afterMs: number }>();
  let read = 0;
  const look = () => {
    for (; read < stream.frames.length; read++) {
      const { event, data } = stream.frames[read]!;
      if (event !== 'delta') continue;
      for (const service of Object.values((data as Delta).services)) {
        for (const { instance, cause } of service.gone) gone.set(instance, { cause, afterMs: performance.now() - ready });
      }
    }
    return gone.size;
  };
  // They come back late, but within their TTL.
  await eventually(() => {
    look();
    return performance.now() - ready > TTL_SECONDS * 600 || undefined;
  }, 10_000, 'most of the grace to pass');
  stopRenewing = renewing(miko, back);
  await eventually(() => look() >= SILENT || undefined, 10_000, 'the end of the silent ones');
  // Until those that came back would be out, had their return not been taken.
  await eventually(() => {
    look();
    return performance.now() - ready > 2 * TTL_SECONDS * 1_000 + 1_500 || undefined;
  }, 20_000, 'two TTLs');
  await stopRenewing();
  stream.close();

  expect([...gone.keys()].filter(instance => !silent.has(instance))).toEqual([]);
  // Nor was any of them taken for a part of a mass expiry.
  expect(stream.frames.filter(({ data }) => JSON.stringify(data).includes('"held":true'))).toEqual([]);
  const times = [...gone.values()].map(({ afterMs }) => afterMs);
  expect(new Set([...gone.values()].map(({ cause }) => cause))).toEqual(new Set(['expired']));
  expect(Math.min(...times)).toBeGreaterThanOrEqual(SILENT_TTL_SECONDS * 1_000);
  expect(Math.max(...times)).toBeLessThan(SILENT_TTL_SECONDS * 1_000 + LATEST_MS);
  console.log(`${SESSIONS} sessions, ${back.length} came back: 0 false expiries; ${gone.size} silent ones went ${Math.round(Math.min(...times))} to ${Math.round(Math.max(...times))} ms after readyz`);
}, 90_000);
