import { kinds } from '@miko/model';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { endpointPath, registration } from '../registration.ts';
import { bodyCalls } from './bodies.test.support.ts';
import { expectRefused, send, type Refusal, type Sent } from './send.test.support.ts';
import { collectionOf, objectPath, startWorld, stateOf, type World } from './world.test.support.ts';

/** Bad addresses, headers and references at every call: refused exactly, and nothing moves. */
let world: World;
let before: unknown;
beforeAll(async () => { world = await startWorld(); });
beforeEach(async () => { before = await stateOf(world.miko); });
afterAll(() => world.miko.dispose());

const PROJECT = '/v1/projects/default';
const SERVICE = `${PROJECT}/services/web`;
const refused = async (sent: Sent, refusal: Refusal): Promise<void> => {
  expectRefused(await send(world.miko, sent), refusal);
};
/** One call of every operation that wants a credential. */
const everyCall = (): Sent[] => [
  ...bodyCalls(world).map(({ method, path, good, headers }): Sent => ({ method, path, body: good, ...(headers === undefined ? {} : { headers }) })),
  ...kinds.flatMap((kind): Sent[] => [
    { method: 'GET', path: collectionOf(kind) }, { method: 'GET', path: objectPath(kind) }, { method: 'DELETE', path: objectPath(kind), headers: { 'if-match': '*' } },
  ]),
  { method: 'GET', path: `${PROJECT}/endpoints` }, { method: 'GET', path: `${PROJECT}/endpoints:watch`, headers: { accept: 'text/event-stream' } },
  { method: 'DELETE', path: endpointPath('web', 'web-1') }, { method: 'GET', path: `${endpointPath('web', 'web-1')}:explain` },
  { method: 'POST', path: `${endpointPath('web', 'web-1')}:drain` }, { method: 'POST', path: `${endpointPath('web', 'web-1')}:undrain` },
  { method: 'POST', path: `${SERVICE}:accept_expiry` }, { method: 'DELETE', path: `${PROJECT}/sessions/${world.sessions.live}` },
  { method: 'POST', path: '/v1/sessions:renew', body: '', headers: { 'content-type': 'application/x-ndjson' } },
];
async function refusedAtEvery(spoil: (call: Sent) => Sent, refusal: (call: Sent) => Refusal): Promise<void> {
  for (const call of everyCall()) await refused(spoil(call), refusal(call));
  expect(await stateOf(world.miko)).toEqual(before);
}

