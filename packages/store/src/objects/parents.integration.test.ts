import { newId } from '@miko/model';
import { describe, expect, test } from 'vitest';
import type { Connection } from '../client.ts';
import type { Decide, ObjectWrite, WriteHow } from './decision.ts';
import { openSession, register } from '../record-operations.ts';
import type { Store } from '../store.ts';
import { by, codeOf, lockedCounter, registration, service, testClient, testServer, testStore } from '../store.test.support.ts';

/** What lies in a project or a service never outlives it, however close together the two are written. */

const database = testServer();
const ROUNDS = 20;
const tokenFor = (project: string) => service('ci', { id: newId('tok'), kind: 'token', project: null, spec: { project } });

const make = (store: Store, write: ObjectWrite, how?: WriteHow) => store.writeObject(by, async () => write, how);
const makeProject = (store: Store, name: string) => make(store, service(name, { id: newId('prj'), kind: 'project', project: null }));
/** As the server deletes: it looks first, and again where it is told that something has moved. */
const removing = (kind: string, project: string | null, name: string): Decide => async tx => {
  const before = await tx.find(kind, project, name);
  if (before === null) throw Object.assign(new Error(), { code: 'absent' });
  if (await tx.inUse(before)) throw Object.assign(new Error(), { code: 'in_use' });
  return { operation: 'delete', before };
};
const remove = (store: Store, kind: string, project: string | null, name: string, how?: WriteHow) => codeOf(store.writeObject(by, removing(kind, project, name), how));
const registering = (store: Store, project: string) => store.write(register, { ...registration(null, 'web-1'), project }).then(({ outcome }) => outcome);
const opening = (store: Store, project: string) =>
  store.write(openSession, { id: newId('ses'), project, owner: 'a', name: 'a', ttlSeconds: 60, credential: 'tok_test' }).then(session => (session === null ? 'no_project' : 'done'));

async function orphans(connection: Connection): Promise<unknown[]> {
  const client = await testClient(connection);
  const { rows } = await client.query(`with project as (select name from object where kind = 'project' and deleted_at is null)
    select id from object where deleted_at is null and project <> '' and project not in (select name from project)
    union all select id from session where state <> 'ended' and project not in (select name from project)
    union all select id from endpoint e where gone_cause is null and not exists (
      select from object o where o.kind = 'service' and o.project = e.project and o.name = e.service and o.deleted_at is null)`);
  return rows;
}

describe('a project that is deleted while', () => {
  test.each<[string, (store: Store, project: string) => Promise<string>, string]>([
    ['an object is made in it', (store, project) => codeOf(make(store, service('web', { project }))), 'no_project'],
    ['one is made in it by a call under a deadline', (store, project) => codeOf(make(store, service('web', { project }), { deadlineMs: 5_000 })), 'no_project'],
    ['a session is opened in it', opening, 'no_project'],
  ])('%s: one of the two is refused', async (_, begin, refused) => {
    const connection = await database.database();
    const stores = [testStore(connection), testStore(connection)] as const;
    const ends = new Set<string>();
    for (let i = 0; i < ROUNDS; i++) {
      const project = `shop-${i}`;
      await makeProject(stores[0], project);
      // Both have decided before either is judged; which comes first changes from round to round.
      const lock = await lockedCounter(connection);
      const acts = [() => begin(stores[0], project), () => remove(stores[1], 'project', null, project)];
      const running: Promise<string>[] = [];
      for (const act of i % 2 === 0 ? acts : acts.toReversed()) {
        running.push(act());
        await lock.waiting(running.length);
      }
      await lock.letGo();
      const [begun, removed] = await Promise.all(i % 2 === 0 ? running : running.toReversed());
      expect([begun, removed]).toEqual(begun === 'done' ? ['done', 'in_use'] : [refused, 'done']);
      ends.add(begun!);
    }
    expect(ends).toEqual(new Set(['done', refused]));
    expect(await orphans(connection)).toEqual([]);
  });

  test('a service that was made and deleted meanwhile goes after all', async () => {
    const store = testStore(await database.database());
    await makeProject(store, 'shop');
    await make(store, service('web', { project: 'shop' }));
    expect(await remove(store, 'project', null, 'shop')).toBe('in_use');
    expect(await remove(store, 'service', 'shop', 'web')).toBe('done');
    expect(await remove(store, 'project', null, 'shop')).toBe('done');
  });
});

test('a service that is deleted while an endpoint of it is registered: one of the two is refused', async () => {
  const connection = await database.database();
  const stores = [testStore(connection), testStore(connection)] as const;
  const ends = new Set<string>();
  for (let i = 0; i < ROUNDS; i++) {
    const project = `shop-${i}`;
    await makeProject(stores[0], project);
    await make(stores[0], service('web', { project }));
    const lock = await lockedCounter(connection);
    const acts = [() => registering(stores[0], project), () => remove(stores[1], 'service', project, 'web')];
    const running: Promise<string>[] = [];
    for (const act of i % 2 === 0 ? acts : acts.toReversed()) {
      running.push(act());
      await lock.waiting(running.length);
    }
    await lock.letGo();
    const [registered, removed] = await Promise.all(i % 2 === 0 ? running : running.toReversed());
    expect([registered, removed]).toEqual(registered === 'created' ? ['created', 'in_use'] : ['not_found', 'done']);
    ends.add(registered!);
  }
  expect(ends).toEqual(new Set(['created', 'not_found']));
  expect(await orphans(connection)).toEqual([]);
});

test('of a group only what is for an absent service or project is refused', async () => {
  const connection = await database.database();
  const store = testStore(connection);
  await make(store, service('web'));
  const lock = await lockedCounter(connection);
  const first = registering(store, 'default');
  await lock.waiting(1);
  const rest = [registering(store, 'absent'), opening(store, 'absent'), opening(store, 'default'), store.write(register, registration(null, 'web-2'))];
  await lock.letGo();
  expect(await first).toBe('created');
  expect(await Promise.all(rest)).toMatchObject(['not_found', 'no_project', 'done', { outcome: 'created' }]);
  const client = await testClient(connection);
  expect((await client.query('select k.revision, (select count(*) from change) as changes from counter k')).rows).toEqual([{ revision: 4, changes: 4 }]);
});

describe('a token that names a project', () => {
  test('keeps it from being deleted for as long as it lives', async () => {
    const store = testStore(await database.database());
    await makeProject(store, 'shop');
    await make(store, tokenFor('shop'));
    await make(store, { ...tokenFor('bank'), object: { ...tokenFor('bank').object, name: 'another' } });
    expect(await remove(store, 'project', null, 'shop')).toBe('in_use');
    expect(await remove(store, 'project', null, 'shop', { dryRun: true })).toBe('in_use');
    expect(await remove(store, 'token', null, 'ci')).toBe('done');
    expect(await remove(store, 'project', null, 'shop')).toBe('done');
  });

  test('also one that is made while the project is being deleted, and was there first', async () => {
    const connection = await database.database();
    const [one, other] = [testStore(connection), testStore(connection)];
    await makeProject(one, 'shop');
    const lock = await lockedCounter(connection);
    const made = codeOf(make(one, tokenFor('shop')));
    await lock.waiting(1);
    const removed = remove(other, 'project', null, 'shop');
    await lock.waiting(2);
    await lock.letGo();
    expect([await made, await removed]).toEqual(['done', 'in_use']);
  });
});
