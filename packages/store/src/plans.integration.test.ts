import { newId, type Stored } from '@miko/model';
import type pg from 'pg';
import { beforeAll, describe, expect, test } from 'vitest';
import { closeClient, openClient } from './client.ts';
import { ObjectFinder } from './objects/finder.ts';
import { writeObjects } from './objects/operation.ts';
import { readsOf } from './objects/reads.ts';
import {
  deregister, endSession, holdSession, openSession, register, setHealth, useIndexes, type Operation,
} from './record-operations.ts';
import { overdueQuery, silentQuery, writePulses, writeReport } from './sessions.ts';
import { by, document, service, testServer } from './store.test.support.ts';
import { readChanges } from './tail.ts';

const database = testServer();
const ENDPOINTS = 20_000;
const GROUP = 64;
/** For each member of a group: its session, that one's endpoints, and each of them once more to be written. */
const MOST_ROWS = GROUP * 12;
const TTL = { type: 'ttl', ttl_ms: 5_000 } as const;

const group = <T>(make: (i: number) => T): T[] => Array.from({ length: GROUP }, (_, i) => make(1 + i * 311));
const key = (i: number) => ({ project: 'default', service: `svc-${i % 500}`, instance: `web-${i}` });
const session = (i: number) => ({ session: `ses_${i % 5_000}`, owner: `owner-${i % 5_000}` });
const stored = (i: number): Stored => ({
  id: `svc_${i}`, kind: 'service', name: `svc-${i}`, project: 'default', revision: i, createdAt: '', updatedAt: '', spec: {}, status: {},
});
const findAll = (finder: ObjectFinder) => Promise.all(group(i => finder.find('service', 'default', `svc-${i}`)));
const call = <W, O>(client: pg.Client, operation: Operation<W, O>, writes: readonly W[]) =>
  client.query({ name: operation.name, text: operation.text, values: operation.values(writes), rowMode: 'array' });

/** How many rows of each table the work read, and in how many ways from end to end. */
async function reads(client: pg.Client, work: () => Promise<unknown>): Promise<{ whole: number; rows: number }> {
  await client.query('begin');
  const before = await scans(client);
  await work();
  const after = await scans(client);
  await client.query('rollback');
  return { whole: after.whole - before.whole, rows: after.rows - before.rows };
}

async function scans(client: pg.Client): Promise<{ whole: number; rows: number }> {
  const { rows } = await client.query<{ whole: number; rows: number }>(`select coalesce(sum(seq_scan), 0)::int as whole,
    coalesce(sum(seq_tup_read + idx_tup_fetch), 0)::int as rows from pg_stat_xact_user_tables where relname in ('endpoint', 'session', 'change', 'object', 'object_status', 'secret', 'usage', 'idempotency')`);
  return rows[0]!;
}

/** What the writer and the leader do, each on a connection whose plans were made while the tables were empty. */
const writes: readonly [string, (client: pg.Client) => Promise<unknown>][] = [
  ['a group of new registrations', client => call(client, register, group(i => ({ ...key(i), instance: `new-${i}`, newId: newId('ep'), ...session(i), document: document() })))],
  ['a group of changed registrations', client => call(client, register, group(i => ({ ...key(i), newId: newId('ep'), ...session(i), document: document({ port: 9 }) })))],
  ['a group of removals', client => call(client, deregister, group(i => ({ ...key(i), session: session(i).session, actor: 'tok' })))],
  ['a group of changes of health', client => call(client, setHealth, group(i => ({ ...key(i), id: `ep_${i}`, health: 'critical' as const })))],
  ['a group of new sessions', client => call(client, openSession, group(i => ({ id: newId('ses'), project: 'default', owner: session(i).owner, name: 'x', ttlSeconds: 5, credential: 'tok' })))],
  ['a group of departures', client => call(client, endSession, group(i => ({ session: session(i).session, cause: 'departed' as const, grace: null })))],
  ['a group of expiries', client => call(client, endSession, group(i => ({ session: session(i).session, cause: 'expired' as const, grace: 0 })))],
  ['a group that is held', client => call(client, holdSession, group(i => ({ session: session(i).session, hold: true })))],
  ['a group that is let go', client => call(client, holdSession, group(i => ({ session: session(i).session, hold: false })))],
  ['a group of new objects', client => call(client, writeObjects, group(i => ({ by, write: service(`new-${i}`) })))],
  ['a group of changed objects', client => call(client, writeObjects, group(i => ({ by, write: { operation: 'update' as const, before: stored(i), spec: { n: 1 }, changed: ['/spec/n'] } })))],
  ['a group of deleted objects', client => call(client, writeObjects, group(i => ({ by, write: { operation: 'delete' as const, before: stored(i) } })))],
  ['finding an object by its name', client => readsOf(client).find('service', 'default', 'svc-7')],
  ['finding a group of objects', client => findAll(new ObjectFinder(client as unknown as pg.Pool))],
  ['finding an object by its id', client => readsOf(client).find('service', 'default', 'svc_7')],
  ['pruning kept answers', client => client.query('select miko_prune_claims(20000)')],
  ['looking for overdue sessions', client => client.query(overdueQuery, [new Date(0)])],
  ['looking for silent endpoints', client => client.query(silentQuery, [new Date(0)])],
];

