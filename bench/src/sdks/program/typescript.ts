/** The client program of the TypeScript SDK; what it is told is in protocol.ts. */
import { createInterface } from 'node:readline';
import { createRequire } from 'node:module';
import type { Client } from '@miko/client';
import { flow, load, run } from './drive.ts';
import { nsPerPick } from './picks.ts';
import type { AttemptsResult, Connected, FlowResult, LoadResult, PicksResult, ProgramAnswer, ProgramRequest, RunResult } from './protocol.ts';
import { wayOf } from './ways.ts';
import type { Way } from './ways.ts';

type Measurement = RunResult | FlowResult | PicksResult | LoadResult | AttemptsResult;

const held: { way: Way | null; service: string } = { way: null, service: '' };
/** When each endpoint was attempted, in Unix ms. */
let attempts = new Map<string, number[]>();

for await (const line of createInterface({ input: process.stdin })) {
  const request: ProgramRequest = JSON.parse(line);
  process.stdout.write(`${JSON.stringify(await answered(request))}\n`);
}
await held.way?.client?.close();
process.exit(0);

async function answered(request: ProgramRequest): Promise<ProgramAnswer> {
  try {
    return { ok: await done(request) };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}

async function done(request: ProgramRequest): Promise<Connected | Measurement> {
  if (request.op === 'connect') {
    held.way = await wayOf(request);
    held.service = request.service;
    return { runtime: `Node ${process.versions.node}, undici ${undiciVersion()}` };
  }
  if (held.way === null) throw new Error('connect comes first');
  const { call, client } = held.way;
  switch (request.op) {
    case 'run':
      return run(call, request.concurrency, request.ms);
    case 'flow':
      return { ...(await flow(call, request.concurrency, request.ms)), revision: client?.status().revision ?? 0 };
    case 'picks':
      return { ns_per_pick: await nsPerPick(connected(client), held.service, request.count) };
    case 'load':
      return loaded(connected(client), call, request.concurrency, request.ms, request.pause_ms);
  }
  return attemptsSince(request.instance, request.after_ms);
}

function attemptsSince(instance: string, afterMs: number): AttemptsResult {
  const times = (attempts.get(instance) ?? []).filter((time) => time > afterMs);
  return { attempts: times.length, last_ms: times.at(-1) ?? null };
}

async function loaded(client: Client, call: () => Promise<void>, concurrency: number, ms: number, pauseMs: number): Promise<LoadResult> {
  attempts = new Map();
  const forget = client.on('picked', ({ instance }) => {
    const times = attempts.get(instance);
    if (times === undefined) attempts.set(instance, [Date.now()]);
    else times.push(Date.now());
  });
  try {
    return await load(call, concurrency, ms, pauseMs);
  } finally {
    forget();
  }
}

function connected(client: Client | null): Client {
  if (client === null) throw new Error('the bare side has no such thing');
  return client;
}

function undiciVersion(): string {
  const { version }: { version: string } = createRequire(import.meta.url)('undici/package.json');
  return version;
}
