import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newId } from '@miko/model';
import * as fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Connection } from './client.ts';
import { startEmbedded } from './embedded/server.ts';
import { deregister, endSession, openSession, register, setHealth, type RegisterOutcome } from './record-operations.ts';
import type { Store } from './store.ts';
import { backendOf, eventually, lockWaiters, opened, registration, testClient, testServer, testStore } from './store.test.support.ts';

const database = testServer();
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
    expect(rows[0]!.n).toBe(2);
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
          model.set(name, { port: action.port, health: known?.health ?? 'passing' });
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
    const refused = results.filter(result => 'code' in result);
    // The first went to the database at once.
    expect(refused).toEqual(Array.from({ length: 4 }, () => ({ code: 'overloaded' })));
    expect(results.at(-1)).toEqual({ code: 'overloaded' });
  });

  test('refuses what waits and what comes after when it is closed; what runs is finished', async () => {
    const store = testStore(await database.database());
    const writes = Array.from({ length: 3 }, (_, i) => settled(store.write(register, registration(null, 'one', { port: i + 1 }))));
    await store.close();
    expect((await Promise.all(writes)).map(result => ('code' in result ? result.code : result.outcome))).toEqual(['created', 'unavailable', 'unavailable']);
    await expect(store.write(deregister, removal('one'))).rejects.toMatchObject({ code: 'unavailable' });
  });
});

describe('when the database is lost in the middle of a group', () => {
  test('the callers are told, the next call goes on, and the same calls again have the effect once', async () => {
    const connection = await database.database();
    const store = testStore(connection);
    const client = await testClient(connection);
    const session = await opened(store, 'a');
    await client.query('begin; select miko_lock_counter()');
    const calls = () => Array.from({ length: 50 }, (_, i) => registration(session, `web-${i}`));
    const first = calls().map(write => settled(store.write(register, write)));
    await eventually('the group to wait for the counter', async () => (await lockWaiters(client)) > 0 || undefined);
    await client.query('select pg_terminate_backend($1)', [await backendOf(client, 'miko-records')]);
    expect(await first[0]).toEqual({ code: 'unavailable' });
    await client.query('rollback');
    await Promise.all(first);
    const again = await Promise.all(calls().map(write => store.write(register, write)));
    const once = await Promise.all(calls().map(write => store.write(register, write)));
    expect(once.map(({ outcome }) => outcome)).toEqual(Array.from({ length: 50 }, () => 'same'));
    expect(once.map(({ revision }) => revision)).toEqual(again.map(({ revision }) => revision));
    const { rows } = await client.query('select name from change where kind = \'endpoint\'');
    expect(rows).toHaveLength(50);
  });

  test('also by kill -9 of the server: nothing acknowledged is lost, and a call repeated gives the same result', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'miko-store-'));
    onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }));
    let server = await startEmbedded({ dataDir: join(dataDir, 'data') });
    onTestFinished(() => server.stop());
    const store = testStore(server.connection);
    await store.prepare();
    const session = await opened(store, 'a');
    const acknowledged = new Map<string, number>();
    for (let round = 0; round < 3; round++) {
      let stop = false;
      let failures = 0;
      const writers = Array.from({ length: 8 }, async (_, who) => {
        for (let i = 0; !stop; i++) {
          const instance = `r${round}-w${who}-${i}`;
          const outcome: RegisterOutcome | { code: string } = await settled(store.write(register, registration(session, instance)));
          if ('outcome' in outcome) {
            acknowledged.set(instance, outcome.revision!);
          } else {
            expect(outcome.code).toBe('unavailable');
            failures++;
            return;
          }
        }
      });
      const goal = acknowledged.size + 100;
      await eventually('registrations', () => acknowledged.size >= goal || undefined);
      process.kill(server.pid, 'SIGKILL');
      await Promise.all(writers);
      stop = true;
      expect(failures).toBe(8);
      server = await startEmbedded({ dataDir: join(dataDir, 'data') });
      store.moveTo(server.connection);
    }
    for (const [instance, revision] of acknowledged) {
      expect(await store.write(register, registration(session, instance))).toEqual({ outcome: 'same', revision });
    }
    const client = await testClient(server.connection);
    const { rows: [row] } = await client.query<{ counted: number; changes: number }>('select revision as counted, (select count(*) from change) as changes from counter');
    expect(row!.changes).toBe(row!.counted);
  });

  test('what the lost connection had sent never happens after what was acknowledged later', async () => {
    const connection = await database.database() as { host: string };
    const cut = await cuttable(connection.host);
    const store = testStore({ ...connection, host: cut.host } as Connection);
    const client = await testClient(connection as Connection);
    await store.write(register, registration(null, 'web-1', { port: 1 }));
    const backend = await backendOf(client, 'miko-records');
    process.kill(backend, 'SIGSTOP');
    const lost = settled(store.write(register, registration(null, 'web-1', { port: 2 })));
    await cut.sent();
    cut.now();
    expect(await lost).toEqual({ code: 'unavailable' });
    const later = store.write(register, registration(null, 'web-1', { port: 3 }));
    await eventually('the next connection to wait for the end of the one before', async () => {
      const { rows } = await client.query(`select from pg_stat_activity where application_name = 'miko-records' and query like '%pg_terminate_backend%' and state = 'active'`);
      return rows.length > 0 || undefined;
    });
    process.kill(backend, 'SIGCONT');
    expect(await later).toEqual({ outcome: 'changed', revision: 2 });
    await eventually('the end of the backend', async () => {
      const { rows } = await client.query('select from pg_stat_activity where pid = $1', [backend]);
      return rows.length === 0 || undefined;
    });
    const { rows } = await client.query<{ port: number }>(`select (document->>'port')::int as port from endpoint`);
    expect(rows).toEqual([{ port: 3 }]);
  });
});

