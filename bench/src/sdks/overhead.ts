/**
 * What a call costs through an SDK, beside the same call with the client library underneath over fixed addresses in turn.
 * Each side is a process of its own: in one process the two would share what the engine learned of the library. They take
 * turns in short slices (A B, B A, A B ...), so that what changes on the machine within a second meets both alike; the ratio is
 * the median of those of the neighbours. Each round has new processes, for an engine does not settle on the same heap and the
 * same machine code each time.
 */
import { coresOfOthers, coresOfTree, readCpu } from '../harness/processes.ts';
import type { Side } from '../harness/rounds.ts';
import type { Sample } from '../row.ts';
import { median } from '../statistics.ts';
import type { ClientProgram } from './client-program.ts';
import type { RunResult } from './program/protocol.ts';
import type { Upstreams } from './upstreams.ts';

/** What starts a connected program. `bare` is null when Miko runs alone. */
export type Pair = { readonly work: string; readonly note: string; readonly bare: (() => Promise<ClientProgram>) | null; readonly miko: () => Promise<ClientProgram> };

const concurrency = 64;
const pairs = 30;
/** What an engine compiles while it runs is settled after a few seconds, not before. */
const warmUpMs = 5_000;
const sliceMs = 300;

export function overheadSide(pair: Pair, upstreams: Upstreams): Side {
  return { work: pair.work, name: 'miko', note: pair.note, sample: () => overheadSample(pair, upstreams) };
}

async function overheadSample(pair: Pair, upstreams: Upstreams): Promise<Sample> {
  const miko = await pair.miko();
  const bare = (await pair.bare?.()) ?? null;
  try {
    return await compared(miko, bare, upstreams);
  } finally {
    await Promise.all([miko.stop(), bare?.stop()]);
  }
}

async function compared(miko: ClientProgram, bare: ClientProgram | null, upstreams: Upstreams): Promise<Sample> {
  const slice = (program: ClientProgram, ms = sliceMs): Promise<RunResult> => program.ask({ op: 'run', concurrency, ms });
  for (const program of [bare, miko]) if (program !== null) await slice(program, warmUpMs);
  const answeredBefore = await upstreams.answered();
  const before = readCpu();
  const own: RunResult[] = [];
  const others: RunResult[] = [];
  for (let pair = 0; pair < pairs; pair++) {
    if (bare !== null && pair % 2 === 0) others.push(await slice(bare));
    own.push(await slice(miko));
    if (bare !== null && pair % 2 === 1) others.push(await slice(bare));
  }
  const after = readCpu();
  const answered = (await upstreams.answered()) - answeredBefore;
  return {
    rate: median(own.map(rateOf)),
    meanMs: median(own.map(meanMsOf)),
    p50Ms: null,
    p99Ms: null,
    generatorCores: sum(own.map((result) => result.cpu_us)) / sum(own.map((result) => result.wall_ms * 1000)),
    serverCores: coresOfTree(before, after, upstreams.pid),
    otherCores: coresOfOthers(before, after, process.pid),
    wrong: otherWork([...own, ...others], answered),
    extra: { cpu_us_per_call: median(own.map(cpuUsOf)), ...besideBare(own, others) },
  };
}

/** Null when each call was one request with the expected answer: then both sides did the same. */
export function otherWork(results: readonly Pick<RunResult, 'calls' | 'failed' | 'first_error'>[], answered: number): string | null {
  const calls = sum(results.map((result) => result.calls));
  const failing = results.find((result) => result.failed > 0);
  if (failing !== undefined) return `${sum(results.map((result) => result.failed))} of ${calls} calls failed: ${failing.first_error}`;
  return answered === calls ? null : `${answered} requests were answered for ${calls} calls`;
}

/** The figures of neighbours, slice by slice; nothing when there are none. */
export function besideBare(own: readonly RunResult[], bare: readonly RunResult[]): Record<string, number> {
  if (bare.length === 0) return {};
  const ratios = (of: (result: RunResult) => number): number => median(own.flatMap((result, index) => {
    const other = bare[index];
    return other === undefined ? [] : [of(result) / of(other)];
  }));
  return {
    bare_cpu_us_per_call: median(bare.map(cpuUsOf)),
    cpu_ratio: ratios(cpuUsOf),
    bare_mean_ms: median(bare.map(meanMsOf)),
    mean_ratio: ratios(meanMsOf),
  };
}

function cpuUsOf(result: RunResult): number {
  return result.cpu_us / result.calls;
}

function rateOf(result: RunResult): number {
  return result.calls / (result.wall_ms / 1000);
}

/** Closed loops: what a caller waits for one call. */
function meanMsOf(result: RunResult): number {
  return (concurrency / rateOf(result)) * 1000;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
