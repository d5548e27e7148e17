import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { newId, type EndpointDocument, type SessionRecord } from '@miko/model';
import { afterAll, beforeAll, onTestFinished } from 'vitest';
import type pg from 'pg';
import type { Change } from './change.ts';
import { closeClient, openClient, type Connection } from './client.ts';
import { startEmbedded, type EmbeddedServer } from './embedded/server.ts';
import { Feed } from './feed.ts';
import type { Attribution, ObjectWrite, WriteHow } from './objects/decision.ts';
import { openSession, type RegisterWrite } from './record-operations.ts';
import { Store } from './store.ts';

/** A real PostgreSQL for one test file, with as many Miko databases on it as its tests ask for. */
export interface TestServer {
  readonly server: EmbeddedServer;
  /** A database of the newest schema that holds nothing but what tests write into, as if it had always been there. */
  database(): Promise<Connection>;
}

/** Projects that are there from the beginning. */
const PROJECTS = ['default', 'other', 'bank'];

/** What a test opens is closed when it has finished. `services`: of each of them, there from the beginning too. */
export function testServer({ services = [] }: { readonly services?: readonly string[] } = {}): TestServer {
  const dataDir = mkdtempSync(join(tmpdir(), 'miko-store-'));
  let server: EmbeddedServer | undefined;
  let count = 0;
  beforeAll(async () => {
    server = await startEmbedded({ dataDir: join(dataDir, 'data') });
    const template = await inDatabase(server.connection, 'template_miko');
    const store = new Store(template);
    await store.prepare();
    // At revision 0 and counted nowhere: a test that begins sees its own writes alone.
    await store.pool.query('alter table object disable trigger all');
    await store.pool.query(`insert into object (id, kind, project, name, spec, revision, created_at, updated_at)
      select 'prj_' || p, 'project', '', p, '{}'::jsonb, 0, now(), now() from unnest($1::text[]) p
      union all select 'svc_' || p || '_' || s, 'service', p, s, '{}'::jsonb, 0, now(), now() from unnest($1::text[]) p, unnest($2::text[]) s`, [PROJECTS, services]);
    await store.pool.query('alter table object enable trigger all');
    await store.close();
  });
  afterAll(async () => {
    await server?.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });
  return {
    get server() { return server!; },
    database: () => inDatabase(server!.connection, `test_${++count}`, 'template template_miko strategy file_copy'),
  };
}

async function inDatabase(connection: EmbeddedServer['connection'], database: string, how = ''): Promise<Connection> {
  const admin = await openClient(connection, 'test-admin');
  await admin.query(`create database ${database} ${how}`);
  await closeClient(admin);
  return { ...connection, database };
}

export function testStore(connection: Connection): Store {
  const store = new Store(connection);
  onTestFinished(() => store.close());
  return store;
}

/** A connection of the test's own. */
export async function testClient(connection: Connection): Promise<pg.Client> {
  const client = await openClient(connection, 'test');
  onTestFinished(() => closeClient(client));
  return client;
}

/** A store that tails: what a Miko's view would be told. */
export interface Replica {
  readonly store: Store;
  readonly feed: Feed;
  readonly revisions: number[];
  readonly changes: Change[];
  readonly reachable: boolean[];
  reloads: number;
}

export async function testReplica(connection: Connection): Promise<Replica> {
  const store = testStore(connection);
  const load = async () => (await store.load(() => {})).revision;
  const replica: Replica = {
    store, revisions: [], changes: [], reachable: [], reloads: 0,
    feed: new Feed({
      pool: store.pool, connection: () => store.connection,
      apply: changes => {
        replica.changes.push(...changes);
        replica.revisions.push(...changes.map(change => change.revision));
      },
      reload: () => {
        replica.reloads++;
        return load();
      },
      reachable: yes => replica.reachable.push(yes),
    }),
  };
  onTestFinished(() => replica.feed.close());
  store.committed = changes => replica.feed.offer(changes);
  replica.feed.start(await load());
  return replica;
}

