/**
 * The endpoint list of 10 endpoints, 64 keep-alive connections, with a token; the same bytes from a raw `node:http` server;
 * the same with requests that differ; 304 from both; and etcd's linearizable Range of 10 keys that hold the same endpoints. The two Node servers have core 0
 * and wrk has core 1. etcd runs twice: sharing both cores with its generator, since it can use more than one, and like the
 * Node servers with one core of its own.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onGeneratorCore, onServerCore, pinToServerCore } from '../harness/pinning.ts';
import { missingPrograms } from '../harness/programs.ts';
import { interleaved } from '../harness/rounds.ts';
import type { Side } from '../harness/rounds.ts';
import { scratch } from '../harness/scratch.ts';
import { h2loadSample } from '../load/h2load.ts';
import { wrkSample } from '../load/wrk.ts';
import type { WrkSample, WrkTarget } from '../load/wrk.ts';
import type { Row } from '../row.ts';
import { listedEndpoint, plainRegistration } from '../sides/documents.ts';
import { grpcMessage, rangeRequest } from '../sides/etcd-messages.ts';
import { startEtcd } from '../sides/etcd.ts';
import type { Etcd } from '../sides/etcd.ts';
import { connectTo } from '../sides/http.ts';
import type { Answer } from '../sides/http.ts';
import { expectStatus, list, listPath, openSession, postgresVersion, register, startMiko } from '../sides/miko.ts';
import type { List, Miko } from '../sides/miko.ts';
import { rawAnswer, startRaw } from '../sides/raw.ts';
import type { Raw } from '../sides/raw.ts';
import { attempt, missedRows } from './work.ts';
import type { Options, Started, WorkResult } from './work.ts';

const connections = 64;
const endpoints = 10;
const seconds = 4;
const path = listPath('web');
const prefix = 'services/web/';

const nodeWorks = ['reads', 'reads_varied', 'reads_304'] as const;

type Answers = { readonly full: Answer; readonly notModified: Answer };

export async function reads(options: Options): Promise<WorkResult> {
  const miko = await attempt('Miko', startFilledMiko);
  const answers = miko.running === null ? null : await fetchBoth(miko.running);
  const raw = options.compare ? await attempt('raw', () => startSameBytes(answers)) : null;
  const etcd = options.compare ? await attempt('etcd', () => startFilledEtcd(answers, [])) : null;
  const oneCore = options.compare ? await attempt('etcd one core', () => startFilledEtcd(answers, onServerCore())) : null;
  try {
    const sides = [
      ...(miko.running === null || answers === null ? [] : nodeSides('miko', miko.running.pid, miko.running.port, answers, miko.running.authorization)),
      ...(raw?.running ? nodeSides('raw', raw.running.pid, raw.running.port, answers ?? (await fetchRaw(raw.running)), miko.running?.authorization ?? {}) : []),
      ...(etcd?.running ? [etcdSide('etcd', etcd.running, [], 'linearizable Range; not pinned: etcd uses more than one core, in its favour')] : []),
      ...(oneCore?.running ? [etcdSide('etcd one core', oneCore.running, onGeneratorCore(), 'linearizable Range; server on core 0, h2load on core 1')] : []),
    ];
    const measured = await interleaved(sides, options.runs);
    const rows = [...measured, ...missed('miko', nodeWorks, miko), ...missed('raw', nodeWorks, raw), ...missed('etcd', ['reads'], etcd), ...missed('etcd one core', ['reads'], oneCore)];
    return { rows, postgres: miko.running === null ? null : await postgresVersion(miko.running) };
  } finally {
    await Promise.all([miko.running?.stop(), raw?.running?.stop(), etcd?.running?.stop(), oneCore?.running?.stop()]);
  }
}

function missed(side: string, works: readonly string[], started: Started<unknown> | null): Row[] {
  return started?.problem ? missedRows(works, side, started.problem) : [];
}

async function startFilledMiko(): Promise<Miko> {
  await needWrk();
  const miko = await startMiko();
  const session = await openSession(miko, 'bench-reads');
  for (let instance = 1; instance <= endpoints; instance++) await register(miko, 'web', `web-${instance}`, plainRegistration(session, 8000 + instance));
  const listed = (await list(miko, 'web')).services['web']?.endpoints.length;
  if (listed !== endpoints) throw new Error(`Miko lists ${listed} endpoints instead of ${endpoints}`);
  await pinToServerCore(miko.pid);
  return miko;
}

/** The raw server sends what Miko sent. Without a Miko it sends a list of the same form, so that its own figure still stands. */
async function startSameBytes(answers: Answers | null): Promise<Raw> {
  await needWrk();
  const raw = await startRaw(
    answers === null
      ? { headers: ['Content-Type', 'application/json', 'ETag', '"base"', 'Content-Length', String(listBody().length)], notModifiedHeaders: ['ETag', '"base"'], body: listBody(), etag: '"base"', keepAliveSeconds: 5 }
      : rawAnswer(answers.full, answers.notModified),
  );
  await pinToServerCore(raw.pid);
  return raw;
}

