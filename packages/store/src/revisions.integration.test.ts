import { setTimeout as sleep } from 'node:timers/promises';
import { newId } from '@miko/model';
import type pg from 'pg';
import { expect, test } from 'vitest';
import { deregister, register } from './record-operations.ts';
import type { Store } from './store.ts';
import { by, document, eventually, opened, registration, seeded, service, testClient, testReplica, testServer } from './store.test.support.ts';

const database = testServer({ services: ['web', 'slow'] });

interface Acknowledged {
  readonly began: number;
  readonly ended: number;
  readonly revision: number;
}

/** One revision by one connection that takes its time before it commits, or takes everything back. */
async function slowly(client: pg.Client, random: () => number, instance: string): Promise<Acknowledged | null> {
  const began = performance.now();
  await client.query('begin');
  const { rows } = await client.query<{ revision: number }>(
    `select revision from miko_register('{default}', '{slow}', array[$1::text], array[$2::text], '{null}', '{tok}', array[$2::text], array[$3::json], '{passing}', '{null}')`,
    [instance, newId('ep'), JSON.stringify(document({ port: 1 + Math.floor(random() * 60_000) }))],
  );
  await sleep(random() * 15);
  if (random() < 0.3) {
    await client.query('rollback');
    return null;
  }
  await client.query('commit');
  return { began, ended: performance.now(), revision: rows[0]!.revision };
}

async function writeObject(store: Store, random: () => number): Promise<number | null> {
  const name = `svc-${newId('x').slice(2)}`;
  try {
    const result = await store.writeObject(by, async tx => {
      await tx.find('service', 'default', name);
      await sleep(random() * 5);
      if (random() < 0.3) throw new Error('changed its mind');
      return service(name, {}, 1_000_000);
    });
    return result!.change.revision;
  } catch (error) {
    expect((error as Error).message).toBe('changed its mind');
    return null;
  }
}

test('revisions have no gap and stand in the order of their commits, whoever holds a transaction open or takes it back', async () => {
  const seed = Number(process.env['MIKO_SEED'] ?? Date.now() % 1_000_000);
  console.log(`MIKO_SEED=${seed}`);
  const random = seeded(seed);
  const connection = await database.database();
  const replicas = [await testReplica(connection), await testReplica(connection), await testReplica(connection)];
  const reader = await testClient(connection);
  const acknowledged: Acknowledged[] = [];
  const end = performance.now() + 1_500;
  const during = async (work: (i: number) => Promise<number | null>): Promise<void> => {
    for (let i = 0; performance.now() < end; i++) {
      const began = performance.now();
      const revision = await work(i);
      if (revision !== null) acknowledged.push({ began, ended: performance.now(), revision });
    }
  };

  // A reader that tails by `revision > last` alone.
  const tailed: number[] = [];
  let writing = true;
  const tailing = (async () => {
    for (let last = 0; ; ) {
      const stillWriting = writing;
      const { rows } = await reader.query<{ revision: number }>('select revision from change where revision > $1 order by revision', [last]);
      for (const { revision } of rows) tailed.push(revision);
      last = tailed.at(-1) ?? 0;
      if (!stillWriting && rows.length === 0) return;
    }
  })();

  const slow = await Promise.all([0, 1].map(() => testClient(connection)));
  await Promise.all([
    ...slow.map(async (client, which) => {
      for (let i = 0; performance.now() < end; i++) {
        const done = await slowly(client, random, `slow-${which}-${i % 5}`);
        if (done !== null) acknowledged.push(done);
      }
    }),
    ...replicas.flatMap(({ store }, which) => [
      during(async i => (await store.write(register, registration(null, `fast-${i % 7}`, { port: 1 + ((i * 3 + which) % 60_000) }))).revision),
      during(async i => (await store.write(deregister, { project: 'default', service: 'web', instance: `fast-${(i + 3) % 7}`, session: null, actor: 'x' })).revision),
      during(() => writeObject(store, random)),
      during(async i => (await opened(store, `owner-${which}-${i % 3}`)).generation),
    ]),
  ]);
  writing = false;
  await tailing;

  const { rows: [counter] } = await reader.query<{ revision: number }>('select revision from counter');
  const newest = counter!.revision;
  const all = Array.from({ length: newest }, (_, i) => i + 1);
  expect(newest).toBeGreaterThan(100);
  const { rows } = await reader.query<{ revision: number }>('select revision from change order by revision');
  expect(rows.map(row => row.revision)).toEqual(all);
  expect(tailed).toEqual(all);
  for (const { feed, revisions } of replicas) {
    await eventually('the replica to have all', () => feed.revision >= newest || undefined);
    expect(revisions).toEqual(all);
  }
  // An answer never carries a number below one that was given before its call began.
  expect(acknowledged.length).toBeGreaterThan(100);
  let highest = 0;
  const ends = acknowledged.toSorted((a, b) => a.ended - b.ended);
  for (const { began, revision } of acknowledged.toSorted((a, b) => a.began - b.began)) {
    while (ends.length > 0 && ends[0]!.ended < began) highest = Math.max(highest, ends.shift()!.revision);
    expect(revision).toBeGreaterThan(highest);
  }
  const { rows: wrong } = await reader.query(`select e.instance from endpoint e left join change c on c.revision = e.revision
    where c.name is distinct from e.instance or c.kind <> 'endpoint' or c.subject <> e.id`);
  expect(wrong).toEqual([]);
});
