import { newId, type Stored } from '@miko/model';
import { describe, expect, test } from 'vitest';
import type { Decide } from './decision.ts';
import { openSession } from '../record-operations.ts';
import { by, codeOf, create, eventually, lockedCounter, service, stateOf, testClient, testReplica, testServer, testStore } from '../store.test.support.ts';

const database = testServer();
const update = (spec: Stored['spec'], seen: () => void = () => {}): Decide => async tx => {
  const before = (await tx.find('service', 'default', 'web'))!;
  seen();
  return { operation: 'update', before, spec, changed: ['/spec'] };
};
const remove: Decide = async tx => ({ operation: 'delete', before: (await tx.find('service', 'default', 'web'))! });

test('a change row says who did it, with what and from where; the opening of a session too', async () => {
  const connection = await database.database();
  const store = testStore(connection);
  await create(store, 'web');
  await store.writeObject({ ...by, credential: null, remote: null, userAgent: null, session: 'ses_1' }, update({ n: 1 }));
  await store.write(openSession, { id: 'ses_2', project: 'default', owner: 'a', name: 'a', ttlSeconds: 5, credential: 'tok_2', by });
  const client = await testClient(connection);
  const { rows } = await client.query('select actor, credential, request_id, remote, user_agent, session from change order by revision');
  const call = { actor: 'tok_test', credential: 'tok_test', request_id: 'req_1', remote: '127.0.0.1', user_agent: 'a test', session: null };
  expect(rows).toEqual([
    call, { ...call, credential: null, remote: null, user_agent: null, session: 'ses_1' }, { ...call, actor: 'tok_2', credential: 'tok_2', session: 'ses_2' },
  ]);
});

test('writes that come together are one commit, and each has its own answer', async () => {
  const connection = await database.database();
  const replica = await testReplica(connection);
  const lock = await lockedCounter(connection);
  const first = create(replica.store, 'first');
  await lock.waiting(1);
  const writes = ['a', 'b', 'first', 'c'].map(name => codeOf(create(replica.store, name)));
  await lock.letGo();
  expect(await first).toMatchObject({ object: { revision: 1 } });
  expect(await Promise.all(writes)).toEqual(['done', 'done', 'conflict', 'done']);
  expect(replica.revisions).toEqual([1, 2, 3, 4]);
});

describe('of two writers of one object', () => {
  test('the one that lost decides again on what the other wrote', async () => {
    const connection = await database.database();
    const stores = [testStore(connection), testStore(connection)];
    await create(stores[0]!, 'web');
    // Both have read before either writes.
    let readers = 0;
    const both = Promise.withResolvers<void>();
    const seen: number[] = [];
    await Promise.all(stores.map(store => store.writeObject(by, async tx => {
      const before = (await tx.find('service', 'default', 'web'))!;
      seen.push(before.revision);
      if (++readers === 2) both.resolve();
      await both.promise;
      return { operation: 'update', before, spec: { n: before.revision }, changed: ['/spec/n'] };
    })));
    expect(seen).toEqual([1, 1, 2]);
  });

  test('and of many, each comes to its end', async () => {
    const connection = await database.database();
    const stores = [testStore(connection), testStore(connection)];
    await create(stores[0]!, 'web');
    const add: Decide = async tx => {
      const before = (await tx.find('service', 'default', 'web'))!;
      return { operation: 'update', before, spec: { n: ((before.spec['n'] as number | undefined) ?? 0) + 1 }, changed: ['/spec/n'] };
    };
    const writes = Array.from({ length: 40 }, (_, i) => stores[i % 2]!.writeObject(by, add));
    const results = await Promise.all(writes);
    expect(results.map(result => result!.object.spec['n']).toSorted((a, b) => (a as number) - (b as number))).toEqual(Array.from({ length: 40 }, (_, i) => i + 1));
  });
});

