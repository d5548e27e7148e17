import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbedded, type EmbeddedServer } from '@miko/store/embedded';
import { Store, type Connection } from '@miko/store';
import { MikoProcess, type MikoOptions, type Reply } from '../miko-process.ts';

/** `onTestFinished` of the test that asks: tests that run beside each other have each their own. */
export type Cleanup = (fn: () => void | Promise<void>) => void;

/** How long a random test goes on: a slice by default, more where somebody has the time. */
export const rounds = (usual: number): number => Number(process.env['MIKO_CHAOS_ROUNDS'] ?? usual);

/** Random numbers in [0, 1) that come again with their seed (mulberry32); the seed is printed. */
export function seeded(): () => number {
  let state = Number(process.env['MIKO_SEED'] ?? Date.now() % 1_000_000) >>> 0;
  console.log(`MIKO_SEED=${state}`);
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A Miko for one test; what it left is removed when the test has finished. */
export async function testMiko(cleanup: Cleanup, options: MikoOptions = {}): Promise<MikoProcess> {
  const miko = await MikoProcess.start(options);
  cleanup(() => miko.dispose());
  return miko;
}

/** A call that may meet a Miko that is not there: null then, and when the answer broke off. */
export async function attempt<T>(miko: MikoProcess, method: string, path: string, body?: unknown): Promise<Reply<T> | null> {
  try {
    return await miko.call<T>(method, path, body);
  } catch {
    return null;
  }
}

/** The tables under a Miko with an embedded database, read past it. */
export async function tables<Row>(miko: MikoProcess, query: string, values: unknown[] = []): Promise<Row[]> {
  const store = new Store(miko.database);
  try {
    return (await store.pool.query(query, values)).rows as Row[];
  } finally {
    await store.close();
  }
}

export interface OutsideDatabase {
  readonly server: EmbeddedServer;
  readonly connection: Connection;
  /** For MIKO_DATABASE_URL. */
  readonly url: string;
}

/** A PostgreSQL that no Miko under test has started. */
export async function outsideDatabase(cleanup: Cleanup): Promise<OutsideDatabase> {
  const dataDir = mkdtempSync(join(tmpdir(), 'miko-outside-'));
  const server = await startEmbedded({ dataDir: join(dataDir, 'data') });
  cleanup(async () => {
    await server.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });
  const { host, user, password, database } = server.connection;
  return { server, connection: server.connection, url: `postgres://${user}:${encodeURIComponent(password)}@${encodeURIComponent(host)}/${database}` };
}

/** Stops a PostgreSQL with all its backends where they stand, as a machine that is cut off; answers with what lets them go on. */
export function freeze(cleanup: Cleanup, postmaster: number): () => void {
  const children = readFileSync(`/proc/${postmaster}/task/${postmaster}/children`, 'utf8').trim().split(' ').map(Number);
  const all = [postmaster, ...children];
  for (const pid of all) process.kill(pid, 'SIGSTOP');
  const thaw = () => {
    for (const pid of all.splice(0)) process.kill(pid, 'SIGCONT');
  };
  cleanup(thaw);
  return thaw;
}

/** Kills the embedded PostgreSQL of a Miko; false where there is none at this moment. */
export function killPostgres(miko: MikoProcess): boolean {
  try {
    const pid = miko.postgresPid;
    // The pid file of a killed server stays for a while, and its number may be another program's by now.
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('miko.folder=') && process.kill(pid, 'SIGKILL');
  } catch {
    return false;
  }
}
