/**
 * Durable registrations over HTTP against etcd's Put with a lease, with 64 connections and with one.
 * Miko: 2,000 instances of one session, two documents in turn, so that every request changes what is stored.
 * etcd: the same document as value; h2load sends one body a process, so four processes write four keys, each with its own lease
 * (a lease shared by thousands of keys would slow etcd down).
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { missingPrograms } from '../harness/programs.ts';
import { cpuSeconds } from '../harness/processes.ts';
import { interleaved, tell } from '../harness/rounds.ts';
import type { Side } from '../harness/rounds.ts';
import { scratch } from '../harness/scratch.ts';
import { h2loadRun, h2loadSample } from '../load/h2load.ts';
import type { H2loadTarget } from '../load/h2load.ts';
import { countSyncs } from '../load/syncs.ts';
import { wrkRun, wrkSample } from '../load/wrk.ts';
import type { WrkTarget } from '../load/wrk.ts';
import { invalidated } from '../row.ts';
import type { Row } from '../row.ts';
import { registration } from '../sides/documents.ts';
import { grpcMessage, putRequest } from '../sides/etcd-messages.ts';
import { startEtcd } from '../sides/etcd.ts';
import type { Etcd } from '../sides/etcd.ts';
import { list, openSession, postgresVersion, register, startMiko } from '../sides/miko.ts';
import type { Miko } from '../sides/miko.ts';
import { attempt, missedRows } from './work.ts';
import type { Options, WorkResult } from './work.ts';

const many = 64;
const instances = 2_000;
const keys = 4;
const seconds = 5;
const countedSeconds = 2;
const service = 'load';

/** A side under load: its rows, what must hold afterwards, and what to count. */
type Loaded = {
  readonly sides: readonly Side[];
  /** Null when everything acknowledged is really there, else what is not. */
  readonly verify: () => Promise<string | null>;
  readonly syncs: () => Promise<SyncCount>;
  readonly stop: () => Promise<void>;
};

type SyncCount = { readonly acknowledged: number; readonly syncs: number };

const works = ['registrations', 'registrations_c1'] as const;

export async function registrations(options: Options): Promise<WorkResult> {
  let postgres: string | null = null;
  const miko = await attempt('Miko', async () => {
    await need('wrk');
    const running = await startMiko();
    postgres = await postgresVersion(running);
    return loadedMiko(running);
  });
  const etcd = options.compare ? await attempt('etcd', async () => (await need('h2load'), loadedEtcd(await startEtcd()))) : null;
  const started = [miko.running, etcd?.running ?? null].filter((side) => side !== null);
  try {
    let rows = await interleaved(alternating(started), options.runs);
    for (const loaded of started) rows = await checked(rows, loaded, options);
    return {
      rows: [
        ...rows,
        ...(miko.problem === null ? [] : missedRows(works, 'miko', miko.problem)),
        ...(etcd?.problem ? missedRows(works, 'etcd', etcd.problem) : []),
      ],
      postgres,
    };
  } finally {
    await Promise.all(started.map((loaded) => loaded.stop()));
  }
}

async function loadedMiko(miko: Miko): Promise<Loaded> {
  const session = await openSession(miko, 'bench-registrations');
  const before = await register(miko, service, 'i-1', registration(session, 8080, 'set-up'));
  let acknowledged = 0;
  let run = 0;
  const path = `/v1/projects/default/services/${service}/endpoints/i-`;
  const documents = (): readonly [string, string] => {
    run += 1;
    const mark = String(run).padStart(4, '0');
    return [registration(session, 8080, `${mark}a`), registration(session, 8080, `${mark}b`)];
  };
  const target = (connections: number): WrkTarget => ({
    url: `http://127.0.0.1:${miko.port}/`,
    serverPid: miko.pid,
    connections,
    headers: miko.authorization,
    puts: { path, count: instances, documents },
  });
  const side = (work: string, connections: number): Side => ({
    work,
    name: 'miko',
    note: '2,000 instances, every write changes; server, PostgreSQL and wrk share the cores',
    sample: async () => {
      const before = { atMs: performance.now(), seconds: cpuSeconds(miko.pid) ?? 0 };
      const sample = await wrkSample(target(connections), seconds);
      const processCores = ((cpuSeconds(miko.pid) ?? 0) - before.seconds) / ((performance.now() - before.atMs) / 1000);
      acknowledged += sample.acknowledged;
      return { ...sample, extra: { process_cores_without_database: processCores } };
    },
  });
  return {
    sides: [side(works[0], many), side(works[1], 1)],
    verify: async () => {
      const listed = await list(miko, service);
      const held = listed.services[service]?.endpoints.length ?? 0;
      if (held !== instances) return `Miko lists ${held} endpoints instead of ${instances}`;
      const made = listed.revision - before;
      return made >= acknowledged ? null : `${made} revisions for ${acknowledged} acknowledged registrations: not every write changed something`;
    },
    syncs: async () => {
      let requests = 0;
      const syncs = await countSyncs(miko.database(), async () => {
        requests = (await wrkRun(target(1), countedSeconds)).requests;
      });
      return { acknowledged: requests, syncs };
    },
    stop: miko.stop,
  };
}

