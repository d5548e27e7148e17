/**
 * 20,000 endpoints in 500 services: the memory of the server process (PostgreSQL not counted), and how long a clean restart
 * takes until /readyz says 200. Miko alone: no other side does the same.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { coresOfOthers, readCpu, residentMb } from '../harness/processes.ts';
import { interleaved, tell } from '../harness/rounds.ts';
import { newDataDir, openSession, postgresVersion, register, startMiko } from '../sides/miko.ts';
import type { List, Miko } from '../sides/miko.ts';
import type { Sample } from '../row.ts';
import { registration } from '../sides/documents.ts';
import { attempt, missedRows } from './work.ts';
import type { Options, WorkResult } from './work.ts';

const services = 500;
const endpointsEach = 40;
const connections = 64;

export async function capacity(options: Options): Promise<WorkResult> {
  const dataDir = await newDataDir();
  let miko: Miko | null = null;
  let postgres: string | null = null;
  try {
    const filled = await attempt('Miko', async () => {
      miko = await startMiko({ dataDir, connections });
      postgres = await postgresVersion(miko);
      await fill(miko);
      await pause(1_000);
      return residentMb(miko.pid);
    });
    if (filled.running === null) return { rows: missedRows(['capacity'], 'miko', filled.problem), postgres };
    const afterFill = filled.running;
    tell(`capacity: after registering ${Math.round(afterFill.now)} MB, highest ${Math.round(afterFill.peak)} MB`);
    const restart = async (): Promise<Sample> => {
      await miko?.stop();
      const before = readCpu();
      miko = await startMiko({ dataDir, connections });
      const otherCores = coresOfOthers(before, readCpu(), process.pid);
      const wrong = await notHeld(miko);
      await pause(1_000);
      return {
        rate: null, meanMs: null, p50Ms: null, p99Ms: null, generatorCores: null, serverCores: null, otherCores, wrong,
        extra: { ready_ms: miko.readyMs, rss_mb: residentMb(miko.pid).now, rss_after_registering_mb: afterFill.now, rss_highest_mb: afterFill.peak },
      };
    };
    const note = `${services * endpointsEach} endpoints in ${services} services; memory of the server process`;
    return { rows: await interleaved([{ work: 'capacity', name: 'miko', note, sample: restart }], options.runs), postgres };
  } finally {
    await (miko as Miko | null)?.stop();
  }
}

async function fill(miko: Miko): Promise<void> {
  const session = await openSession(miko, 'bench-capacity');
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < services * endpointsEach) {
      const number = next++;
      await register(miko, `service-${number % services}`, `i-${Math.floor(number / services)}`, registration(session, 8000 + (number % 50_000), 'base'));
    }
  };
  await Promise.all(Array.from({ length: connections }, lane));
}

/** Null when the list holds every service with every endpoint. */
async function notHeld(miko: Miko): Promise<string | null> {
  const answer = await miko.connection.send('GET', '/v1/projects/default/endpoints');
  if (answer.status !== 200) return `the list answered ${answer.status}`;
  const whole: List = JSON.parse(answer.text);
  const listed = Object.values(whole.services);
  const endpoints = listed.reduce((sum, service) => sum + service.endpoints.length, 0);
  return listed.length === services && endpoints === services * endpointsEach ? null : `${endpoints} endpoints in ${listed.length} services after the restart`;
}
