import { readdirSync, readFileSync } from 'node:fs';
import type { ShownEndpoint } from '@miko/model';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { endpointPath, eventually, MikoProcess, openSession, registration } from '../index.ts';

const SESSIONS = 60;
const TTL_SECONDS = 2;
const FROZEN_MS = 5_500;

let miko: MikoProcess;
beforeAll(async () => { miko = await MikoProcess.start(); });
afterAll(() => miko?.dispose());

it('expires nobody when the database stands still for longer than a TTL, as a paused machine does, while all renew', async () => {
  const sessions = await Promise.all(Array.from({ length: SESSIONS }, (_, i) => openSession(miko, `still-${i}`, TTL_SECONDS)));
  // One endpoint a service: no group looks like a mass expiry, so nothing but the judgement itself protects them.
  await Promise.all(sessions.map((session, i) => miko.call('PUT', endpointPath(`still-${i}`, 'one'), registration(session.id))));
  const renewing = setInterval(() => {
    const lines = sessions.map(session => JSON.stringify({ project: 'default', session: session.id, applied: null })).join('\n');
    miko.call('POST', '/v1/sessions:renew', lines, { 'content-type': 'application/x-ndjson' }).catch(() => {});
  }, 300);
  const everything = [miko.postgresPid, ...backendsOf(miko.postgresPid)];
  try {
    for (const pid of everything) process.kill(pid, 'SIGSTOP');
    const frozen = Date.now();
    await eventually(() => (Date.now() - frozen > FROZEN_MS ? true : undefined), FROZEN_MS * 2, 'the standstill', 50);
    for (const pid of everything) process.kill(pid, 'SIGCONT');

    // A registration goes through again, and a whole TTL passes in which the old judgement would have fallen.
    const again = await openSession(miko, 'after', 60);
    await eventually(async () => ((await miko.call('PUT', endpointPath('after', 'one'), registration(again.id))).status === 201 ? true : undefined), 15_000, 'a write', 50);
    const thawed = Date.now();
    await eventually(() => (Date.now() - thawed > (TTL_SECONDS + 1) * 1_000 ? true : undefined), 10_000, 'a TTL', 50);
    const { body } = await miko.call<{ services: Record<string, { endpoints: ShownEndpoint[] }> }>('GET', '/v1/projects/default/endpoints?health=any');
    expect(Object.values(body.services).flatMap(service => service.endpoints)).toHaveLength(SESSIONS + 1);
  } finally {
    clearInterval(renewing);
  }
}, 60_000);

function backendsOf(postmaster: number): number[] {
  return readdirSync('/proc').filter(name => /^\d+$/.test(name)).map(Number).filter(pid => {
    try {
      return Number(/\) \S (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1]) === postmaster;
    } catch {
      return false;
    }
  });
}
