/**
 * h2load, the HTTP/2 load generator, posting one encoded gRPC message over and over: a C client, since a client in Node
 * caps etcd at a third of what it can do. It has one body a process, so several processes write several keys.
 */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { scratch } from '../harness/scratch.ts';
import type { Sample } from '../row.ts';
import { correctedForOmission, percentile } from '../statistics.ts';
import { generate, saturatedCores } from './generator.ts';

export type H2loadTarget = {
  /** `http://127.0.0.1:2379/etcdserverpb.KV/Put` */
  readonly url: string;
  readonly serverPid: number;
  /** In front of the command, as `taskset -c 1`. */
  readonly before?: readonly string[];
  /** In all; spread evenly over the bodies. */
  readonly connections: number;
  /** Files with one gRPC message each; one process is started for each. */
  readonly bodies: readonly string[];
  /** Fewer payload bytes an answer than this mean that the call failed: gRPC errors come with status 200. */
  readonly leastBytesPerAnswer: number;
};

export type H2loadResult = {
  readonly requests: number;
  readonly failed: number;
  /** Requests a second over the measured time, the warm-up not in it. */
  readonly rate: number;
  /** Payload of all answers, without headers; an answer that the end of the run cut off adds to it too. */
  readonly bytes: number;
};

export type H2loadSample = Sample & { readonly acknowledged: number };

/** A warm-up of a second, then the measured run. */
export async function h2loadSample(target: H2loadTarget, seconds: number): Promise<H2loadSample> {
  const logs = target.bodies.map((_, index) => join(scratch(), `h2load-${process.pid}-${index}.log`));
  const commands = target.bodies.map((body, index) => command(target, body, seconds, ['--warm-up-time=1', `--log-file=${logs[index]}`]));
  const generated = await generate(commands, target.serverPid, seconds * 1000 + 15_000);
  const results = generated.outputs.map(parseH2load);
  const latencies = logs.flatMap((log) => parseLatencies(readFileSync(log, 'latin1')));
  for (const log of logs) rmSync(log);
  const rate = results.reduce((sum, result) => sum + result.rate, 0);
  const meanMs = (target.connections * 1000) / rate;
  const corrected = correctedForOmission(latencies, meanMs);
  return {
    rate,
    meanMs,
    p50Ms: percentile(corrected, 0.5),
    p99Ms: percentile(corrected, 0.99),
    generatorCores: generated.generatorCores,
    serverCores: generated.serverCores,
    otherCores: generated.otherCores,
    wrong: results.map((result) => problem(result, target)).find((wrong) => wrong !== null) ??
      (generated.generatorCores > saturatedCores ? `h2load saturated (${generated.generatorCores.toFixed(2)} cores)` : null),
    acknowledged: results.reduce((sum, result) => sum + result.requests, 0),
  };
}

/** A run without warm-up, for counting instead of timing. */
export async function h2loadRun(target: H2loadTarget, seconds: number): Promise<number> {
  const generated = await generate(target.bodies.map((body) => command(target, body, seconds, [])), target.serverPid, seconds * 1000 + 15_000);
  const results = generated.outputs.map(parseH2load);
  const wrong = results.map((result) => problem(result, target)).find((found) => found !== null) ?? null;
  if (wrong !== null) throw new Error(wrong);
  return results.reduce((sum, result) => sum + result.requests, 0);
}

/** Reads what h2load prints at its end. Throws when a figure is not there. */
export function parseH2load(output: string): H2loadResult {
  const figure = (name: string, form: RegExp): number => {
    const text = form.exec(output)?.[1];
    if (text === undefined) throw new Error(`h2load reported no ${name}: ${output.slice(-300)}`);
    return Number(text);
  };
  return {
    requests: figure('succeeded requests', /^requests: .* (\d+) succeeded,/m),
    failed: figure('failed requests', /^requests: .* (\d+) failed,/m),
    rate: figure('rate', /^finished in [^,]+, ([\d.]+) req\/s/m),
    bytes: figure('payload', /^traffic: .* \((\d+)\) data$/m),
  };
}

/** Latencies in milliseconds from the lines of --log-file: start (us), status, time (us), separated by tabs. Failed requests are left out. */
export function parseLatencies(log: string): number[] {
  const latencies: number[] = [];
  for (const line of log.split('\n')) {
    const [, status, time] = line.split('\t');
    if (status === '200') latencies.push(Number(time) / 1000);
  }
  return latencies;
}

function problem(result: H2loadResult, target: H2loadTarget): string | null {
  if (result.requests === 0) return 'no request was answered';
  if (result.failed > 0) return `${result.failed} of ${result.requests} calls failed`;
  const each = result.bytes / result.requests;
  return each < target.leastBytesPerAnswer ? `${each.toFixed(0)} bytes an answer instead of ${target.leastBytesPerAnswer}: the calls failed` : null;
}

function command(target: H2loadTarget, body: string, seconds: number, more: readonly string[]): string[] {
  const clients = Math.max(1, Math.round(target.connections / target.bodies.length));
  return [...(target.before ?? []), 'h2load', '-t1', '-m1', `-c${clients}`, `-D${seconds}`, ...more, `-d${body}`, '-H', 'content-type: application/grpc', '-H', 'te: trailers', target.url];
}
