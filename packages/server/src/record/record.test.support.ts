import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newestApiDate, type Actor } from '@miko/model';
import { Store } from '@miko/store';
import { startEmbedded, type EmbeddedServer } from '@miko/store/embedded';
import { pino } from 'pino';
import { afterAll, beforeAll, onTestFinished } from 'vitest';
import type { Answer, Sink, Stream } from '../api/call.ts';
import type { Operation, Request } from '../api/operation.ts';
import type { ArchiveTarget } from './archive-target.ts';
import { Sealer } from './sealer.ts';

export const log = pino({ level: 'silent' });

/** A PostgreSQL for one test file; each test gets a store of its own, on an empty database, that leads. */
export function testStores(): { open(): Promise<Store> } {
  const dataDir = mkdtempSync(join(tmpdir(), 'miko-record-'));
  let server: EmbeddedServer;
  let count = 0;
  beforeAll(async () => { server = await startEmbedded({ dataDir }); });
  afterAll(async () => {
    await server.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });
  return {
    async open() {
      const admin = new Store(server.connection);
      const database = `record_${++count}`;
      await admin.pool.query(`create database ${database}`);
      await admin.close();
      const store = new Store({ ...server.connection, database });
      onTestFinished(() => store.close());
      await store.prepare();
      await store.lease.tryAcquire();
      return store;
    },
  };
}

export function testFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'miko-archive-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Changes numbered 1 on, so many days old; every third is of an endpoint. */
export async function writeChanges(store: Store, count: number, days: number, first = 1): Promise<void> {
  await store.pool.query(`insert into change (revision, at, kind, operation, project, service, name, subject, actor, after)
    select i, clock_timestamp() - make_interval(days => $3), case when i % 3 = 0 then 'endpoint' else 'service' end, 'create', case when i % 2 = 0 then 'shop' else 'default' end,
      case when i % 3 = 0 then 'web' end, 'name-' || i, 'svc_' || i, 'tok_ann', case when i % 3 <> 0 then jsonb_build_object('name', 'name-' || i, 'nothing', null) end
    from generate_series($1::bigint, $2::bigint) i`, [first, first + count - 1, days]);
  await store.pool.query('update counter set revision = $1, horizon = $1', [first + count - 1]);
}

/** So many changes, sealed in blocks of 10, all `days` old. */
export async function sealed(store: Store, count: number, days: number, first = 1): Promise<void> {
  for (let at = first; at < first + count; at += 10) {
    await writeChanges(store, Math.min(10, first + count - at), days, at);
    await new Sealer(store.lease).runOnce();
  }
  await ageSeals(store, days);
}

/** All seals are so much older. */
export const ageSeals = async (store: Store, days: number): Promise<void> =>
  void (await store.pool.query('update seal set at = at - make_interval(days => $1)', [days]));

export const numbersOf = async (store: Store, table: 'change' | 'refusal' = 'change'): Promise<number[]> =>
  (await store.pool.query<{ n: number }>(`select ${table === 'change' ? 'revision' : 'number'} as n from ${table} order by 1`)).rows.map(({ n }) => n);

/** A target in memory that fails when it is told to: before or after what it is asked for. */
export class FailingTarget implements ArchiveTarget {
  readonly files = new Map<string, Buffer>();
  /** Calls to come that succeed; then one fails. Infinity: none does. */
  callsLeft = Number.POSITIVE_INFINITY;
  failsAfterwards = false;

  async put(name: string, bytes: Buffer): Promise<void> {
    await this.#call(() => void this.files.set(name, Buffer.from(bytes)));
  }

  async get(name: string): Promise<Buffer | null> {
    return await this.#call(() => this.files.get(name) ?? null);
  }

  async #call<T>(work: () => T): Promise<T> {
    const isLast = this.callsLeft-- === 0;
    if (isLast && !this.failsAfterwards) throw new Error('the target failed before');
    const result = work();
    if (isLast) throw new Error('the target failed afterwards');
    return await Promise.resolve(result);
  }
}

export const admin: Actor = { id: 'tok_ann', name: 'ann', credential: 'tok_ann', apiDate: newestApiDate, role: 'admin', project: null, audience: 'internal' };

/** Runs an operation as the pipeline does once the caller may and the query is read. */
export const run = async (operation: Operation, query: Request['query'], actor: Actor = admin): Promise<Answer> =>
  operation.run({ query, actor, params: {}, apiDate: newestApiDate } as unknown as Request);

/** A stream's text, read as fast as it comes; `broken` when it did not end by itself. */
export function collected(stream: Stream): Promise<{ text: string; broken: boolean }> {
  return new Promise(resolve => {
    let text = '';
    const sink: Sink = {
      write: chunk => {
        text += chunk.toString();
        return true;
      },
      waiting: 0, onDrained: () => {}, onClosed: () => {}, end: () => resolve({ text, broken: false }), destroy: () => resolve({ text, broken: true }),
    };
    stream.open(sink);
  });
}
