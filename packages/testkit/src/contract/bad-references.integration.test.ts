import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { endpointPath, registration } from '../registration.ts';
import { expectRefused, send, type Refusal, type Sent } from './send.test.support.ts';
import { startWorld, stateOf, type World } from './world.test.support.ts';

/** Sessions, owners and endpoints that are not what a call takes them for: refused exactly, and nothing moves. */
let world: World;
let before: unknown;
beforeAll(async () => { world = await startWorld(); });
beforeEach(async () => { before = await stateOf(world.miko); });
afterAll(() => world.miko.dispose());

const PROJECT = '/v1/projects/default';
const refused = async (sent: Sent, refusal: Refusal): Promise<void> => {
  expectRefused(await send(world.miko, sent), refusal);
};

describe('sessions that are not what they should be', () => {
  const session = (kind: 'unknown' | 'foreign' | 'fenced') => world.sessions[kind];
  const fresh = 'never-made';
  const cases = [['unknown', 'session_not_found'], ['foreign', 'session_not_found'], ['fenced', 'fenced']] as const;

  it.each(cases)('%s: %s at each call', async (kind, code) => {
    await refused({ method: 'PUT', path: `${PROJECT}/sessions/${session(kind)}`, body: { applied: null } }, { code });
    await refused({ method: 'DELETE', path: `${PROJECT}/sessions/${session(kind)}` }, { code });
    await refused({ method: 'PUT', path: endpointPath('web', fresh), body: registration(session(kind)) }, { code });
    await refused({ method: 'PUT', path: `${endpointPath('web', 'web-2')}/health`, body: { session: session(kind), health: 'critical', note: '' } }, { code });
    await refused({ method: 'GET', path: `${PROJECT}/endpoints:watch?session=${session(kind)}` }, { code });
    expect(await stateOf(world.miko)).toEqual(before);
  });

  it.each(cases)('%s: a registration that is refused makes no service either (%s)', async (kind, code) => {
    await refused({ method: 'PUT', path: endpointPath(`for-${kind}`, 'a'), body: registration(session(kind)) }, { code });
    expect(await stateOf(world.miko)).toEqual(before);
  });

  it.each(['unknown', 'foreign', 'fenced'] as const)('%s: it takes back nothing it does not own', async kind => {
    await refused({ method: 'DELETE', path: `${endpointPath('web', 'web-1')}?session=${session(kind)}` }, { code: 'fenced' });
    expect(await stateOf(world.miko)).toEqual(before);
  });

  it.each(['x', 'ses_', 'default', '..', '%20', 'x'.repeat(64)])('%s is none', async id => {
    await refused({ method: 'PUT', path: `${PROJECT}/sessions/${id}`, body: { applied: null } }, { code: 'session_not_found' });
    await refused({ method: 'PUT', path: endpointPath('web', fresh), body: registration(id === '%20' ? ' ' : id) }, { code: 'session_not_found' });
    expect(await stateOf(world.miko)).toEqual(before);
  });

  it('an instance of another owner is 409 owned_by_other', async () => {
    await refused({ method: 'PUT', path: endpointPath('web', 'web-1'), body: registration(null) }, { code: 'owned_by_other' });
    await refused({ method: 'PUT', path: endpointPath('web', 'durable-1'), body: registration(world.sessions.live) }, { code: 'owned_by_other' });
    expect(await stateOf(world.miko)).toEqual(before);
  });
});

it('no session may call its owner what a credential is called, and so take over what that credential owns', async () => {
  const { body } = await send<{ items: { id: string }[] }>(world.miko, { method: 'GET', path: '/v1/tokens' });
  for (const { id } of body.items) {
    await refused({ method: 'POST', path: `${PROJECT}/sessions`, body: { name: 'a', owner: id, ttl_seconds: 60 } }, { code: 'invalid_request', pointers: [['/owner', 'pattern']] });
  }
  expect(await stateOf(world.miko)).toEqual(before);
});

describe('endpoints that are not there', () => {
  it.each([['web', 'nope'], ['nope', 'web-1']])('%s/%s', async (service, instance) => {
    const path = endpointPath(service, instance);
    for (const sent of [
      { method: 'DELETE', path }, { method: 'DELETE', path: `${path}?session=${world.sessions.live}` }, { method: 'POST', path: `${path}:drain` }, { method: 'POST', path: `${path}:undrain` },
      { method: 'GET', path: `${path}:explain` }, { method: 'PUT', path: `${path}/health`, body: { session: null, health: 'passing', note: '' } },
    ]) await refused(sent, { code: 'not_found' });
    expect(await stateOf(world.miko)).toEqual(before);
  });

  it('a project that creates no services says 404 for one that is not there', async () => {
    await refused({ method: 'PUT', path: '/v1/projects/bank/services/nope/endpoints/a', body: registration(null) }, { code: 'not_found' });
    expect(await stateOf(world.miko)).toEqual(before);
  });

  it('a report for an endpoint without a ttl check is 400 and says so', async () => {
    await refused({ method: 'PUT', path: `${endpointPath('web', 'web-1')}/health`, body: { session: world.sessions.live, health: 'critical', note: '' } }, {
      code: 'invalid_request', pointers: [['/health', 'not_reported']],
    });
    expect(await stateOf(world.miko)).toEqual(before);
  });
});