export const document = (more: Partial<EndpointDocument> = {}): EndpointDocument => ({
  host: '127.0.0.1', port: 8080, protocol: 'http', public_url: null, zone: 'zone-a', weight: 100, tags: [], labels: {}, check: null, ...more,
});

export const opened = async (store: Store, owner: string, ttlSeconds = 60): Promise<SessionRecord> =>
  (await store.write(openSession, { id: newId('ses'), project: 'default', owner, name: owner, ttlSeconds, credential: 'tok_test' }))!;

export const registration = (session: Pick<SessionRecord, 'id' | 'owner'> | null, instance: string, more: Partial<EndpointDocument> = {}): RegisterWrite => ({
  project: 'default', service: 'web', instance, newId: newId('ep'), session: session?.id ?? null, owner: session?.owner ?? 'tok_test', document: document(more),
});

/** A call, as the change rows of objects keep it. */
export const by: Attribution = { actor: 'tok_test', credential: 'tok_test', requestId: 'req_1', remote: '127.0.0.1', userAgent: 'a test' };

export const service = (name: string, more: object = {}, most = 1_000): ObjectWrite & { operation: 'create' } => ({
  operation: 'create', secret: null, most, quotaName: 'services',
  object: { id: newId('svc'), kind: 'service', name, project: 'default', spec: {}, status: {}, ...more },
});

/** A service, made as everybody makes one. */
export const create = (store: Store, name: string, how: WriteHow = {}, most = 1_000) => store.writeObject(by, async () => service(name, {}, most), how);
/** How it ends: `done`, or the code of its error. */
export const codeOf = (write: Promise<unknown>) => write.then(() => 'done', (error: { code: string }) => error.code);

/** What of the database a write that did not happen may not have touched. */
export async function stateOf(connection: Connection) {
  const client = await testClient(connection);
  const { rows } = await client.query(`select k.revision::int, (select count(*)::int from change) as changes, (select count(*)::int from object where revision > 0) as objects,
    (select coalesce(sum(count), 0)::int from usage) as used, (select count(*)::int from idempotency) as kept from counter k`);
  return rows[0] as unknown;
}

/** The counter is somebody else's until it is let go. */
export async function lockedCounter(connection: Connection): Promise<{ waiting: (n: number) => Promise<unknown>; letGo: () => Promise<unknown> }> {
  const [holder, client] = [await testClient(connection), await testClient(connection)];
  await holder.query('begin; set local idle_in_transaction_session_timeout = 0; select miko_lock_counter()');
  return {
    waiting: n => eventually(`${n} to wait`, async () => (await lockWaiters(client)) >= n || undefined),
    letGo: () => holder.query('commit'),
  };
}

/** The one clock of leases, so far ahead of the machine's. */
export const shiftClock = async (client: pg.Client, seconds: number): Promise<void> => {
  await client.query('update clock set shift = make_interval(secs => $1)', [seconds]);
};

export async function eventually<T>(what: string, look: () => Promise<T | undefined> | T | undefined, limitMs = 15_000): Promise<T> {
  for (const end = Date.now() + limitMs; ; await sleep(5)) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > end) throw new Error(`waited ${limitMs} ms for ${what}`);
  }
}

/** Random numbers in [0, 1) that come again with their seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The process id of a store's backend. */
export async function backendOf(client: pg.Client, name: string): Promise<number> {
  return eventually(`a connection of ${name}`, async () => {
    const { rows } = await client.query<{ pid: number }>(
      'select pid from pg_stat_activity where application_name = $1 and datname = current_database() order by backend_start desc', [name],
    );
    return rows[0]?.pid;
  });
}

/** How many backends of this database wait for a lock. */
export const lockWaiters = async (client: pg.Client): Promise<number> =>
  (await client.query<{ n: number }>(`select count(*)::int as n from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`)).rows[0]!.n;
