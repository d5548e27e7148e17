/**
 * Declared objects over HTTP. Lists: a page of 100 out of 1,000 and out of 100,000 services, first page and one from the middle in turn.
 * Writes: PUT of small services, 32 connections, every write changes something; beside it the plainest durable thing there is, 32
 * connections that each update one row of the same PostgreSQL, without HTTP, revisions, change rows or checks.
 */
import { cpus } from 'node:os';
import { cpuSeconds, coresOfOthers, readCpu } from '../harness/processes.ts';
import { interleaved } from '../harness/rounds.ts';
import type { Side } from '../harness/rounds.ts';
import { missingPrograms } from '../harness/programs.ts';
import { wrkSample } from '../load/wrk.ts';
import type { WrkTarget } from '../load/wrk.ts';
import { invalidated } from '../row.ts';
import type { Row, Sample } from '../row.ts';
import { expectStatus, newDataDir, postgresVersion, startMiko } from '../sides/miko.ts';
import type { Miko } from '../sides/miko.ts';
import { connectToDatabase } from '../sides/postgres.ts';
import { percentile } from '../statistics.ts';
import { attempt, missedRows } from './work.ts';
import type { Options, WorkResult } from './work.ts';

const few = 1_000;
const many = 100_000;
const written = 2_000;
const readers = 16;
const writers = 32;
const seconds = 4;

export async function objects(options: Options): Promise<WorkResult> {
  const started = await attempt('Miko', filledMiko);
  if (started.running === null) return { rows: missedRows(['objects_list', 'objects_put'], 'miko', started.problem), postgres: null };
  const { miko, dataDir } = started.running;
  try {
    const revisionBefore = await revisionOf(miko);
    let acknowledged = 0;
    const put: Side = {
      work: 'objects_put', name: 'miko', note: `PUT with If-Match, ${writers} connections, every write changes something`,
      sample: async () => {
        const sample = await wrkSample(putTarget(miko), seconds);
        acknowledged += sample.acknowledged;
        return sample;
      },
    };
    const plain: Side = { work: 'objects_put', name: 'plain update', note: `one row each, ${writers} connections, by the pg client of Node`, sample: () => plainUpdates(dataDir, miko.pid) };
    const rows = await interleaved([listSide(miko, 'miko', many), listSide(miko, 'few', few), put, ...(options.compare ? [plain] : [])], options.runs);
    const made = (await revisionOf(miko)) - revisionBefore;
    return { rows: made >= acknowledged ? rows : rows.map((row) => withMissing(row, made, acknowledged)), postgres: await postgresVersion(miko) };
  } finally {
    await miko.stop();
  }
}

const withMissing = (row: Row, made: number, acknowledged: number): Row =>
  row.work === 'objects_put' && row.side === 'miko' ? invalidated(row, `${made} revisions for ${acknowledged} acknowledged writes`) : row;

const projectOf = (size: number): string => `of-${size}`;

/** Through the API one of each; the many straight into the tables, which a restart then loads. */
async function filledMiko(): Promise<{ miko: Miko; dataDir: string }> {
  const missing = await missingPrograms('wrk');
  if (missing !== null) throw new Error(missing);
  const dataDir = await newDataDir();
  const first = await startMiko({ dataDir });
  for (const size of [few, many, written]) {
    expectStatus(await first.connection.send('POST', '/v1/projects', JSON.stringify({ name: projectOf(size), spec: { description: '', create_services: true } })), 201);
  }
  const database = await connectToDatabase(dataDir);
  for (const size of [few, many, written]) await database.query(fill, [size, projectOf(size)]);
  await database.query('create table plain (id int primary key, document jsonb not null, moved int not null)');
  await database.query('insert into plain select n, \'{"description": "x"}\', 0 from generate_series(1, 2000) n');
  await database.query('analyze');
  await database.close();
  await first.stop();
  return { miko: await startMiko({ dataDir }), dataDir };
}