async function loadedEtcd(etcd: Etcd): Promise<Loaded> {
  const value = registration('ses_00000000000000000000000000', 8080, '0000a');
  const bodies: string[] = [];
  for (let key = 0; key < keys; key++) {
    const body = join(scratch(), `etcd-put-${key}.bin`);
    writeFileSync(body, grpcMessage(putRequest(`services/${service}/i-${key}`, value, await etcd.grantLease(3600))));
    bodies.push(body);
  }
  const before = (await etcd.count(`services/${service}/`)).revision;
  let acknowledged = 0;
  const target = (connections: number): H2loadTarget => ({
    url: `http://${etcd.address}/etcdserverpb.KV/Put`,
    serverPid: etcd.pid,
    connections,
    bodies: bodies.slice(0, connections),
    leastBytesPerAnswer: 10,
  });
  const side = (work: string, connections: number): Side => ({
    work,
    name: 'etcd',
    note: connections === 1 ? 'one key with a lease; etcd and h2load share the cores' : `${keys} keys with a lease each, by ${keys} h2load processes; etcd and h2load share the cores`,
    sample: async () => {
      const sample = await h2loadSample(target(connections), seconds);
      acknowledged += sample.acknowledged;
      return sample;
    },
  });
  return {
    sides: [side(works[0], many), side(works[1], 1)],
    verify: async () => {
      const { keys: held, revision } = await etcd.count(`services/${service}/`);
      if (held !== keys) return `etcd holds ${held} keys instead of ${keys}`;
      const made = revision - before;
      return made >= acknowledged ? null : `${made} revisions for ${acknowledged} acknowledged puts`;
    },
    syncs: async () => {
      let requests = 0;
      const syncs = await countSyncs([etcd.pid], async () => {
        requests = await h2loadRun(target(1), countedSeconds);
      });
      return { acknowledged: requests, syncs };
    },
    stop: etcd.stop,
  };
}

/** Both sides with many connections, then both with one. */
function alternating(started: readonly Loaded[]): Side[] {
  return [0, 1].flatMap((index) => started.flatMap((loaded) => loaded.sides[index] ?? []));
}

/** Rows whose work was not done, or not made durable, do not count. */
async function checked(rows: readonly Row[], loaded: Loaded, options: Options): Promise<Row[]> {
  const own = (row: Row): boolean => loaded.sides.some((side) => side.name === row.side);
  const problem = await loaded.verify();
  const sound = problem === null ? [...rows] : rows.map((row) => (own(row) ? invalidated(row, problem) : row));
  if (!options.syncs) return sound;
  const name = loaded.sides[0]?.name ?? '';
  const counted = await attempt(`syncs of ${name}`, async () => {
    await need('strace');
    return loaded.syncs();
  });
  if (counted.running === null) return sound.map((row) => (own(row) ? invalidated(row, `syncs could not be counted: ${counted.problem}`) : row));
  const { syncs, acknowledged } = counted.running;
  const each = syncs / acknowledged;
  tell(`syncs of ${name}: ${syncs} for ${acknowledged} acknowledged writes of one connection`);
  return sound.map((row) => {
    if (!own(row)) return row;
    const noted: Row = { ...row, extra: { ...row.extra, syncs_per_write_of_one_connection: Number(each.toFixed(3)) } };
    return each < leastSyncsPerWrite ? invalidated(noted, `${syncs} syncs for ${acknowledged} acknowledged writes: not durable`) : noted;
  });
}

/** With one connection no two writes can share a sync. The rest is what strace missed while it attached and left. */
const leastSyncsPerWrite = 0.95;

async function need(program: 'wrk' | 'h2load' | 'strace'): Promise<void> {
  const missing = await missingPrograms(program);
  if (missing !== null) throw new Error(missing);
}
