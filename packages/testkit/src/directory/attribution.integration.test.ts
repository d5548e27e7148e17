import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tables } from '../faults/fault.test.support.ts';
import { endpointPath, eventually, MikoProcess, openSession, registration } from '../index.ts';

interface Row {
  readonly kind: string;
  readonly operation: string;
  readonly name: string | null;
  readonly actor: string | null;
  readonly credential: string | null;
  readonly request_id: string | null;
  readonly remote: string | null;
  readonly user_agent: string | null;
}

describe('what is done to a session of somebody else is put down to whoever did it', () => {
  let miko: MikoProcess;
  let bob: { id: string; authorization: string };
  beforeAll(async () => {
    miko = await MikoProcess.start();
    const { body } = await miko.call<{ id: string; secret: string }>('POST', '/v1/tokens', {
      name: 'bob', spec: { description: '', role: 'writer', project: null, audience: 'internal' },
    });
    bob = { id: body.id, authorization: `Bearer ${body.secret}` };
  });
  afterAll(() => miko.dispose());

  /** As Bob; the id of the request. */
  async function byBob(method: string, path: string, body?: unknown): Promise<string> {
    const reply = await miko.call(method, path, body, { authorization: bob.authorization, 'user-agent': 'bobs-tool' });
    expect([path, reply.status < 300]).toEqual([path, true]);
    return reply.headers.get('miko-request-id')!;
  }
  const rows = async (query: string): Promise<Row[]> => (await miko.call<{ items: Row[] }>('GET', `/v1/audit?${query}`)).body.items;
  const ofBob = (request: string) => ({ actor: bob.id, credential: bob.id, request_id: request, remote: '127.0.0.1', user_agent: 'bobs-tool' });

  it('registering in it, taking a registration back, and ending it', async () => {
    const session = await openSession(miko, 'alice');
    await miko.call('PUT', endpointPath('web', 'hers'), registration(session.id));
    const registered = await byBob('PUT', endpointPath('web', 'his'), registration(session.id));
    const removed = await byBob('DELETE', endpointPath('web', 'his'));
    const ended = await byBob('DELETE', `/v1/projects/default/sessions/${session.id}`);
    const [gone, first] = await rows('kind=endpoint&name=hers');
    expect(first!.actor).not.toBe(bob.id);
    expect(gone).toMatchObject({ operation: 'gone', ...ofBob(ended) });
    expect(await rows('kind=endpoint&name=his')).toMatchObject([{ operation: 'gone', ...ofBob(removed) }, { operation: 'set', ...ofBob(registered) }]);
    expect((await rows('kind=session'))[0]).toMatchObject({ operation: 'departed', ...ofBob(ended) });
  });

  it('a registration without a session', async () => {
    const request = await byBob('PUT', endpointPath('web', 'durable'), registration(null));
    expect(await rows('kind=endpoint&name=durable')).toMatchObject([{ operation: 'set', ...ofBob(request) }]);
  });

  it('letting a mass expiry proceed', async () => {
    const sessions = await Promise.all(Array.from({ length: 8 }, (_, i) => openSession(miko, `mass-${i}`, 600)));
    await Promise.all(sessions.map((session, i) => miko.call('PUT', endpointPath('mass', `m-${i}`), registration(session.id))));
    // At one moment: no two judgements see one part of them each.
    await tables(miko, "update session set expires_at = miko_now() where state = 'live' and owner like 'mass-%'");
    await eventually(async () => {
      const { body } = await miko.call<{ services: Record<string, { endpoints: { held?: boolean }[] }> }>('GET', '/v1/projects/default/endpoints?service=mass&health=any');
      return body.services['mass']!.endpoints.every(({ held }) => held === true) ? true : undefined;
    }, 10_000, 'the hold', 50);
    const request = await byBob('POST', '/v1/projects/default/services/mass:accept_expiry', {});
    expect((await rows('kind=endpoint&name=m-3')).map(({ operation, actor }) => [operation, actor])).toMatchObject([['gone', bob.id], ['hold', 'miko'], ['set', expect.any(String)]]);
    expect((await rows('kind=session&limit=8')).filter(row => row.operation === 'expired' && row.request_id === request)).toHaveLength(8);
  });

  it('a refusal names the project it is about, however its address is written', async () => {
    const reader = (await miko.call<{ id: string; secret: string }>('POST', '/v1/tokens', {
      name: 'reader', spec: { description: '', role: 'reader', project: null, audience: 'internal' },
    })).body;
    const project = (await miko.call<{ id: string }>('GET', '/v1/projects/default')).body;
    const as = { authorization: `Bearer ${reader.secret}` };
    expect((await miko.call('DELETE', `/v1/projects/${project.id}`, undefined, as)).status).toBe(403);
    expect((await miko.call('DELETE', endpointPath('web', 'durable'), undefined, as)).status).toBe(403);
    expect((await miko.call('GET', '/v1/projects/default/services', undefined, { authorization: 'Bearer nobody' })).status).toBe(401);
    const refused = await eventually(async () => {
      const { items } = (await miko.call<{ items: { code: string; project: string | null }[] }>('GET', '/v1/audit/refusals')).body;
      const turnedAway = items.filter(({ code }) => code !== 'secret_shown');
      return turnedAway.length === 3 ? turnedAway : undefined;
    }, 10_000, 'the refusals', 50);
    expect(refused.map(({ project }) => project)).toEqual(['default', 'default', 'default']);
  });
});