describe('the number of objects', () => {
  test('is bounded exactly: of two Mikos that race for the last place one gets it', async () => {
    const connection = await database.database();
    const [one, other] = [testStore(connection), testStore(connection)];
    for (const name of ['a', 'b']) await create(one, name, {}, 3);
    const results = await Promise.allSettled([create(one, 'c', {}, 3), create(other, 'd', {}, 3), create(one, 'e', {}, 3), create(other, 'f', {}, 3)]);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const result of results) {
      if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'quota', quota: { used: 3, most: 3 } });
    }
    expect(await stateOf(connection)).toMatchObject({ revision: 3, objects: 3, used: 3 });
  });

  test('falls with each that is deleted', async () => {
    const store = testStore(await database.database());
    await create(store, 'web', {}, 1);
    expect(await codeOf(create(store, 'mail', {}, 1))).toBe('quota');
    await store.writeObject(by, remove);
    expect(await codeOf(create(store, 'mail', {}, 1))).toBe('done');
  });

  test('is bounded otherwise by the quota of the project, in that project alone and for as long as it stands', async () => {
    const store = testStore(await database.database());
    const quota = await store.writeObject(by, async () => service('services', { id: newId('quo'), kind: 'quota', spec: { most: 1, reason: '' } }));
    const elsewhere = (name: string) => store.writeObject(by, async () => service(name, { project: 'other' }, 2));
    await create(store, 'a', {}, 2);
    await expect(create(store, 'b', {}, 2)).rejects.toMatchObject({ code: 'quota', quota: { used: 1, most: 1 } });
    expect([await codeOf(elsewhere('a')), await codeOf(elsewhere('b')), await codeOf(elsewhere('c'))]).toEqual(['done', 'done', 'quota']);
    await store.writeObject(by, async () => ({ operation: 'delete', before: quota!.object }));
    expect(await codeOf(create(store, 'b', {}, 2))).toBe('done');
  });
});

describe('a dry run', () => {
  test('answers as if, and leaves nothing behind', async () => {
    const connection = await database.database();
    const replica = await testReplica(connection);
    await create(replica.store, 'web');
    const before = await stateOf(connection);
    const made = await create(replica.store, 'mail', { dryRun: true });
    expect(made).toMatchObject({ object: { name: 'mail', revision: 2, createdAt: expect.stringMatching(/Z$/) } });
    const next = await replica.store.writeObject(by, update({ n: 1 }), { dryRun: true });
    expect(next!.object).toMatchObject({ revision: 2, spec: { n: 1 } });
    expect(await replica.store.writeObject(by, remove, { dryRun: true })).toMatchObject({ change: { deleted: true } });
    expect(await stateOf(connection)).toEqual(before);
    expect(replica.revisions).toEqual([1]);
  });

  test('is refused where the write would be', async () => {
    const store = testStore(await database.database());
    await create(store, 'web');
    expect(await codeOf(create(store, 'web', { dryRun: true }))).toBe('conflict');
    expect(await codeOf(create(store, 'mail', { dryRun: true }, 1))).toBe('quota');
  });
});

describe('past its deadline', () => {
  test('a write that waits for the counter is refused in time, and nothing is written when it is free again', async () => {
    const connection = await database.database();
    const store = testStore(connection);
    await create(store, 'web');
    const before = await stateOf(connection);
    const lock = await lockedCounter(connection);
    const began = performance.now();
    expect(await codeOf(create(store, 'mail', { deadlineMs: 300 }))).toBe('deadline');
    expect(performance.now() - began).toBeLessThan(2_000);
    await lock.letGo();
    expect(await stateOf(connection)).toEqual(before);
    expect(await codeOf(create(store, 'mail', { deadlineMs: 5_000 }))).toBe('done');
  });

  test('so is one that waits for a connection', async () => {
    const connection = await database.database();
    const store = testStore(connection);
    const lock = await lockedCounter(connection);
    const holding = Array.from({ length: 8 }, (_, i) => codeOf(create(store, `s${i}`, { deadlineMs: 5_900 })));
    await lock.waiting(8);
    expect(await codeOf(create(store, 'web', { deadlineMs: 200 }))).toBe('deadline');
    await lock.letGo();
    expect(await Promise.all(holding)).toEqual(Array.from({ length: 8 }, () => 'done'));
    expect(await stateOf(connection)).toMatchObject({ revision: 8 });
  });

  test('so is one whose decision took too long, and one that had no time at all', async () => {
    const connection = await database.database();
    const store = testStore(connection);
    const slow = store.writeObject(by, async () => {
      const end = performance.now() + 60;
      await eventually('the end of its time', () => performance.now() > end || undefined);
      return service('web');
    }, { deadlineMs: 50 });
    expect(await codeOf(slow)).toBe('deadline');
    expect(await codeOf(create(store, 'web', { deadlineMs: 0 }))).toBe('deadline');
    expect(await stateOf(connection)).toMatchObject({ revision: 0, objects: 0 });
  });
});

test('the signing key is one for all Mikos on a database', async () => {
  const connection = await database.database();
  const keys = [await testStore(connection).signingKey(), await testStore(connection).signingKey()];
  expect(keys[0]).toHaveLength(32);
  expect(keys[0]).toEqual(keys[1]);
});
