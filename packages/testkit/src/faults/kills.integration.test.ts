import type { ShownEndpoint } from '@miko/model';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { endpointPath, eventually, MikoProcess, openSession, registration } from '../index.ts';
import { randomOf, seedOf } from './seeded.ts';

interface Written {
  readonly weight: number;
  readonly revision: number;
  readonly id: string;
}

const ROUNDS = Number(process.env['MIKO_CHAOS_ROUNDS'] ?? 20);
const WRITERS = 8;
const seed = seedOf(process.env['MIKO_CHAOS_SEED']);

let miko: MikoProcess;
beforeAll(async () => { miko = await MikoProcess.start(); });
afterAll(() => miko?.dispose());

/**
 * Writers register instances of their own with a rising weight. An acknowledged weight may only be followed by the one
 * that was in flight when the kill came: that one may have happened or not.
 */
it(`loses no acknowledged registration in ${ROUNDS} kills of Miko, of its database, of both (seed ${seed})`, async () => {
  const random = randomOf(seed);
  const session = await openSession(miko, 'writers', 3600);
  const acknowledged = new Map<string, Written>();
  const attempted = new Map<string, number>();
  let acknowledgements = 0;

  for (let round = 0; round < ROUNDS; round++) {
    let killed = false;
    const before = acknowledgements;
    const write = async (writer: number): Promise<void> => {
      for (let n = 0; !killed; n++) {
        const instance = `w${writer}-${n % 5}`;
        const weight = ((attempted.get(instance) ?? 0) + 1) % 1000;
        attempted.set(instance, weight);
        try {
          const { status, headers, body } = await miko.call<ShownEndpoint>('PUT', endpointPath('kills', instance), registration(session.id, { weight }));
          if (status === 503) continue;
          expect([200, 201]).toContain(status);
          acknowledged.set(instance, { weight, revision: Number(headers.get('miko-revision')), id: body.id });
          acknowledgements++;
        } catch (error) {
          if ((error as Error).name === 'AssertionError') throw error;
        }
      }
    };
    const writers = Array.from({ length: WRITERS }, (_, writer) => write(writer));
    const enough = before + 10 + Math.floor(random() * 60);
    await eventually(() => (acknowledgements >= enough ? true : undefined), 20_000, 'acknowledgements before the kill', 1);

    const what = round % 3;
    if (what !== 0) process.kill(miko.postgresPid, 'SIGKILL');
    if (what !== 1) await miko.kill();
    if (what === 1) await eventually(async () => ((await miko.ready()) ? undefined : true), 5_000, 'Miko to notice', 5).catch(() => {});
    killed = true;
    await Promise.all(writers);
    if (what === 1) await eventually(async () => ((await miko.ready()) ? true : undefined), 20_000, 'Miko to be ready again');
    else await miko.start();

    await eventually(async () => await agreesWithTruth(acknowledged, attempted), 5_000, 'the list');
  }
  expect(acknowledgements).toBeGreaterThan(ROUNDS * 10);

  const [instance, last] = [...acknowledged][0]!;
  const listed = (await list()).find(e => e.instance === instance)!;
  const again = await miko.call<ShownEndpoint>('PUT', endpointPath('kills', instance), registration(session.id, { weight: listed.weight }));
  expect(again).toMatchObject({ status: 200, body: { id: last.id, revision: listed.revision } });
}, 170_000);

async function list(): Promise<ShownEndpoint[]> {
  const { body } = await miko.call<{ services: Record<string, { endpoints: ShownEndpoint[] }> }>('GET', '/v1/projects/default/endpoints?service=kills');
  return body.services['kills']?.endpoints ?? [];
}

/** True, or fails the test: an acknowledged write that is gone never comes back. */
async function agreesWithTruth(acknowledged: ReadonlyMap<string, Written>, attempted: ReadonlyMap<string, number>): Promise<true> {
  const endpoints = new Map((await list()).map(endpoint => [endpoint.instance, endpoint]));
  for (const [instance, { weight, revision, id }] of acknowledged) {
    const found = endpoints.get(instance);
    expect(found, `${instance} was acknowledged and is gone`).toBeDefined();
    expect(found!.id).toBe(id);
    expect(found!.revision).toBeGreaterThanOrEqual(revision);
    expect([weight, attempted.get(instance)], `${instance} fell behind what was acknowledged`).toContain(found!.weight);
  }
  return true;
}
