import { newId, type Stored } from '@miko/model';
import type pg from 'pg';
import { describe, expect, test } from 'vitest';
import type { ObjectWrite } from './decision.ts';
import { register } from '../record-operations.ts';
import { by, eventually, lockWaiters, registration, service as plainService, testClient, testReplica, testServer, testStore } from '../store.test.support.ts';
import { readChanges } from '../tail.ts';
import type { Store } from '../store.ts';

const database = testServer();
const spec = { description: 'Überall "hier"', labels: { b: '1', a: '2' } };

const service = (name: string, more: object = {}): ObjectWrite => plainService(name, { spec, ...more });
const create = (store: Store, write: ObjectWrite) => store.writeObject(by, async () => write);
const change = (store: Store, name: string, next: (before: Stored) => ObjectWrite) =>
  store.writeObject(by, async tx => next((await tx.find('service', 'default', name))!));

describe('an object', () => {
  test('is created, updated and deleted by one revision each, with before and after in its change row', async () => {
    const connection = await database.database();
    const store = testStore(connection);
    const client = await testClient(connection);
    const { object: made } = (await create(store, service('web')))!;
    expect(made).toMatchObject({ name: 'web', project: 'default', revision: 1, spec, createdAt: made.updatedAt });
    const { object: next } = (await change(store, 'web', before => ({ operation: 'update', before, spec: { ...spec, description: '' }, changed: ['/spec/description'] })))!;
    expect(next).toEqual({ ...made, revision: 2, updatedAt: next.updatedAt, spec: { ...spec, description: '' } });
    const gone = (await change(store, 'web', before => ({ operation: 'delete', before })))!;
    expect(gone.change).toMatchObject({ revision: 3, deleted: true });
    const { rows } = await client.query('select revision, operation, before_revision, changed, before, after from change order by revision');
    expect(rows).toEqual([
      { revision: 1, operation: 'create', before_revision: null, changed: null, before: null, after: made },
      { revision: 2, operation: 'update', before_revision: 1, changed: ['/spec/description'], before: made, after: next },
      { revision: 3, operation: 'delete', before_revision: 2, changed: null, before: next, after: null },
    ]);
  });

  test('reads the same from the call, from the changes, from a snapshot and in a transaction', async () => {
    const replica = await testReplica(await database.database());
    const { object: web } = (await create(replica.store, service('web')))!;
    const secret = Buffer.alloc(32, 7);
    const { object: token } = (await create(replica.store, { ...service('ci'), object: { id: 'tok_1', kind: 'token', name: 'ci', project: null, spec: {}, status: { used: 1 } }, secret } as ObjectWrite))!;
    const changes = await readChanges(replica.store.pool, 0);
    expect(changes).toEqual(replica.changes);
    expect(changes!.map(c => (c.type === 'object' ? [c.object, c.secretHash] : null))).toEqual([[web, null], [token, secret.toString('hex')]]);
    const { objects } = await replica.store.load(() => {});
    expect(objects.map(({ object }) => object).filter(({ revision }) => revision > 0)).toEqual([web, token]);
    await replica.store.writeObject(by, async tx => {
      expect(await tx.find('service', 'default', 'web')).toEqual(web);
      expect(await tx.find('service', 'default', web.id)).toEqual(web);
      expect(await tx.find('token', null, 'ci')).toEqual(token);
      expect(await tx.find('service', 'other', 'web')).toBeNull();
      expect(await Promise.all(['web', 'a\0', 'none'].map(name => tx.find('service', 'default', name)))).toEqual([web, null, null]);
      // It comes together with the others, and is nobody's fault but its own.
      expect(await Promise.all(['web', 'a\0', 'none'].map(name => tx.find('service', 'default', name)))).toEqual([web, null, null]);
      return null;
    });
  });

  test('of a name that is taken is a conflict, gives its number back, and the name is free again after a deletion', async () => {
    const connection = await database.database();
    const [one, other] = [testStore(connection), testStore(connection)];
    const results = await Promise.allSettled([create(one, service('web')), create(other, service('web'))]);
    expect(results.map(r => r.status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(results.find(r => r.status === 'rejected')).toMatchObject({ reason: { code: 'conflict' } });
    await change(one, 'web', before => ({ operation: 'delete', before }));
    expect((await create(other, service('web')))!.object.revision).toBe(3);
  });

  test('that a decision leaves alone, or throws over, moves nothing', async () => {
    const store = testStore(await database.database());
    expect(await store.writeObject(by, async () => null)).toBeNull();
    await expect(store.writeObject(by, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect((await create(store, service('web')))!.object.revision).toBe(1);
  });

  test('is judged on the truth: a second writer waits for the first and sees what it wrote', async () => {
    const connection = await database.database();
    const [one, other] = [testStore(connection), testStore(connection)];
    await create(one, service('web'));
    const add = (store: Store) => change(store, 'web', before => ({ operation: 'update', before, spec: { n: ((before.spec['n'] as number | undefined) ?? 0) + 1 }, changed: ['/spec/n'] }));
    await Promise.all([add(one), add(other), add(one), add(other)]);
    await one.writeObject(by, async tx => {
      expect((await tx.find('service', 'default', 'web'))!.spec).toEqual({ n: 4 });
      return null;
    });
  });

  test('knows what still lies in it', async () => {
    const store = testStore(await database.database());
    const { object } = (await create(store, service('web')))!;
    const used = async () => {
      let answer = false;
      await store.writeObject(by, async tx => {
        answer = await tx.inUse(object);
        return null;
      });
      return answer;
    };
    expect(await used()).toBe(false);
    await store.write(register, registration(null, 'web-1'));
    expect(await used()).toBe(true);
  });

  test('an endpoint has one override at most', async () => {
    const store = testStore(await database.database());
    const override = (instance: string) => service(`ovr-${newId('x').slice(2)}`, { id: newId('ovr'), kind: 'endpoint_override', spec: { service: 'web', instance } });
    await create(store, override('web-1'));
    await create(store, override('web-2'));
    await expect(create(store, override('web-1'))).rejects.toMatchObject({ code: 'conflict' });
  });
});

describe('when the database is lost', () => {
  const kill = (client: pg.Client) =>
    client.query(`select pg_terminate_backend(pid) from pg_stat_activity where application_name in ('miko-objects', 'miko-records') and datname = current_database()`);

  test('while a decision is made in a transaction, the caller is told, nothing happened, and the process lives', async () => {
    const connection = await database.database();
    const store = testStore(connection);
    const client = await testClient(connection);
    await expect(store.writeObject(by, async tx => {
      await tx.find('service', 'default', 'web');
      await kill(client);
      await eventually('the end of the backends', async () => {
        const { rows } = await client.query(`select from pg_stat_activity where application_name in ('miko-objects', 'miko-records') and datname = current_database()`);
        return rows.length === 0 || undefined;
      });
      return service('web');
    }, { deadlineMs: 5_000 })).rejects.toMatchObject({ code: 'unavailable' });
    expect((await create(store, service('web')))!.object.revision).toBe(1);
  });

  test('while the write waits for the counter, the same', async () => {
    const connection = await database.database();
    const store = testStore(connection);
    const [client, holder] = [await testClient(connection), await testClient(connection)];
    await holder.query('begin; select miko_lock_counter()');
    const writing = create(store, service('web')).catch((error: { code: string }) => error.code);
    await eventually('the write to wait', async () => (await lockWaiters(client)) > 0 || undefined);
    await kill(client);
    expect(await writing).toBe('unavailable');
    await holder.query('rollback');
    expect((await create(store, service('web')))!.object.revision).toBe(1);
  });
});
