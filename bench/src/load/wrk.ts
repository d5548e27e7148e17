/** wrk, the HTTP load generator: one thread, keep-alive connections, closed loop. */
import { fileURLToPath } from 'node:url';
import type { Sample } from '../row.ts';
import { generate, saturatedCores } from './generator.ts';

export type WrkTarget = {
  /** `http://127.0.0.1:7450/path` */
  readonly url: string;
  readonly serverPid: number;
  readonly connections: number;
  readonly headers: Readonly<Record<string, string>>;
  /** In front of the command, as `taskset -c 1`. */
  readonly before?: readonly string[];
  /** No request of a connection repeats, to the byte, the one before it. */
  readonly varied?: boolean;
  /** Given: PUT of these instead of GET. */
  readonly puts?: Puts;
};

export type Puts = {
  /** Path that the number of the instance (1 to `count`) completes. */
  readonly path: string;
  readonly count: number;
  /** Asked once a run, so that no run writes what the one before it left. */
  readonly documents: () => readonly [string, string];
};

export type WrkResult = {
  readonly requests: number;
  readonly seconds: number;
  readonly bytes: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Answers with status 400 or more. */
  readonly badStatus: number;
  /** Connections refused or broken, and answers later than wrk waits (2 s). */
  readonly broken: number;
};

export type WrkSample = Sample & { readonly acknowledged: number; readonly bytesPerAnswer: number };

const scripts = fileURLToPath(new URL('../../lua', import.meta.url));

/** A warm-up of a second, then the measured run. */
export async function wrkSample(target: WrkTarget, seconds: number): Promise<WrkSample> {
  const warm = await run(target, 1);
  const { result, generated } = await run(target, seconds);
  const rate = result.requests / result.seconds;
  return {
    rate,
    meanMs: (target.connections * 1000) / rate,
    p50Ms: result.p50Ms,
    p99Ms: result.p99Ms,
    generatorCores: generated.generatorCores,
    serverCores: generated.serverCores,
    otherCores: generated.otherCores,
    wrong: problem(result) ?? problem(warm.result) ?? (generated.generatorCores > saturatedCores ? `wrk saturated (${generated.generatorCores.toFixed(2)} cores)` : null),
    acknowledged: result.requests + warm.result.requests,
    bytesPerAnswer: result.bytes / result.requests,
  };
}

/** A run without warm-up, for counting instead of timing. */
export async function wrkRun(target: WrkTarget, seconds: number): Promise<WrkResult> {
  const { result } = await run(target, seconds);
  const wrong = problem(result);
  if (wrong !== null) throw new Error(wrong);
  return result;
}

/** Reads the line that lua/report.lua writes. Throws when it is not there. */
export function parseWrk(output: string): WrkResult {
  const line = /^WRK (\{.*\})$/m.exec(output)?.[1];
  if (line === undefined) throw new Error(`wrk reported nothing: ${output.slice(-300)}`);
  const fields: Record<string, unknown> = JSON.parse(line);
  const number = (name: string): number => {
    const value = fields[name];
    if (typeof value !== 'number') throw new Error(`wrk reported no ${name}`);
    return value;
  };
  return {
    requests: number('requests'),
    seconds: number('duration_us') / 1e6,
    bytes: number('bytes'),
    p50Ms: number('p50_us') / 1000,
    p99Ms: number('p99_us') / 1000,
    badStatus: number('status'),
    broken: number('connect') + number('read') + number('write') + number('timeout'),
  };
}

function problem(result: WrkResult): string | null {
  if (result.requests === 0) return 'no request was answered';
  if (result.badStatus > 0) return `${result.badStatus} of ${result.requests} answers had a status of 400 or more`;
  if (result.broken > 0) return `${result.broken} connections broke or answers came too late`;
  return null;
}

async function run(target: WrkTarget, seconds: number) {
  const script = target.puts === undefined ? 'get' : 'put';
  const command = [...(target.before ?? []), 'wrk', '-t1', `-c${target.connections}`, `-d${seconds}s`, '--latency', '-s', `${scripts}/${script}.lua`, target.url];
  const env: Record<string, string> = {
    BENCH_LUA: scripts,
    BENCH_HEADERS: Object.entries(target.headers).map(([name, value]) => `${name}: ${value}\n`).join(''),
    ...(target.varied === true ? { BENCH_VARIED: '1' } : {}),
    ...(target.puts === undefined ? {} : putEnvironment(target.puts)),
  };
  const generated = await generate([command], target.serverPid, seconds * 1000 + 15_000, { env });
  return { result: parseWrk(generated.outputs[0] ?? ''), generated };
}

function putEnvironment(puts: Puts): Record<string, string> {
  const [first, second] = puts.documents();
  return { BENCH_PATH: puts.path, BENCH_COUNT: String(puts.count), BENCH_BODY_A: first, BENCH_BODY_B: second };
}