/** What goes through the pool, with the statistics that PostgreSQL gathers by itself. */
const others: readonly [string, (pool: pg.Pool) => Promise<unknown>][] = [
  ['a group of pulses', pool => writePulses(pool, group(i => ({ session: session(i).session, applied: 7 })))],
  ['a report', pool => writeReport(pool, key(5), 'ep_5')],
  ['reading the newest changes', pool => readChanges(pool, ENDPOINTS - 50)],
  ['reading when there are none', pool => readChanges(pool, ENDPOINTS)],
];

describe('with 20,000 endpoints of 5,000 sessions no table is read from end to end by', () => {
  let client: pg.Client;

  beforeAll(async () => {
    client = await openClient(await database.database(), 'test');
    await client.query(useIndexes);
    // Often enough for PostgreSQL to settle on plans that do not look at the parameters.
    for (const [, work] of writes) {
      for (let i = 0; i < 7; i++) {
        await client.query('begin');
        await work(client);
        await client.query('rollback');
      }
    }
    await client.query(`insert into session (id, project, owner, name, generation, ttl_seconds, state, credential, opened_at, expires_at)
      select 'ses_' || i, 'default', 'owner-' || i, 'x', i, 5, 'live', 'tok', now(), now() + case when i % 50 = 0 then interval '-1 s' else interval '1 h' end
      from generate_series(0, 4999) i`);
    await client.query(`insert into endpoint (project, service, instance, id, session, owner, probe, document, health, revision, report_ttl_ms, reported_at)
      select 'default', 'svc-' || i % 500, 'web-' || i, 'ep_' || i, 'ses_' || i % 5000, 'owner-' || i % 5000, 'x', $1::json, 'passing', i,
        case when i % 200 = 0 then 5000 end, now() from generate_series(1, ${ENDPOINTS}) i`, [JSON.stringify(document({ check: TTL }))]);
    // Counted at once below: no transaction of Miko's counts so many, and each count is a version of one row.
    await client.query('alter table object disable trigger all');
    await client.query(`insert into object (id, kind, project, name, spec, revision, created_at, updated_at)
      select 'svc_' || i, 'service', 'default', 'svc-' || i, '{}', i, now(), now() from generate_series(1, ${ENDPOINTS}) i`);
    await client.query('alter table object enable trigger all');
    await client.query(`insert into usage values ('service', 'default', ${ENDPOINTS})`);
    await client.query(`insert into object_status select id, '{}', revision from object where kind = 'service'`);
    await client.query(`insert into idempotency select 'tok', 'key-' || i, 'f', 201, '{}', null, now() - case when i % 400 = 0 then interval '25 h' else interval '1 h' end
      from generate_series(1, ${ENDPOINTS}) i`);
    await client.query(`insert into change (revision, kind, operation, project, service, name, subject)
      select i, 'endpoint', 'set', 'default', 'svc-' || i % 500, 'web-' || i, 'ep_' || i from generate_series(1, ${ENDPOINTS}) i`);
    await client.query('update counter set revision = $1', [ENDPOINTS]);
    return () => closeClient(client);
  });

  test.each(writes)('%s', async (_, work) => {
    const { whole, rows } = await reads(client, () => work(client));
    expect(whole).toBe(0);
    expect(rows).toBeLessThan(MOST_ROWS);
  });

  test.each(others)('%s', async (_, work) => {
    await client.query('reset enable_seqscan; reset enable_hashjoin; reset enable_mergejoin; analyze');
    const { whole, rows } = await reads(client, () => work(client as unknown as pg.Pool));
    expect(whole).toBe(0);
    expect(rows).toBeLessThan(MOST_ROWS);
  });
});
