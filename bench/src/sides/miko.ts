/** A Miko of its own for one benchmark: the server as `npm start` runs it, with the embedded PostgreSQL, in a fresh data directory. */
import { readFileSync, readlinkSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { complaint, startChild, stopChild } from '../harness/children.ts';
import type { Child } from '../harness/children.ts';
import { version } from '../harness/machine.ts';
import { freePort } from '../harness/ports.ts';
import { descendants } from '../harness/processes.ts';
import { scratch } from '../harness/scratch.ts';
import { waitFor } from '../harness/wait.ts';
import { connectTo } from './http.ts';
import type { Answer, HttpConnection } from './http.ts';

export type Miko = {
  readonly pid: number;
  readonly port: number;
  /** `{authorization: "Bearer ..."}` */
  readonly authorization: Readonly<Record<string, string>>;
  readonly connection: HttpConnection;
  /** From starting the process to the first 200 of /readyz. */
  readonly readyMs: number;
  /** The database processes it started. */
  readonly database: () => number[];
  readonly stop: () => Promise<void>;
};

export type List = {
  readonly revision: number;
  readonly services: Readonly<Record<string, { readonly endpoints: readonly { readonly instance: string; readonly revision: number }[] }>>;
};

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** Throws with a sentence for the row when it does not get ready. */
export async function startMiko(options: { dataDir?: string; connections?: number } = {}): Promise<Miko> {
  const port = await freePort();
  const dataDir = options.dataDir ?? (await newDataDir());
  const began = performance.now();
  const env = { MIKO_LISTEN: `127.0.0.1:${port}`, MIKO_DATA_DIR: dataDir };
  const child = await startChild(process.execPath, [...nodeFlags(), 'packages/server/src/main.ts'], { cwd: root, env });
  try {
    await waitFor('Miko ready', 60_000, () => isReady(child, port), 5);
  } catch (error) {
    await stopChild(child);
    throw error;
  }
  const readyMs = performance.now() - began;
  const authorization = { authorization: `Bearer ${readFileSync(join(dataDir, 'admin-token'), 'utf8').trim()}` };
  const connection = connectTo(port, authorization, options.connections ?? 1);
  return {
    pid: child.pid,
    port,
    authorization,
    connection,
    readyMs,
    database: () => descendants(child.pid),
    stop: async () => {
      connection.close();
      await stopChild(child, 20_000);
    },
  };
}

export async function newDataDir(): Promise<string> {
  return mkdtemp(join(scratch(), 'miko-'));
}

export async function openSession(miko: Miko, owner: string): Promise<string> {
  const body = JSON.stringify({ name: owner, owner, ttl_seconds: 3600 });
  const answer = expectStatus(await miko.connection.send('POST', '/v1/projects/default/sessions', body), 201);
  const session: { id: string } = JSON.parse(answer.text);
  return session.id;
}

/** `body`: a registration. Answers its revision. */
export async function register(miko: Miko, service: string, instance: string, body: string): Promise<number> {
  const path = `/v1/projects/default/services/${service}/endpoints/${instance}`;
  const answer = expectStatus(await miko.connection.send('PUT', path, body), 200, 201);
  return Number(answer.header('miko-revision'));
}

export function listPath(service: string): string {
  return `/v1/projects/default/endpoints?service=${service}`;
}

export async function list(miko: Miko, service: string): Promise<List> {
  const listed: List = JSON.parse(expectStatus(await miko.connection.send('GET', listPath(service)), 200).text);
  return listed;
}

export function expectStatus(answer: Answer, ...statuses: number[]): Answer {
  if (!statuses.includes(answer.status)) throw new Error(`Miko answered ${answer.status}: ${answer.text.slice(0, 300)}`);
  return answer;
}

/** The version of the PostgreSQL that really runs under it; null when it uses one outside. */
export async function postgresVersion(miko: Miko): Promise<string | null> {
  for (const pid of miko.database()) {
    try {
      const program = readlinkSync(`/proc/${pid}/exe`);
      if (program.endsWith('/postgres')) return await version(program, ['--version'], /PostgreSQL\) (\S+)/);
    } catch {
      continue;
    }
  }
  return null;
}

async function isReady(child: Child, port: number): Promise<boolean> {
  if (child.hasEnded()) throw new Error(`Miko ended: ${complaint(child.output())}`);
  try {
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`, { signal: AbortSignal.timeout(2_000) });
    await answer.arrayBuffer();
    return answer.status === 200;
  } catch {
    return false;
  }
}

/** A profile of the server is written to MIKO_BENCH_PROFILE when that names a folder; figures of such a run do not count. */
function nodeFlags(): string[] {
  const folder = process.env['MIKO_BENCH_PROFILE'];
  const profile = folder === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${folder}`];
  return ['--conditions=source', ...profile];
}