async function startFilledEtcd(answers: Answers | null, before: readonly string[]): Promise<Etcd> {
  const missing = await missingPrograms('h2load');
  if (missing !== null) throw new Error(missing);
  const etcd = await startEtcd(before);
  const documents = answers === null ? sampleEndpoints() : endpointsIn(answers.full.text);
  for (const [index, document] of documents.entries()) await etcd.put(`${prefix}${index}`, document);
  const { keys } = await etcd.count(prefix);
  if (keys !== endpoints) throw new Error(`etcd holds ${keys} keys instead of ${endpoints}`);
  return etcd;
}

function nodeSides(name: string, serverPid: number, port: number, expected: Answers, authorization: Readonly<Record<string, string>>): Side[] {
  const target: WrkTarget = { url: `http://127.0.0.1:${port}${path}`, serverPid, connections, headers: authorization, before: onGeneratorCore() };
  const etag = expected.full.header('etag') ?? '';
  const sameBytes = async (wanted: Answer, sample: Promise<WrkSample>): Promise<WrkSample> => {
    const taken = await sample;
    const bytes = bytesOf(wanted);
    const off = Math.abs(taken.bytesPerAnswer - bytes) / bytes;
    return off < 0.01 ? taken : { ...taken, wrong: taken.wrong ?? `${taken.bytesPerAnswer.toFixed(0)} bytes an answer instead of ${bytes}` };
  };
  return [
    { work: 'reads', name, note: 'server on core 0, wrk on core 1', sample: () => sameBytes(expected.full, wrkSample(target, seconds)) },
    { work: 'reads_varied', name, note: 'each request differs from the one before', sample: () => sameBytes(expected.full, wrkSample({ ...target, varied: true }, seconds)) },
    {
      work: 'reads_304',
      name,
      note: 'server on core 0, wrk on core 1',
      sample: () => sameBytes(expected.notModified, wrkSample({ ...target, headers: { ...authorization, 'If-None-Match': etag } }, seconds)),
    },
  ];
}

function etcdSide(name: string, etcd: Etcd, before: readonly string[], note: string): Side {
  const body = join(scratch(), 'etcd-range.bin');
  writeFileSync(body, grpcMessage(rangeRequest(prefix)));
  return {
    work: 'reads',
    name,
    note,
    sample: () =>
      h2loadSample(
        { url: `http://${etcd.address}/etcdserverpb.KV/Range`, serverPid: etcd.pid, connections, bodies: [body], before, leastBytesPerAnswer: endpoints * 200 },
        seconds,
      ),
  };
}

async function fetchBoth(miko: Miko): Promise<Answers> {
  const full = expectStatus(await miko.connection.send('GET', path), 200);
  const notModified = expectStatus(await miko.connection.send('GET', path, undefined, { 'if-none-match': full.header('etag') ?? '' }), 304);
  return { full, notModified };
}

async function fetchRaw(raw: Raw): Promise<Answers> {
  const connection = connectTo(raw.port);
  const full = await connection.send('GET', path);
  const notModified = await connection.send('GET', path, undefined, { 'if-none-match': full.header('etag') ?? '' });
  connection.close();
  return { full, notModified };
}

/** Status line, headers, empty line and body, as they went over the wire. */
function bytesOf(answer: Answer): number {
  const statusLine = answer.status === 304 ? 'HTTP/1.1 304 Not Modified\r\n' : 'HTTP/1.1 200 OK\r\n';
  const headers = answer.rawHeaders.reduce((sum, part) => sum + part.length + 2, 0);
  return statusLine.length + headers + 2 + Buffer.byteLength(answer.text);
}

async function needWrk(): Promise<void> {
  const missing = await missingPrograms('wrk', 'taskset');
  if (missing !== null) throw new Error(missing);
}

function sampleEndpoints(): string[] {
  return Array.from({ length: endpoints }, (_, index) => listedEndpoint(index + 1));
}

function listBody(): string {
  return `{"revision":1010,"services":{"web":{"state":"known","revision":1010,"endpoints":[${sampleEndpoints().join(',')}]}}}`;
}

function endpointsIn(body: string): string[] {
  const { services }: List = JSON.parse(body);
  return (services['web']?.endpoints ?? []).map((endpoint) => JSON.stringify(endpoint));
}
