/**
 * From issuing a change to the last of 1,000 watchers having it. Miko: 1,000 connections with server-sent events.
 * etcd: 1,000 watch streams, through three clients: bare HTTP/2 frames over 10 connections and over 1,000, and grpc-js over 10.
 * A client that was busy nearly all the time between a change and its last delivery measured itself: that row does not count.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { nowMs } from '../fanout/messages.ts';
import type { WatchOrder } from '../fanout/messages.ts';
import { openWatchers } from '../fanout/watcher-processes.ts';
import type { Watchers } from '../fanout/watcher-processes.ts';
import { coresOfOthers, coresOfTree, cpuSeconds, readCpu } from '../harness/processes.ts';
import { interleaved } from '../harness/rounds.ts';
import type { Side } from '../harness/rounds.ts';
import { saturatedCores } from '../load/generator.ts';
import type { Row, Sample } from '../row.ts';
import { registration } from '../sides/documents.ts';
import { startEtcd } from '../sides/etcd.ts';
import type { Etcd } from '../sides/etcd.ts';
import { openSession, postgresVersion, register, startMiko } from '../sides/miko.ts';
import type { Miko } from '../sides/miko.ts';
import { mean, percentile } from '../statistics.ts';
import { attempt, missedRows } from './work.ts';
import type { Options, WorkResult } from './work.ts';

const work = 'fanout_1000';
const watchers = 1_000;
const changes = 100;
const warmUps = 10;
/** Longer than the 50 ms for which Miko may join changes, so that each change is alone on every side. */
const betweenChangesMs = 100;
const prefix = 'services/web/';

const etcdSides = [
  { name: 'etcd', kind: 'frames', connections: 10, note: '1,000 streams over 10 connections, client on bare HTTP/2 frames' },
  { name: 'etcd 1000 connections', kind: 'frames', connections: 1_000, note: '1,000 streams over 1,000 connections, client on bare HTTP/2 frames' },
  { name: 'etcd grpc-js', kind: 'grpc', connections: 10, note: '1,000 streams over 10 connections, client grpc-js: the client bounds this' },
] as const;

export async function fanout(options: Options): Promise<WorkResult> {
  const miko = await attempt('Miko', () => startMiko());
  const etcd = options.compare ? await attempt('etcd', () => startEtcd()) : null;
  try {
    const sides = [...(miko.running === null ? [] : [await mikoSide(miko.running)]), ...(etcd?.running ? etcdSidesOf(etcd.running) : [])];
    const rows: Row[] = await interleaved(sides, options.runs);
    return {
      rows: [
        ...rows,
        ...(miko.problem === null ? [] : missedRows([work], 'miko', miko.problem)),
        ...(etcd?.problem ? etcdSides.flatMap(({ name }) => missedRows([work], name, etcd.problem)) : []),
      ],
      postgres: miko.running === null ? null : await postgresVersion(miko.running),
    };
  } finally {
    await Promise.all([miko.running?.stop(), etcd?.running?.stop()]);
  }
}

async function mikoSide(miko: Miko): Promise<Side> {
  const session = await openSession(miko, 'bench-fanout');
  for (let instance = 1; instance <= 10; instance++) await register(miko, 'web', `web-${instance}`, registration(session, 8000 + instance, 'base'));
  const order: WatchOrder = { kind: 'sse', port: miko.port, watchers, connections: watchers, target: '/v1/projects/default/endpoints:watch?service=web' };
  const token = miko.authorization['authorization']?.replace('Bearer ', '') ?? '';
  const change = (mark: string): Promise<number> => register(miko, 'web', 'web-1', registration(session, 8001, mark));
  return { work, name: 'miko', note: '1,000 connections, one stream each', sample: () => fanoutSample(order, token, miko.pid, change) };
}

function etcdSidesOf(etcd: Etcd): Side[] {
  const port = Number(etcd.address.split(':')[1]);
  const change = (mark: string): Promise<number> => etcd.put(`${prefix}web-1`, registration(null, 8001, mark));
  return etcdSides.map(({ name, kind, connections, note }) => ({
    work,
    name,
    note,
    sample: () => fanoutSample({ kind, port, watchers, connections, target: prefix }, '', etcd.pid, change),
  }));
}

/** `change` makes one change and answers its revision. */
async function fanoutSample(order: WatchOrder, token: string, serverPid: number, change: (mark: string) => Promise<number>): Promise<Sample> {
  const open = await openWatchers(order, 1, token);
  try {
    const run = Date.now().toString(36);
    const one = async (number: number): Promise<{ first: number; last: number }> => {
      const issued = nowMs();
      const { firstMs, lastMs } = await open.seen(await change(`${run}-${number}`));
      await pause(betweenChangesMs);
      return { first: firstMs - issued, last: lastMs - issued };
    };
    for (let number = 0; number < warmUps; number++) await one(number);
    const before = { cpu: readCpu(), watching: watchingSeconds(open) };
    const times: { first: number; last: number }[] = [];
    for (let number = 0; number < changes; number++) times.push(await one(warmUps + number));
    const after = { cpu: readCpu(), watching: watchingSeconds(open) };
    const last = times.map((time) => time.last);
    const clientMs = ((after.watching - before.watching) * 1000) / changes;
    const clientShare = clientMs / mean(last);
    const elapsed = (after.cpu.atMs - before.cpu.atMs) / 1000;
    const serverCores = coresOfTree(before.cpu, after.cpu, serverPid);
    return {
      rate: null,
      meanMs: mean(last),
      p50Ms: percentile(last, 0.5),
      p99Ms: percentile(last, 0.99),
      generatorCores: clientShare,
      serverCores,
      otherCores: coresOfOthers(before.cpu, after.cpu, process.pid),
      wrong: clientShare > saturatedCores ? `the client was busy ${clientMs.toFixed(1)} ms of the ${mean(last).toFixed(1)} ms to the last delivery` : null,
      extra: {
        first_p50_ms: percentile(times.map((time) => time.first), 0.5),
        client_cpu_ms_per_change: clientMs,
        server_cpu_ms_per_change: (serverCores * elapsed * 1000) / changes,
      },
    };
  } finally {
    await open.stop();
  }
}

function watchingSeconds(open: Watchers): number {
  return open.pids.reduce((sum, pid) => sum + (cpuSeconds(pid) ?? 0), 0);
}
