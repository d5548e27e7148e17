import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { newId } from '@miko/model';
import type { Connection } from './client.ts';
import { startEmbedded } from './embedded/server.ts';
import { register, type RegisterOutcome } from './record-operations.ts';
import { backendOf, by, create, eventually, lockWaiters, opened, registration, service, testClient, testServer, testStore } from './store.test.support.ts';

const database = testServer({ services: ['web'] });
const settled = <T>(promise: Promise<T>): Promise<T | { code: string }> => promise.catch((error: { code: string }) => ({ code: error.code }));

describe('when the database is lost in the middle of a group', () => {
  test('the callers are told, the next call goes on, and the same calls again have the effect once', async () => {
    const connection = await database.database();
    const store = testStore(connection);
    const client = await testClient(connection);
    const session = await opened(store, 'a');
    const holder = await testClient(connection);
    await holder.query('begin; select miko_lock_counter()');
    const calls = () => Array.from({ length: 50 }, (_, i) => registration(session, `web-${i}`));
    const first = calls().map(write => settled(store.write(register, write)));
    await eventually('the group to wait for the counter', async () => (await lockWaiters(client)) > 0 || undefined);
    await client.query('select pg_terminate_backend($1)', [await backendOf(client, 'miko-records')]);
    expect(await first[0]).toEqual({ code: 'unavailable' });
    await holder.query('rollback');
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
    await store.writeObject(by, async () => service('default', { kind: 'project', id: newId('prj'), project: null }));
    await create(store, 'web');
    const session = await opened(store, 'a');
    const acknowledged = new Map<string, number>();
    for (let round = 0; round < 3; round++) {
      let failures = 0;
      const writers = Array.from({ length: 8 }, async (_, who) => {
        for (let i = 0; ; i++) {
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
    // Whether the lost one happened nobody knows; that it did not happen later, everybody may rely on.
    const { revision } = await later;
    await eventually('the end of the backend', async () => {
      const { rows } = await client.query('select from pg_stat_activity where pid = $1', [backend]);
      return rows.length === 0 || undefined;
    });
    const { rows } = await client.query(`select (document->>'port')::int as port, revision, (select max(revision) from change) as newest from endpoint`);
    expect(rows).toEqual([{ port: 3, revision, newest: revision }]);
  });
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