describe('at every call', () => {
  it('an unknown parameter is 400 and named', async () => {
    for (const [query, name] of [['nobody=1', 'nobody'], ['__proto__=1', '__proto__'], ['Service=web', 'Service'], ['=1', '']] as const) {
      await refusedAtEvery(call => ({ ...call, path: `${call.path}?${query}` }), () => ({ code: 'invalid_request', pointers: [[name, 'unknown_parameter']] }));
    }
  });

  it('a broken escape is 400, in the path and in the query', async () => {
    for (const escape of ['%', '%zz', '%ff', '%c3%28']) {
      await refusedAtEvery(call => ({ ...call, path: `${call.path}?x=${escape}` }), () => ({ code: 'invalid_request', pointers: [['query', 'bad_escape']] }));
      await refusedAtEvery(call => ({ ...call, path: `${call.path}${escape}` }), () => ({ code: 'invalid_request', pointers: [['path', 'bad_escape']] }));
    }
  });

  it('a control character is 400, however it is escaped', async () => {
    for (const character of ['%00', '%0a', '%7F']) await refusedAtEvery(call => ({ ...call, path: `${call.path}${character}` }), () => ({ code: 'invalid_request', pointers: [['path', 'pattern']] }));
  });

  it('an API date that is not known is 400', async () => {
    for (const date of ['1999-01-01', '2999-12-31', 'latest', '2026-12-01, 2026-12-01']) {
      await refusedAtEvery(call => ({ ...call, headers: { ...call.headers, 'miko-version': date } }), () => ({ code: 'unknown_version', pointers: [['Miko-Version', 'not_one_of']] }));
    }
  });

  it('an address of more than 8192 characters is 414, and one too large for any header too', async () => {
    for (const length of [8_192, 15_000]) await refusedAtEvery(call => ({ ...call, path: `${call.path}?x=${'y'.repeat(length)}` }), () => ({ code: 'uri_too_long' }));
    await refused({ method: 'GET', path: `${PROJECT}/endpoints?service=${'y'.repeat(20_000)}` }, { code: 'uri_too_long' });
  });

  it('header fields of more than 16 KiB are 431', async () => {
    await refusedAtEvery(call => ({ ...call, headers: { ...call.headers, 'x-fill': 'y'.repeat(17_000) } }), () => ({ code: 'headers_too_large', headers: { connection: 'close' } }));
  });

  it('an Accept that nothing meets is 406', async () => {
    for (const accept of ['text/html', 'application/xml', 'application/json;q=0, text/event-stream;q=0, */*;q=0']) {
      await refusedAtEvery(call => ({ ...call, headers: { ...call.headers, accept } }), () => ({ code: 'not_acceptable' }));
    }
    await refused({ method: 'GET', path: `${PROJECT}/endpoints:watch`, headers: { accept: 'application/json' } }, { code: 'not_acceptable' });
    await refused({ method: 'GET', path: `${PROJECT}/endpoints`, headers: { accept: 'text/event-stream' } }, { code: 'not_acceptable' });
  });

  it('a method the path does not take is 405, with those it takes', async () => {
    for (const { method, path } of everyCall()) {
      const options = await send<string>(world.miko, { method: 'OPTIONS', path });
      expect([path, options.status, options.text]).toEqual([path, 204, '']);
      const allow = options.headers['allow']!;
      expect(allow.split(', ')).toEqual(expect.arrayContaining([method, 'OPTIONS']));
      for (const other of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'TRACE', 'PROPFIND'].filter(name => !allow.split(', ').includes(name))) {
        await refused({ method: other, path }, { code: 'method_not_allowed', headers: { allow } });
      }
    }
    expect(await stateOf(world.miko)).toEqual(before);
  });

  it('a project that is not there is 404', async () => {
    const inProject = everyCall().filter(({ path }) => path.startsWith(`${PROJECT}/`));
    expect(inProject.length).toBeGreaterThan(15);
    for (const name of ['nope', 'Default', 'prj_00000000000000000000000000', '..', '%2e%2e', 'default%2F', '__proto__']) {
      for (const call of inProject) await refused({ ...call, path: call.path.replace('/default/', `/${name}/`) }, { code: 'not_found' });
    }
    expect(await stateOf(world.miko)).toEqual(before);
  });

  it('and so is a path that leads nowhere', async () => {
    for (const call of everyCall()) {
      for (const path of [call.path.replace('/v1/', '/v2/'), call.path.replace('/v1/', '/'), `${call.path}/`, `/${call.path}`, call.path.replace('/v1/', '/V1/'), call.path.replace('/v1', '/v1/')]) await refused({ ...call, path }, { code: 'not_found' });
    }
    expect(await stateOf(world.miko)).toEqual(before);
  });
});

it('a project is no other by its id: whoever writes through one finds nothing', async () => {
  const { body } = await send<{ id: string }>(world.miko, { method: 'GET', path: PROJECT });
  await refused({ method: 'PUT', path: `/v1/projects/${body.id}/services/web/endpoints/web-9`, body: registration(null) }, { code: 'not_found' });
  await refused({ method: 'POST', path: `/v1/projects/${body.id}/sessions`, body: { name: 'a', owner: 'a', ttl_seconds: 60 } }, { code: 'not_found' });
  expect(await stateOf(world.miko)).toEqual(before);
});

