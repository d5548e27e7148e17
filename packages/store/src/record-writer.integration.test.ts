import { newId } from '@miko/model';
import * as fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { deregister, endSession, openSession, register, setHealth } from './record-operations.ts';
import { RecordWriter } from './record-writer.ts';
import { by, eventually, lockWaiters, opened, registration, testClient, testServer, testStore } from './store.test.support.ts';

const database = testServer({ services: ['web'] });
const removal = (instance: string, session: string | null = null) => ({ project: 'default', service: 'web', instance, session, actor: 'tok_test' });
const settled = <T>(promise: Promise<T>): Promise<T | { code: string }> => promise.catch((error: { code: string }) => ({ code: error.code }));

describe('the writer', () => {
  test('writes what arrives while a commit runs as one group with one commit', async () => {
    const connection = await database.database();
    const store = testStore(connection);
    const outcomes = await Promise.all(Array.from({ length: 300 }, (_, i) => store.write(register, registration(null, `web-${i}`))));
    expect(outcomes.map(({ revision }) => revision)).toEqual(Array.from({ length: 300 }, (_, i) => i + 1));
    const client = await testClient(connection);
    const { rows } = await client.query<{ n: number }>('select count(distinct xmin::text)::int as n from change');
    expect(rows[0]!.n).toBeLessThanOrEqual(2);
  });

  test('keeps the order of the writes to one key, and takes those of others past them', async () => {
    const store = testStore(await database.database());
    const order: string[] = [];
    const note = <T extends { outcome: string }>(name: string, promise: Promise<T>) => promise.then(({ outcome }) => order.push(`${name} ${outcome}`));
    await Promise.all([
      note('1', store.write(register, registration(null, 'a', { port: 1 }))),
      note('2', store.write(register, registration(null, 'a', { port: 2 }))),
      note('3', store.write(deregister, removal('a'))),
      note('4', store.write(deregister, removal('a'))),
      note('5', store.write(register, registration(null, 'a', { port: 2 }))),
      note('6', store.write(register, registration(null, 'a', { port: 2 }))),
      note('b', store.write(register, registration(null, 'b'))),
    ]);
    expect(order.filter(line => !line.startsWith('b'))).toEqual(['1 created', '2 changed', '3 gone', '4 not_found', '5 created', '6 same']);
    expect(order.indexOf('b created')).toBeLessThan(order.indexOf('3 gone'));
  });

  test('gives any mixture of writes the outcomes it would have one by one', async () => {
    const connection = await database.database();
    const store = testStore(connection);
    const instance = fc.constantFrom('a', 'b', 'c');
    const act = fc.oneof(
      fc.record({ kind: fc.constant('register' as const), instance, port: fc.integer({ min: 1, max: 3 }) }),
      fc.record({ kind: fc.constant('deregister' as const), instance }),
      fc.record({ kind: fc.constant('health' as const), instance, health: fc.constantFrom('passing' as const, 'critical' as const) }),
    );
    let run = 0;
    await fc.assert(fc.asyncProperty(fc.array(act, { maxLength: 25 }), async acts => {
      const prefix = `run-${run++}-`;
      const model = new Map<string, { port: number; health: string }>();
      const expected: string[] = [];
      const ids = new Map<string, string>();
      const got = await Promise.all(acts.map(action => {
        const name = prefix + action.instance;
        const known = model.get(name);
        if (action.kind === 'register') {
          expected.push(known === undefined ? 'created' : known.port === action.port ? 'same' : 'changed');
          // What was found at one address says nothing of another.
          model.set(name, { port: action.port, health: known?.port === action.port ? known.health : 'passing' });
          const write = registration(null, name, { port: action.port });
          if (known === undefined) ids.set(name, write.newId);
          // A durable endpoint keeps its id while it stays registered.
          return store.write(register, write);
        }
        if (action.kind === 'deregister') {
          expected.push(known === undefined ? 'not_found' : 'gone');
          model.delete(name);
          return store.write(deregister, removal(name));
        }
        expected.push(known === undefined ? 'not_found' : known.health === action.health ? 'same' : 'changed');
        if (known !== undefined) known.health = action.health;
        return store.write(setHealth, { project: 'default', service: 'web', instance: name, id: ids.get(name) ?? 'ep_none', health: action.health });
      }));
      expect(got.map(({ outcome }) => outcome)).toEqual(expected);
    }), { numRuns: 40 });
    const client = await testClient(connection);
    const { rows: [row] } = await client.query<{ counted: number; changes: number }>('select revision as counted, (select count(*) from change) as changes from counter');
    expect(row!.changes).toBe(row!.counted);
  });

  test('refuses nobody for what another one of the group sent', async () => {
    const store = testStore(await database.database());
    await opened(store, 'warm');
    const results = await Promise.allSettled(Array.from({ length: 64 }, (_, i) => store.write(deregister, removal(`web-${i}`, i === 37 ? '\0' : null))));
    expect(results.flatMap((result, i) => (result.status === 'rejected' ? [i] : []))).toEqual([37]);
  });

  test('refuses the 20,001st that waits as overloaded, and answers all the others', async () => {
    const store = testStore(await database.database());
    const results = await Promise.all(Array.from({ length: 20_005 }, (_, i) => settled(store.write(deregister, removal(`none-${i}`)))));
    expect(results.flatMap((result, i) => ('code' in result ? [`${i} ${result.code}`] : []))).toEqual([0, 1, 2, 3, 4].map(i => `${20_000 + i} overloaded`));
  });

  test('does not send what has waited past its last instant', async () => {
    const connection = await database.database();
    const writer = new RecordWriter(() => connection, () => {});
    onTestFinished(() => writer.close());
    const [client, holder] = [await testClient(connection), await testClient(connection)];
    await holder.query('begin; select miko_lock_counter()');
    const first = settled(writer.submit(register, registration(null, 'web-1')));
    await eventually('the first to wait for the counter', async () => (await lockWaiters(client)) > 0 || undefined);
    const latest = performance.now() + 20;
    const rest = [settled(writer.submit(register, registration(null, 'web-2'), latest)), settled(writer.submit(register, registration(null, 'web-3')))];
    await eventually('the last instant to pass', () => performance.now() > latest || undefined);
    await holder.query('rollback');
    expect((await Promise.all([first, ...rest])).map(result => ('code' in result ? result.code : result.outcome))).toEqual(['created', 'deadline', 'created']);
  });

  test('refuses what waits and what comes after when it is closed; what runs is finished', async () => {
    const connection = await database.database();
    const store = testStore(connection);
    const client = await testClient(connection);
    const holder = await testClient(connection);
    await holder.query('begin; select miko_lock_counter()');
    const writes = Array.from({ length: 3 }, (_, i) => settled(store.write(register, registration(null, 'one', { port: i + 1 }))));
    await eventually('the first to wait for the counter', async () => (await lockWaiters(client)) > 0 || undefined);
    const closing = store.close();
    await holder.query('rollback');
    await closing;
    expect((await Promise.all(writes)).map(result => ('code' in result ? result.code : result.outcome))).toEqual(['created', 'unavailable', 'unavailable']);
    await expect(store.write(deregister, removal('one'))).rejects.toMatchObject({ code: 'unavailable' });
  });
});

test('writes of all kinds end when the store is closed under them', async () => {
  const store = testStore(await database.database());
  const session = await opened(store, 'a');
  const writes = [
    store.write(register, registration(session, 'web-1')),
    store.write(openSession, { id: newId('ses'), project: 'default', owner: 'b', name: 'b', ttlSeconds: 5, credential: 'tok' }),
    store.write(endSession, { session: session.id, cause: 'departed', grace: null }),
    store.writeObject(by, async () => null),
    store.pulse([{ session: session.id, applied: 1 }]),
  ].map(promise => promise.then(() => 'done', (error: { code: string }) => error.code));
  await store.close();
  for (const result of await Promise.all(writes)) expect(['done', 'unavailable']).toContain(result);
});
