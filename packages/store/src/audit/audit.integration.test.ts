import type pg from 'pg';
import { beforeEach, describe, expect, test } from 'vitest';
import { deregister, endSession, holdSession, register } from '../record-operations.ts';
import type { Store } from '../store.ts';
import { opened, registration, testClient, testServer, testStore } from '../store.test.support.ts';
import { readAudit, type AuditFilter } from './change-list.ts';
import { readRefusals, writeRefusals, type RefusalEntry } from './refusals.ts';

const database = testServer({ services: ['web'] });
let store: Store;
let client: pg.Client;

beforeEach(async () => {
  const connection = await database.database();
  store = testStore(connection);
  client = await testClient(connection);
});

const everything: AuditFilter = { actor: null, kind: null, name: null, sinceRevision: 0, project: null, since: null };
const audit = async (filter: Partial<AuditFilter> = {}) => (await readAudit(store.pool, { ...everything, ...filter }, null, 100)).rows;
const revisions = async (filter: Partial<AuditFilter> = {}) => (await audit(filter)).map(({ revision }) => revision);

/** Changes of objects, numbered on from where the counter stands. */
async function changes(rows: readonly { kind?: string; name?: string; project?: string; actor?: string }[]): Promise<void> {
  for (const { kind = 'service', name = 'web', project = 'default', actor = 'tok_ann' } of rows) {
    await client.query(`with counted as (update counter set revision = revision + 1 returning revision)
      insert into change (revision, kind, operation, project, name, subject, actor, credential, remote, user_agent, request_id, before_revision, changed)
      select revision, $1, 'update', $2, $3, 'svc_1', $4, $4, '10.0.0.7', 'curl', 'req_1', 1, '{/spec/description}' from counted`, [kind, project, name, actor]);
  }
}

