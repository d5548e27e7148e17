import { connect } from 'node:net';
import { errors, quota, service, type ErrorCode } from '@miko/model';
import { Store } from '@miko/store';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventually } from '../eventually.ts';
import { endpointPath, openSession, registration } from '../registration.ts';
import { StreamReader } from '../stream-reader.ts';
import { expectRefused, send, type Sent, type Told } from './send.test.support.ts';
import { collectionOf, existing, made, objectPath, register, startWorld, type World } from './world.test.support.ts';

/** Every code of the registry is met over real HTTP: one that no call can reach is one that nobody needs. */
let world: World;
let database: Store;
/** Those that take Miko its time are asked for while the others are met. */
let slow: { readonly [code in 'request_timeout' | 'not_ready']: Promise<Told> };

beforeAll(async () => {
  world = await startWorld();
  database = new Store(world.miko.database);
  slow = {
    request_timeout: spoken('GET /livez HTTP/1.1\r\nHost: m'),
    not_ready: ask('GET', '/v1/projects/default/endpoints?at_least=9007199254740991'),
  };
  for (const told of Object.values(slow)) told.catch(() => {});
});
afterAll(async () => {
  await database.close();
  await world.miko.dispose();
});

const services = collectionOf(service);
const anyway = { 'if-match': '*' };
const ask = <T = never>(method: string, path: string, body?: unknown, more: Partial<Sent> = {}) => send<T>(world.miko, { method, path, ...(body === undefined ? {} : { body }), ...more });
const create = (name: string, headers: Sent['headers'] = {}) => ask('POST', services, { name, spec: service.example(1) }, { headers });
const renew = (session: string, applied: number | null = null) => ask('PUT', `/v1/projects/default/sessions/${session}`, { applied });

const reached: { readonly [code in ErrorCode]: () => Promise<Told> } = {
  malformed_json: () => ask('POST', services, '{"name": '),
  invalid_request: () => ask('POST', services, { name: 'no-spec' }),
  unknown_version: () => ask('GET', services, undefined, { headers: { 'miko-version': '2020-01-01' } }),
  unauthenticated: () => ask('GET', services, undefined, { token: null }),
  denied: async () => {
    const spec = { description: '', role: 'reader', project: null, audience: 'internal' };
    const { secret } = await made<{ secret: string }>(world.miko, 'POST', '/v1/tokens', { name: 'only-reads', spec });
    return ask('POST', services, { name: 'denied', spec: service.example(1) }, { token: secret });
  },
  not_found: () => ask('GET', `${services}/absent`),
  session_not_found: () => renew(world.sessions.unknown),
  method_not_allowed: () => ask('DELETE', services),
  not_acceptable: () => ask('GET', services, undefined, { headers: { accept: 'image/png' } }),
  request_timeout: () => slow.request_timeout,
  already_exists: () => create(existing(service)),
  in_use: () => ask('DELETE', '/v1/projects/default', undefined, { headers: anyway }),
  quota_exceeded: async () => {
    await made(world.miko, 'POST', '/v1/projects/bank/quotas', { name: 'services', spec: { ...quota.example(1), most: 0 } });
    return ask('POST', '/v1/projects/bank/services', { name: 'one-more', spec: service.example(1) });
  },
  fenced: () => renew(world.sessions.fenced),
  in_flight: async () => {
    let calls: Promise<Told>[] = [];
    // Whichever takes the key has to wait; the other one is answered.
    const refused = await whileNobodyCommits(() => Promise.race(calls = [1, 2].map(() => create('at-once', { 'idempotency-key': 'at-once' }))));
    expect((await Promise.all(calls)).filter(told => told !== refused).map(({ status }) => status)).toEqual([201]);
    return refused;
  },
  patch_test_failed: () => {
    const patch = [{ op: 'test', path: '/spec/description', value: 'something else' }];
    return ask('PATCH', objectPath(service), patch, { headers: { ...anyway, 'content-type': 'application/json-patch+json' } });
  },
  owned_by_other: async () => ask('PUT', endpointPath('web', 'web-1'), registration((await openSession(world.miko, 'another-slot')).id)),
  precondition_failed: () => ask('DELETE', objectPath(service), undefined, { headers: { 'if-match': '"stale"' } }),
  too_large: () => ask('POST', services, 'x'.repeat(service.limits.bodyBytes + 1)),
  uri_too_long: () => ask('GET', `${services}?fields=${'x'.repeat(8_192)}`),
  unsupported_media_type: () => ask('POST', services, 'name: yaml', { headers: { 'content-type': 'application/yaml' } }),
  idempotency_mismatch: async () => {
    expect((await create('first', { 'idempotency-key': 'twice' })).status).toBe(201);
    return create('second', { 'idempotency-key': 'twice' });
  },
  precondition_required: () => ask('DELETE', objectPath(service)),
  headers_too_large: () => spoken(`GET /livez HTTP/1.1\r\nHost: m\r\nX-Large: ${'x'.repeat(20_000)}\r\n\r\n`),
  internal: async () => {
    await database.pool.query(`create function fail() returns trigger language plpgsql as $$ begin raise exception 'nobody has thought of this'; end $$;
      create trigger fail before insert on object for each row when (new.name = 'unthought-of') execute function fail()`);
    const told = await create('unthought-of');
    const { request_id } = told.body as { request_id: string };
    const line = await eventually(() => world.miko.log.split('\n').find(one => one.includes(request_id)), 5_000, 'the line in the log that the title promises');
    expect(line).toContain('nobody has thought of this');
    return told;
  },
  not_ready: () => slow.not_ready,
  overloaded: () => beyondTheDrainsThatMayWait(),
  deadline_exceeded: () => whileNobodyCommits(() => create('too-late', { 'miko-timeout-ms': '300' })),
};

