/** Callers that call one after the other until the time is over. */
import { setTimeout as pause } from 'node:timers/promises';
import { percentile } from '../../statistics.ts';
import type { FlowResult, LoadResult, RunResult } from './protocol.ts';

type Call = () => Promise<void>;
type Tally = { calls: number; failed: number; first_error: string | null };

export async function run(call: Call, concurrency: number, ms: number): Promise<RunResult> {
  const before = process.cpuUsage();
  const begun = performance.now();
  const tally = await callers(concurrency, ms, call);
  const { user, system } = process.cpuUsage(before);
  return { ...tally, wall_ms: performance.now() - begun, cpu_us: user + system };
}

export async function flow(call: Call, concurrency: number, ms: number): Promise<Omit<FlowResult, 'revision'>> {
  const times: number[] = [];
  let lastEnd = performance.now();
  let longestGap = 0;
  const timed = async (): Promise<void> => {
    const begun = performance.now();
    await call();
    const end = performance.now();
    times.push(end - begun);
    longestGap = Math.max(longestGap, end - lastEnd);
    lastEnd = end;
  };
  const tally = await callers(concurrency, ms, timed);
  return { ...tally, p50_ms: percentile(times, 0.5), p99_ms: percentile(times, 0.99), longest_gap_ms: longestGap };
}

export function load(call: Call, concurrency: number, ms: number, pauseMs: number): Promise<LoadResult> {
  return callers(concurrency, ms, async () => {
    await call();
    await pause(pauseMs);
  });
}

async function callers(concurrency: number, ms: number, call: Call): Promise<Tally> {
  const tally: Tally = { calls: 0, failed: 0, first_error: null };
  const end = performance.now() + ms;
  const caller = async (): Promise<void> => {
    while (performance.now() < end) {
      tally.calls += 1;
      try {
        await call();
      } catch (error) {
        tally.failed += 1;
        tally.first_error ??= String(error);
      }
    }
  };
  await Promise.all(Array.from({ length: concurrency }, caller));
  return tally;
}