describe('who did what', () => {
  test('comes newest first, with who, with what, from where and what was changed', async () => {
    await changes([{ name: 'web' }, { name: 'mail' }]);
    const [first, second] = await audit();
    expect(first).toEqual({
      revision: 2, at: expect.any(Date) as Date, actor: 'tok_ann', credential: 'tok_ann', remote: '10.0.0.7', user_agent: 'curl', request_id: 'req_1', kind: 'service',
      operation: 'update', project: 'default', service: null, name: 'mail', subject: 'svc_1', session: null, before_revision: 1, changed: ['/spec/description'],
    });
    expect(second).toMatchObject({ revision: 1, name: 'web' });
  });

  test('by caller, by kind, by name, by revision, and by several at once', async () => {
    await changes([{}, { actor: 'tok_bob' }, { kind: 'zone', name: 'zone-a', project: '' }, { name: 'mail', actor: 'tok_bob' }]);
    expect(await revisions({ actor: 'tok_bob' })).toEqual([4, 2]);
    expect(await revisions({ kind: 'service' })).toEqual([4, 2, 1]);
    expect(await revisions({ kind: 'service', name: 'mail' })).toEqual([4]);
    expect(await revisions({ kind: 'service', actor: 'tok_ann' })).toEqual([1]);
    expect(await revisions({ kind: 'service', name: 'mail', actor: 'tok_ann' })).toEqual([]);
    expect(await revisions({ name: 'zone-a' })).toEqual([3]);
    expect(await revisions({ sinceRevision: 2 })).toEqual([4, 3]);
  });

  test('of one project: its own object too, and nothing of another or of the fleet', async () => {
    await changes([{ project: 'shop' }, { project: 'bank' }, { kind: 'project', project: '', name: 'shop' }, { kind: 'zone', project: '', name: 'shop' }]);
    expect(await revisions({ project: 'shop' })).toEqual([3, 1]);
  });

  test('puts what happens in a session down to whoever opened it', async () => {
    const session = await opened(store, 'slot-1');
    await store.write(register, registration(session, 'web-1'));
    await store.write(register, registration(null, 'web-2'));
    await store.write(deregister, { project: 'default', service: 'web', instance: 'web-2', session: null, actor: 'tok_ann' });
    await store.write(endSession, { session: session.id, cause: 'departed', grace: null });
    const rows = await audit();
    expect(rows.map(({ revision, kind, operation, actor }) => [revision, kind, operation, actor])).toEqual([
      [6, 'session', 'departed', 'tok_test'], [5, 'endpoint', 'gone', 'tok_test'], [4, 'endpoint', 'gone', 'tok_ann'],
      [3, 'endpoint', 'set', 'tok_test'], [2, 'endpoint', 'set', 'tok_test'], [1, 'session', 'open', 'tok_test'],
    ]);
    expect(await revisions({ actor: 'tok_test', kind: 'endpoint' })).toEqual([5, 3, 2]);
    expect(await revisions({ actor: 'tok_test', kind: 'session' })).toEqual([6, 1]);
    expect(await revisions({ kind: 'endpoint', name: 'web-1' })).toEqual([5, 2]);
  });

  test('puts what somebody else does to a session down to them, with their call', async () => {
    const bob = { actor: 'tok_bob', credential: 'tok_bob', requestId: 'req_9', remote: '10.0.0.9', userAgent: 'curl/8' };
    const told = { actor: 'tok_bob', credential: 'tok_bob', request_id: 'req_9', remote: '10.0.0.9', user_agent: 'curl/8' };
    const [one, two] = [await opened(store, 'slot-1'), await opened(store, 'slot-2')];
    const alice = { actor: 'tok_test', credential: 'tok_test', request_id: null };
    // One group: some with a call of their own, some without.
    await Promise.all([
      store.write(register, registration(one, 'web-1')), store.write(register, { ...registration(one, 'web-2'), by: bob }), store.write(register, { ...registration(null, 'web-3'), by: bob }),
    ]);
    await store.write(deregister, { project: 'default', service: 'web', instance: 'web-3', session: null, actor: 'tok_bob', by: bob });
    await Promise.all([
      store.write(endSession, { session: one.id, cause: 'departed', grace: null, by: bob }), store.write(endSession, { session: two.id, cause: 'departed', grace: null }),
    ]);
    const rows = await audit({ sinceRevision: 2 });
    expect(rows.toReversed()).toMatchObject([
      { operation: 'set', name: 'web-1', ...alice }, { operation: 'set', name: 'web-2', ...told }, { operation: 'set', name: 'web-3', ...told },
      { operation: 'gone', name: 'web-3', ...told }, ...rows.slice(0, 4).toReversed().map(({ session }) => (session === one.id ? told : alice)),
    ]);
    expect(rows).toHaveLength(8);
  });

  test('puts an expiry down to Miko, unless somebody let it proceed', async () => {
    const bob = { actor: 'tok_bob', credential: 'tok_bob', requestId: 'req_9', remote: '10.0.0.9', userAgent: null };
    const [one, two] = [await opened(store, 'slot-1', 2), await opened(store, 'slot-2', 2)];
    await store.write(register, registration(one, 'web-1'));
    await store.write(register, registration(two, 'web-2'));
    await client.query(`update clock set shift = interval '1 hour'`);
    await store.write(endSession, { session: one.id, cause: 'expired', grace: 0 });
    await store.write(endSession, { session: two.id, cause: 'expired', grace: 0, by: bob });
    expect((await audit()).slice(0, 4).map(({ kind, operation, actor, credential, request_id }) => [kind, operation, actor, credential, request_id])).toEqual([
      ['session', 'expired', 'tok_bob', 'tok_bob', 'req_9'], ['endpoint', 'gone', 'tok_bob', 'tok_bob', 'req_9'], ['session', 'expired', 'miko', null, null], ['endpoint', 'gone', 'miko', null, null],
    ]);
  });

  test('an opening that is archived is still known of by its session', async () => {
    const session = await opened(store, 'slot-1');
    await store.write(register, registration(session, 'web-1'));
    await client.query(`delete from change where kind = 'session'`);
    expect((await audit())[0]).toMatchObject({ operation: 'set', actor: 'tok_test', credential: 'tok_test' });
  });

  test('puts what the leader decides down to Miko', async () => {
    const session = await opened(store, 'slot-1', 2);
    await store.write(register, registration(session, 'web-1'));
    await client.query(`update clock set shift = interval '1 hour'`);
    await store.write(holdSession, { session: session.id, hold: true });
    expect((await audit())[0]).toMatchObject({ operation: 'hold', actor: 'miko', credential: null });
  });

  test('pages hold every row once, while others come', async () => {
    await changes(Array.from({ length: 7 }, () => ({})));
    const seen: number[] = [];
    for (let before: number | null = null, first = true; first || before !== null; first = false) {
      const page = await readAudit(store.pool, everything, before, 3);
      seen.push(...page.rows.map(({ revision }) => revision));
      before = page.before;
      await changes([{}]);
    }
    expect(seen).toEqual([7, 6, 5, 4, 3, 2, 1]);
  });

  test('one page walks a bounded stretch, and the next goes on behind it', async () => {
    await changes([{ name: 'rare' }, ...Array.from({ length: 9 }, () => ({}))]);
    const walk = (before: number | null) => readAudit(store.pool, { ...everything, name: 'rare' }, before, 100, 4);
    const [first, second, third] = [await walk(null), await walk(7), await walk(3)];
    expect([first.before, second.before, third.before]).toEqual([7, 3, null]);
    expect([...first.rows, ...second.rows, ...third.rows].map(({ revision }) => revision)).toEqual([1]);
  });

  test('walks no more rows than it has leave to, whatever is asked for, among 50,000', async () => {
    await client.query(`insert into change (revision, kind, operation, project, name, subject, actor)
      select i, case when i % 100 = 0 then 'service' else 'endpoint' end, 'set', 'default', 'web-' || i % 1000, 'x', 'tok_' || i % 10 from generate_series(1, 50000) i`);
    await client.query('analyze change');
    const filters: Partial<AuditFilter>[] = [
      {}, { kind: 'service' }, { kind: 'service', name: 'web-100' }, { kind: 'service', actor: 'tok_0' }, { actor: 'tok_absent' }, { kind: 'endpoint', name: 'absent' },
      { project: 'absent' }, { kind: 'absent' },
    ];
    const read = async (): Promise<{ whole: number; rows: number }> => (await client.query<{ whole: number; rows: number }>(`
      select coalesce(sum(seq_scan), 0)::int as whole, coalesce(sum(idx_tup_fetch), 0)::int as rows
      from pg_stat_xact_user_tables where relname in ('change', 'session')`)).rows[0]!;
    for (const filter of filters) {
      await client.query('begin');
      const before = await read();
      await readAudit(client as unknown as pg.Pool, { ...everything, ...filter }, null, 100, 1_000);
      const after = await read();
      await client.query('rollback');
      expect([filter, after.whole - before.whole]).toEqual([filter, 0]);
      // The stretch twice, and what the planner looks up.
      expect(after.rows - before.rows).toBeLessThan(4_000);
    }
  });
});