test('writes of all kinds end when the store is closed under them', async () => {
  const store: Store = testStore(await database.database());
  const session = await opened(store, 'a');
  const writes = [
    store.write(register, registration(session, 'web-1')),
    store.write(openSession, { id: newId('ses'), project: 'default', owner: 'b', name: 'b', ttlSeconds: 5, credential: 'tok' }),
    store.write(endSession, { session: session.id, cause: 'departed', grace: null }),
    store.writeObject({ actor: 'a', requestId: 'r' }, async () => null),
    store.pulse([{ session: session.id, applied: 1 }]),
  ].map(promise => promise.then(() => 'done', (error: { code: string }) => error.code));
  await store.close();
  for (const result of await Promise.all(writes)) expect(['done', 'unavailable']).toContain(result);
});

/** A way to the server that can be cut on this side alone: over there the connection goes on, as over a broken network. */
async function cuttable(target: string): Promise<{ host: string; sent(): Promise<void>; now(): void }> {
  const host = mkdtempSync('/tmp/miko-cut-');
  const pairs: [Socket, Socket][] = [];
  let bytes = 0;
  const server = createServer({ allowHalfOpen: true }, near => {
    const far = connect(join(target, '.s.PGSQL.5432'));
    pairs.push([near, far]);
    near.on('data', chunk => {
      far.write(chunk, () => { bytes += chunk.length; });
    });
    far.on('data', chunk => { if (near.writable) near.write(chunk); });
    far.on('close', () => near.destroy());
    for (const socket of [near, far]) socket.on('error', () => {});
    near.on('end', () => far.end());
  });
  await new Promise<void>(resolve => { server.listen(join(host, '.s.PGSQL.5432'), resolve); });
  onTestFinished(() => {
    for (const pair of pairs) for (const socket of pair) socket.destroy();
    server.close();
    rmSync(host, { recursive: true, force: true });
  });
  return {
    host,
    sent: async () => {
      const before = bytes;
      await eventually('bytes on their way', () => bytes > before || undefined);
    },
    now: () => {
      for (const [near, far] of pairs) {
        near.removeAllListeners('end');
        near.destroy();
        far.pause();
      }
    },
  };
}
