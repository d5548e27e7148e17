/**
 * kill -9 of an endpoint under load, with a real Miko: the time to the last attempt that still went to it, how many did,
 * and whether any call failed for it. Nothing tells Miko but the silence: the session of the endpoint lapses after its TTL.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { complaint, startChild, stopChild } from '../harness/children.ts';
import type { Child } from '../harness/children.ts';
import { coresOfOthers, readCpu } from '../harness/processes.ts';
import { interleaved } from '../harness/rounds.ts';
import type { Side } from '../harness/rounds.ts';
import { waitFor } from '../harness/wait.ts';
import type { Sample } from '../row.ts';
import { answerBody } from '../sdks/answer.ts';
import { startClientProgram } from '../sdks/client-program.ts';
import type { ClientProgram } from '../sdks/client-program.ts';
import { languages } from '../sdks/languages.ts';
import type { Language } from '../sdks/languages.ts';
import { list, postgresVersion, startMiko } from '../sides/miko.ts';
import type { Miko } from '../sides/miko.ts';
import { attempt, missedRows } from './work.ts';
import type { Options, WorkResult } from './work.ts';

const work = 'sdk_failover';
const service = 'web';
const steady = 4;
const concurrency = 16;
const pauseMs = 5;
const beforeKillMs = 2_000;
/** The TTL of 10 s, what Miko takes to judge it, and a while in which nothing more may come. */
const afterKillMs = 20_000;
const loadMs = beforeKillMs + afterKillMs;

let victims = 0;

export async function failover(options: Options): Promise<WorkResult> {
  const miko = await attempt('Miko', () => startMiko());
  if (miko.running === null) return { rows: missedRows([work], 'typescript', miko.problem), postgres: null };
  const endpoints: Child[] = [];
  const programs: ClientProgram[] = [];
  try {
    for (let instance = 0; instance < steady; instance++) endpoints.push(await startEndpoint(miko.running, `steady-${instance}`));
    const sides: Side[] = [];
    const rows = [];
    for (const language of languages) {
      const started = await attempt(language.name, () => connected(language, miko.running, programs));
      if (started.running === null) rows.push(...missedRows([work], language.name, started.problem));
      else sides.push(started.running);
    }
    return { rows: [...(await interleaved(sides, options.runs)), ...rows], postgres: await postgresVersion(miko.running) };
  } finally {
    await Promise.all([...programs.map((program) => program.stop()), ...endpoints.map((endpoint) => stopChild(endpoint))]);
    await miko.running.stop();
  }
}

async function connected(language: Language, miko: Miko, programs: ClientProgram[]): Promise<Side> {
  const program = await startClientProgram(await language.command());
  programs.push(program);
  const token = miko.authorization['authorization']?.replace('Bearer ', '') ?? '';
  const way = language.ways[0]?.way ?? '';
  const { runtime } = await program.ask({ op: 'connect', side: 'miko', way, addresses: [], url: urlOf(miko), token, service, bytes: answerBody.length });
  const note = `${concurrency} callers, ${pauseMs} ms between calls; ${steady + 1} endpoints, sessions of 10 s, no checks; ${runtime}`;
  return { work, name: language.name, note, sample: () => killed(program, miko) };
}

async function killed(program: ClientProgram, miko: Miko): Promise<Sample> {
  const instance = `victim-${++victims}`;
  const victim = await startEndpoint(miko, instance);
  await waitFor(`Miko lists ${instance}`, 10_000, () => isListed(miko, instance));
  const before = readCpu();
  const loaded = program.ask({ op: 'load', concurrency, ms: loadMs, pause_ms: pauseMs });
  await pause(beforeKillMs);
  const killedAt = Date.now();
  victim.process.kill('SIGKILL');
  const gone = waitFor(`${instance} leaves the list`, afterKillMs, async () => !(await isListed(miko, instance)), 50).then(() => Date.now() - killedAt);
  const [result, unlistedMs] = await Promise.all([loaded, gone]);
  const { attempts, last_ms: last } = await program.ask({ op: 'attempts', instance, after_ms: killedAt });
  return {
    rate: result.calls / (loadMs / 1000), meanMs: null, p50Ms: null, p99Ms: null, generatorCores: null, serverCores: null,
    otherCores: coresOfOthers(before, readCpu(), process.pid),
    wrong: result.failed === 0 ? null : `${result.failed} of ${result.calls} calls failed: ${result.first_error}`,
    extra: { failed_calls: result.failed, attempts_after_kill: attempts, last_attempt_ms: last === null ? 0 : last - killedAt, unlisted_ms: unlistedMs },
  };
}

async function startEndpoint(miko: Miko, instance: string): Promise<Child> {
  const program = fileURLToPath(new URL('../sdks/endpoint-process.ts', import.meta.url));
  const token = miko.authorization['authorization']?.replace('Bearer ', '') ?? '';
  const child = await startChild(process.execPath, ['--conditions=source', program, urlOf(miko), service, instance], { env: { MIKO_TOKEN: token } });
  await waitFor(`${instance} is registered`, 20_000, () => child.output().includes('registered\n') || child.hasEnded());
  if (child.hasEnded()) throw new Error(`${instance} ended: ${complaint(child.output())}`);
  return child;
}

async function isListed(miko: Miko, instance: string): Promise<boolean> {
  const listed = await list(miko, service);
  return listed.services[service]?.endpoints.some((endpoint) => endpoint.instance === instance) === true;
}

function urlOf(miko: Miko): string {
  return `http://127.0.0.1:${miko.port}`;
}