describe('who was turned away', () => {
  const entry: RefusalEntry = {
    age_ms: 0, code: 'denied', count: 1, actor: 'tok_ann', credential: 'tok_ann', remote: '10.0.0.7', user_agent: 'curl', method: 'GET', path: '/v1/tokens', project: null,
    subject: null, request_id: 'req_1',
  };

  test('is numbered without a gap, by several writers at once', async () => {
    await Promise.all(Array.from({ length: 8 }, (_, i) => writeRefusals(store.pool, Array.from({ length: 5 }, () => ({ ...entry, count: i + 1 })))));
    const { rows } = await client.query<{ numbers: number[] }>('select array_agg(number::int order by number) as numbers from refusal');
    expect(rows[0]!.numbers).toEqual(Array.from({ length: 40 }, (_, i) => i + 1));
  });

  test('comes newest first, by caller, code, project and number, in pages', async () => {
    await writeRefusals(store.pool, [entry, { ...entry, code: 'unauthenticated', actor: null, credential: null, count: 900, age_ms: 5_000 }, { ...entry, project: 'shop' }]);
    const page = async (filter: object, before: number | null = null, limit = 100) =>
      (await readRefusals(store.pool, { actor: null, code: null, project: null, since: 0, at: null, ...filter }, before, limit));
    const numbers = async (filter: object) => (await page(filter)).rows.map(({ number }) => number);
    expect(await numbers({})).toEqual([3, 2, 1]);
    expect(await numbers({ actor: 'tok_ann' })).toEqual([3, 1]);
    expect(await numbers({ code: 'unauthenticated' })).toEqual([2]);
    expect(await numbers({ project: 'shop' })).toEqual([3]);
    expect(await numbers({ since: 2 })).toEqual([3]);
    const [, second] = (await page({})).rows;
    expect(second).toMatchObject({ code: 'unauthenticated', count: 900, actor: null });
    const ages = await client.query<{ age: number }>('select extract(epoch from clock_timestamp() - at)::float8 as age from refusal where number = 2');
    expect(ages.rows[0]!.age).toBeGreaterThan(4.9);
    expect(await page({}, null, 2)).toMatchObject({ before: 2 });
    expect(await page({}, 2, 2)).toMatchObject({ before: null, rows: [{ number: 1 }] });
  });
});