const fill = `with made as (
    select n, 'svc_01' || lpad(n::text, 4, '0') || substr(md5($2 || n), 1, 20) as id, k.revision as base from counter k, generate_series(1, $1::int) n
  ), objects as (
    insert into object (id, kind, project, name, spec, revision, created_at, updated_at)
    select id, 'service', $2, 's-' || n, '{"description": "", "labels": {"team": "shop"}}', base + n, now(), now() from made
  ), statuses as (
    insert into object_status (object_id, status, revision) select id, '{}', base + n from made
  ), used as (
    insert into usage (kind, project, count) values ('service', $2, $1) on conflict (kind, project) do update set count = excluded.count
  )
  update counter set revision = revision + $1`;

function listSide(miko: Miko, name: string, size: number): Side {
  const path = `/v1/projects/${projectOf(size)}/services?limit=100&sort=created_at`;
  return {
    work: 'objects_list', name, note: `100 of ${size.toLocaleString('en')} services, ${readers} connections`,
    sample: async () => {
      const middle = await middlePage(miko, path, size);
      return wrkSample({ url: `http://127.0.0.1:${miko.port}${middle}`, serverPid: miko.pid, connections: readers, headers: miko.authorization }, seconds);
    },
  };
}

/** The address of a page that begins about 500 objects in. */
async function middlePage(miko: Miko, path: string, size: number): Promise<string> {
  let token: string | null = null;
  for (let page = 0; page < Math.min(5, size / 200); page++) {
    const answer = expectStatus(await miko.connection.send('GET', token === null ? path : `${path}&page_token=${token}`), 200);
    const read: { items: unknown[]; next_page_token: string | null } = JSON.parse(answer.text);
    if (read.items.length !== 100 || read.next_page_token === null) throw new Error(`a page held ${read.items.length} objects instead of 100`);
    token = read.next_page_token;
  }
  return `${path}&page_token=${token}`;
}

let mark = 0;

function putTarget(miko: Miko): WrkTarget {
  const spec = (text: string): string => JSON.stringify({ spec: { description: text, labels: { team: 'shop' } } });
  return {
    url: `http://127.0.0.1:${miko.port}/`, serverPid: miko.pid, connections: writers, headers: { ...miko.authorization, 'If-Match': '*' },
    puts: { path: `/v1/projects/${projectOf(written)}/services/s-`, count: written, documents: () => [spec(`${++mark}a`), spec(`${mark}b`)] },
  };
}

async function plainUpdates(dataDir: string, serverPid: number): Promise<Sample> {
  const databases = await Promise.all(Array.from({ length: writers }, () => connectToDatabase(dataDir)));
  const times: number[] = [];
  let next = 0;
  const end = performance.now() + seconds * 1000;
  const cpuBefore = readCpu();
  const serverBefore = cpuSeconds(serverPid) ?? 0;
  await Promise.all(databases.map(async (database) => {
    while (performance.now() < end) {
      const began = performance.now();
      const n = (next++ % written) + 1;
      await database.query('update plain set document = $2, moved = moved + 1 where id = $1', [n, '{"description": "y"}']);
      times.push(performance.now() - began);
    }
  }));
  await Promise.all(databases.map((database) => database.close()));
  const rate = times.length / seconds;
  return {
    rate, meanMs: (writers * 1000) / rate, p50Ms: percentile(times, 0.5), p99Ms: percentile(times, 0.99), generatorCores: null,
    serverCores: ((cpuSeconds(serverPid) ?? 0) - serverBefore) / seconds, otherCores: Math.min(cpus().length, coresOfOthers(cpuBefore, readCpu(), process.pid)), wrong: null,
  };
}

async function revisionOf(miko: Miko): Promise<number> {
  const made = expectStatus(await miko.connection.send('POST', '/v1/regions', JSON.stringify({ name: `r-${Date.now().toString(36)}`, spec: { description: '' } })), 201);
  return Number(made.header('miko-revision'));
}
