import { beforeAll, afterAll, describe, expect, test } from 'vitest';
import { MikoProcess } from '../miko-process.ts';
import { endpointPath, openSession, registration } from '../registration.ts';
import { attempt, tables } from './fault.test.support.ts';

/** One Miko for all of it: each test starts it again with a point to die at, lets it die there, and starts it without. */
let miko: MikoProcess;
let session: string;

interface Shown {
  readonly id: string;
  readonly revision: number;
  readonly state: string;
}

beforeAll(async () => {
  miko = await MikoProcess.start();
  session = (await openSession(miko, 'owner', 600)).id;
  await miko.call('PUT', endpointPath('web', 'first'), registration(session));
});
afterAll(() => miko.dispose());

/** Runs a call in whose middle Miko dies; Miko runs again afterwards. */
async function dyingAt(point: string, method: string, path: string, body?: unknown): Promise<void> {
  await miko.kill();
  await miko.start({ MIKO_FAILPOINT: `${point}:1` });
  expect(await attempt(miko, method, path, body)).toBeNull();
  await miko.exited();
  await miko.start();
}

const register = (instance: string) => miko.call<Shown>('PUT', endpointPath('web', instance), registration(session, { weight: 7 }));
const listed = async (instance: string) => {
  const { body } = await miko.call<{ services: { web: { endpoints: (Shown & { instance: string })[] } } }>('GET', '/v1/projects/default/endpoints?service=web&health=any');
  return body.services.web.endpoints.find(endpoint => endpoint.instance === instance);
};
const changes = (name: string) => tables<{ revision: number; operation: string; subject: string }>(miko, 'select revision, operation, subject from change where name = $1 order by revision', [name]);

describe('Miko dies by kill -9', () => {
  test('before COMMIT of a registration: nothing of it is there, and the repeated call works once', async () => {
    await dyingAt('records.before_commit', 'PUT', endpointPath('web', 'a'), registration(session, { weight: 7 }));
    expect(await listed('a')).toBeUndefined();
    expect(await changes('a')).toEqual([]);
    const { status, body } = await register('a');
    expect(status).toBe(201);
    expect(await listed('a')).toEqual(body);
    expect(await changes('a')).toEqual([{ revision: body.revision, operation: 'set', subject: body.id }]);
  });

  test('after COMMIT of a registration, before the answer: it is there, and the repeated call tells of that one', async () => {
    await dyingAt('records.after_commit', 'PUT', endpointPath('web', 'b'), registration(session, { weight: 7 }));
    const found = (await listed('b'))!;
    for (let i = 0; i < 2; i++) {
      const { status, body, headers } = await register('b');
      expect({ status, body }).toEqual({ status: 200, body: found });
      expect(headers.get('miko-revision')).toBe(String(found.revision));
    }
    expect(await changes('b')).toEqual([{ revision: found.revision, operation: 'set', subject: found.id }]);
  });

  test('after COMMIT of a departure: it is done, and the repeated call finds nothing to do', async () => {
    const { id } = await openSession(miko, 'leaver', 600);
    await miko.call('PUT', endpointPath('web', 'c'), registration(id));
    await dyingAt('records.after_commit', 'DELETE', `/v1/projects/default/sessions/${id}`);
    expect(await listed('c')).toBeUndefined();
    expect((await miko.call<{ code: string }>('DELETE', `/v1/projects/default/sessions/${id}`)).body).toMatchObject({ code: 'session_not_found' });
    expect((await changes('c')).map(({ operation }) => operation)).toEqual(['set', 'gone']);
  });

  test('before COMMIT of an object: nothing of it is there, and the repeated call works once', async () => {
    const drain = `${endpointPath('web', 'a')}:drain`;
    await dyingAt('objects.before_commit', 'POST', drain, {});
    expect(await listed('a')).toMatchObject({ state: 'active' });
    const { status, body } = await miko.call<{ revision: number }>('POST', drain, {});
    expect(status).toBe(200);
    expect(await listed('a')).toMatchObject({ state: 'draining', revision: body.revision });
    expect(await tables(miko, `select revision from change where kind = 'endpoint_override'`)).toEqual([{ revision: body.revision }]);
  });

  test('after COMMIT of an object, before the answer: it is there, and the repeated call tells of that one', async () => {
    const drain = `${endpointPath('web', 'b')}:drain`;
    await dyingAt('objects.after_commit', 'POST', drain, {});
    const { revision } = (await listed('b'))!;
    expect(await listed('b')).toMatchObject({ state: 'draining' });
    for (let i = 0; i < 2; i++) expect((await miko.call<{ revision: number }>('POST', drain, {})).body.revision).toBe(revision);
    expect(await tables(miko, `select revision from change where kind = 'endpoint_override' and after->'spec'->>'instance' = 'b'`)).toEqual([{ revision }]);
  });

  test('after COMMIT of a service that a registration makes: the repeated call registers in that one', async () => {
    const path = endpointPath('mail', 'mail-1');
    await dyingAt('objects.after_commit', 'PUT', path, registration(session));
    expect((await miko.call<{ services: object }>('GET', '/v1/projects/default/endpoints?service=mail')).body.services)
      .toMatchObject({ mail: { state: 'empty', cause: 'never_registered' } });
    expect((await miko.call('PUT', path, registration(session))).status).toBe(201);
    expect((await changes('mail')).map(({ operation }) => operation)).toEqual(['create']);
  });

  test('after COMMIT of a creation: the repeated call says that it exists, once', async () => {
    const create = () => miko.call<{ code: string }>('POST', '/v1/zones', { name: 'zone-x', spec: { description: '', region: null } });
    await dyingAt('objects.after_commit', 'POST', '/v1/zones', { name: 'zone-x', spec: { description: '', region: null } });
    expect((await create()).body).toMatchObject({ code: 'already_exists' });
    expect((await miko.call<{ revision: number }>('GET', '/v1/zones/zone-x')).body.revision).toBe((await changes('zone-x'))[0]!.revision);
    expect(await changes('zone-x')).toHaveLength(1);
  });
});