describe('names in the path', () => {
  it.each(['Web', '1web', '-web', 'web-', 'we_b', 'web.shop', 'w%C3%A9b', 'a%2Fb', '..', '%20', '__proto__', 'x'.repeat(64)])('no service is called %s', async service => {
    const invalid: Refusal = { code: 'invalid_request', pointers: [['service', 'pattern']] };
    await refused({ method: 'PUT', path: endpointPath(service, 'i'), body: registration(null) }, invalid);
    await refused({ method: 'DELETE', path: endpointPath(service, 'i') }, invalid);
    await refused({ method: 'POST', path: `${endpointPath(service, 'i')}:drain` }, invalid);
    await refused({ method: 'GET', path: `${endpointPath(service, 'i')}:explain` }, invalid);
    await refused({ method: 'PUT', path: `${endpointPath(service, 'i')}/health`, body: { session: null, health: 'passing', note: '' } }, invalid);
    await refused({ method: 'POST', path: `${PROJECT}/services/${service}:accept_expiry` }, { code: 'not_found' });
    expect(await stateOf(world.miko)).toEqual(before);
  });

  it.each(['-a', '_a', 'a%20b', 'a%2Fb', '%C3%A4', '.', '..', '__proto__', 'x'.repeat(129)])('no instance is called %s', async instance => {
    const invalid: Refusal = { code: 'invalid_request', pointers: [['instance', 'pattern']] };
    await refused({ method: 'PUT', path: endpointPath('web', instance), body: registration(null) }, invalid);
    await refused({ method: 'DELETE', path: endpointPath('web', instance) }, invalid);
    await refused({ method: 'POST', path: `${endpointPath('web', instance)}:undrain` }, invalid);
    expect(await stateOf(world.miko)).toEqual(before);
  });

  it.each(kinds.map(kind => [kind.name, kind] as const))('%s: none is made under a bad name, and none is found', async (_, kind) => {
    for (const name of ['Web', 'we_b', 'web-', '__proto__', `${kind.idPrefix}_00000000000000000000000000`, 'x'.repeat(64), 'a%2Fb']) {
      await refused({ method: 'PUT', path: objectPath(kind, name), body: { spec: kind.example(905) }, headers: { 'if-none-match': '*' } }, { code: 'invalid_request', pointers: [['name', 'pattern']] });
      await refused({ method: 'GET', path: objectPath(kind, name) }, { code: 'not_found' });
      await refused({ method: 'PUT', path: objectPath(kind, name), body: { spec: kind.example(905) }, headers: { 'if-match': '*' } }, { code: 'not_found' });
      await refused({ method: 'DELETE', path: objectPath(kind, name), headers: { 'if-match': '*' } }, { code: 'not_found' });
    }
    expect(await stateOf(world.miko)).toEqual(before);
  });
});

describe('parameters', () => {
  it.each<[string, string, readonly [string, string][]]>([
    ['endpoints?health=well', 'invalid_request', [['health', 'not_one_of']]],
    ['endpoints?health=any,passing', 'invalid_request', [['health', 'not_one_of']]],
    ['endpoints?audience=everybody', 'invalid_request', [['audience', 'not_one_of']]],
    ['endpoints?audience=', 'invalid_request', [['audience', 'not_one_of']]],
    ['endpoints?service=a&service=b', 'invalid_request', [['service', 'duplicate_parameter']]],
    ['endpoints?service=', 'invalid_request', [['service', 'too_few']]],
    ['endpoints?zone=,', 'invalid_request', [['zone', 'too_few']]],
    ['endpoints?service=%00', 'invalid_request', [['service', 'pattern']]],
    ['endpoints?at_least=-1', 'invalid_request', [['at_least', 'type']]],
    ['endpoints?at_least=1.5', 'invalid_request', [['at_least', 'type']]],
    ['endpoints?at_least=1e3', 'invalid_request', [['at_least', 'type']]],
    ['endpoints?at_least=9007199254740992', 'invalid_request', [['at_least', 'type']]],
    ['endpoints?session=x', 'invalid_request', [['session', 'unknown_parameter']]],
    ['endpoints?x=1&y=2', 'invalid_request', [['x', 'unknown_parameter'], ['y', 'unknown_parameter']]],
    ['endpoints:watch?tag=v2', 'invalid_request', [['tag', 'unknown_parameter']]],
    ['endpoints:watch?since=a&since=b', 'invalid_request', [['since', 'duplicate_parameter']]],
    ['endpoints:watch?audience=x', 'invalid_request', [['audience', 'not_one_of']]],
  ])('%s', async (path, code, pointers) => {
    await refused({ method: 'GET', path: `${PROJECT}/${path}` }, { code: code as 'invalid_request', pointers });
  });

  it.each<[string, readonly [string, string][]]>([
    ['wait_seconds=301', [['wait_seconds', 'too_large']]], ['wait_seconds=-1', [['wait_seconds', 'type']]], ['wait_seconds=soon', [['wait_seconds', 'type']]],
    ['wait_seconds=', [['wait_seconds', 'type']]], ['wait_seconds=1&wait_seconds=2', [['wait_seconds', 'duplicate_parameter']]],
  ])('a drain, and a departure, with %s', async (query, pointers) => {
    await refused({ method: 'POST', path: `${endpointPath('web', 'web-1')}:drain?${query}` }, { code: 'invalid_request', pointers });
    await refused({ method: 'DELETE', path: `${endpointPath('web', 'web-1')}?${query}` }, { code: 'invalid_request', pointers });
    expect(await stateOf(world.miko)).toEqual(before);
  });
});