it.each(Object.keys(errors) as ErrorCode[])('%s', async code => {
  expectRefused(await reached[code](), { code });
});

/** Every write needs the counter, which is somebody else's meanwhile. */
async function whileNobodyCommits<T>(work: () => Promise<T>): Promise<T> {
  const holder = await database.pool.connect();
  try {
    await holder.query('begin; set local idle_in_transaction_session_timeout = 0; select miko_lock_counter()');
    return await work();
  } finally {
    await holder.query('rollback');
    holder.release();
  }
}

const MOST_DRAINS_WAITING = 500;

/** A watcher that does not let go lets as many drains wait as may; the next one is refused, and they end as it lets go. */
async function beyondTheDrainsThatMayWait(): Promise<Told> {
  const { miko } = world;
  await register(miko, 'busy', 'busy-1', registration(null));
  const watcher = await openSession(miko, 'holds-on', 3_600);
  const stream = await StreamReader.open(`${miko.url}/v1/projects/default/endpoints:watch?service=busy&session=${watcher.id}`, miko.token);
  const drain = (seconds: number) => ask<{ revision: number; holding: readonly unknown[] }>('POST', `${endpointPath('busy', 'busy-1')}:drain?wait_seconds=${seconds}`);
  try {
    const revision = await eventually(async () => {
      const { body } = await drain(0);
      return body.holding.length > 0 ? body.revision : undefined;
    }, 10_000, 'the watcher to be known');
    const drains = Array.from({ length: MOST_DRAINS_WAITING + 1 }, () => drain(30));
    const refused = await Promise.race(drains);
    await renew(watcher.id, revision);
    const others = (await Promise.all(drains)).filter(told => told !== refused);
    expect(others.filter(({ status }) => status === 200)).toHaveLength(MOST_DRAINS_WAITING);
    return refused;
  } finally {
    stream.close();
  }
}

/** What is answered to bytes that are no request yet, or never become one. */
function spoken(bytes: string): Promise<Told> {
  const { hostname, port } = new URL(world.miko.url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => socket.write(bytes));
    const chunks: Buffer[] = [];
    socket.setTimeout(20_000, () => socket.destroy(new Error('no answer')));
    socket.on('data', (chunk: Buffer) => chunks.push(chunk)).on('error', reject).on('end', () => {
      const [head, text] = Buffer.concat(chunks).toString().split('\r\n\r\n') as [string, string];
      const [first, ...fields] = head.split('\r\n') as [string, ...string[]];
      resolve({
        status: Number(first.split(' ')[1]), headers: Object.fromEntries(fields.map(field => field.split(': ') as [string, string])),
        text, body: JSON.parse(text) as never,
      });
    });
  });
}
