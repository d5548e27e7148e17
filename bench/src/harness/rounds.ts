/**
 * Interleaved rounds: A B C, A B C, A B C. What changes on the machine over the minutes then meets every side alike.
 * A sample taken while others used the machine, or while its host slowed it down, is taken again, twice at most; the
 * least disturbed one stands. The patience for a whole work is bounded: on a machine that never gets quiet the rows are
 * taken all the same, and name the disturbance.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { missedRow, noisyCores, rowOf, slowSpeed } from '../row.ts';
import type { Row, Sample } from '../row.ts';
import { coresOfOthers, readCpu } from './processes.ts';
import { machineSpeed } from './speed.ts';

export type Side = {
  readonly work: string;
  readonly name: string;
  readonly note?: string;
  /** Takes one sample, its own warm-up included. */
  readonly sample: () => Promise<Sample>;
};

const attempts = 3;
const longestWaitMs = 15_000;

/** What is left of the waiting and repeating that one work may do. */
type Patience = { waitMs: number; repeats: number };

/** The machine on which samples are taken. */
export type Surroundings = {
  /** Waits for the machine to be quiet, at most `longestMs`; resolves to the milliseconds it waited. */
  readonly settle: (longestMs: number) => Promise<number>;
  /** 1 is the fastest it was so far. */
  readonly speed: () => number;
};

export async function interleaved(sides: readonly Side[], runs: number, surroundings: Surroundings = { settle, speed: machineSpeed }): Promise<Row[]> {
  const taken = new Map<Side, Sample[]>(sides.map((side) => [side, []]));
  const failed = new Map<Side, string>();
  const patience: Patience = { waitMs: 60_000, repeats: 2 * sides.length };
  for (let round = 1; round <= runs; round++) {
    for (const side of sides) {
      const label = `${side.work} ${side.name} ${round}/${runs}`;
      if (failed.has(side)) continue;
      try {
        const sample = await quietSample(side, patience, surroundings);
        taken.get(side)?.push(sample);
        tell(`${label}: ${brief(sample)}`);
      } catch (error) {
        failed.set(side, error instanceof Error ? error.message : String(error));
        tell(`${label}: ${failed.get(side)}`);
      }
    }
  }
  return sides.map((side) => {
    const reason = failed.get(side);
    return reason === undefined ? rowOf(side.work, side.name, taken.get(side) ?? [], side.note ?? null) : missedRow(side.work, side.name, reason);
  });
}

/** Progress goes to stderr, so that stdout holds the results alone. */
export function tell(line: string): void {
  process.stderr.write(`${line}\n`);
}

async function quietSample(side: Side, patience: Patience, { settle, speed }: Surroundings): Promise<Sample> {
  const wait = async (): Promise<void> => {
    patience.waitMs -= await settle(Math.min(longestWaitMs, patience.waitMs));
  };
  const take = async (): Promise<Sample> => {
    await wait();
    const before = speed();
    const sample = await side.sample();
    return { ...sample, speed: Math.min(before, speed()) };
  };
  let best = await take();
  for (let attempt = 1; attempt < attempts && disturbance(best) > 1 && patience.repeats > 0; attempt++) {
    patience.repeats -= 1;
    const again = await take();
    if (disturbance(again) < disturbance(best)) best = again;
  }
  return best;
}

/** Above 1 the sample was disturbed. */
function disturbance({ otherCores, speed = 1 }: Sample): number {
  return Math.max(otherCores / noisyCores, slowSpeed / speed);
}

/** Quiet is when other processes used less than a tenth of a core for half a second, and the machine is not slow. That look itself does not count as waiting. */
async function settle(longestMs: number): Promise<number> {
  const lookMs = 500;
  const begin = performance.now();
  const waited = (): number => performance.now() - begin - lookMs;
  do {
    const before = readCpu();
    await pause(lookMs);
    if (coresOfOthers(before, readCpu(), process.pid) < 0.1 && machineSpeed() > slowSpeed) break;
  } while (waited() < longestMs);
  return Math.max(0, waited());
}

function brief(sample: Sample): string {
  const parts: string[] = [];
  if (sample.rate !== null) parts.push(`${Math.round(sample.rate)}/s`);
  for (const [name, value] of [['mean', sample.meanMs], ['p50', sample.p50Ms], ['p99', sample.p99Ms]] as const) {
    if (value !== null) parts.push(`${name} ${value.toFixed(2)} ms`);
  }
  for (const [name, value] of Object.entries(sample.extra ?? {})) parts.push(`${name} ${Number(value.toFixed(2))}`);
  parts.push(`other load ${sample.otherCores.toFixed(2)}`, `speed ${(sample.speed ?? 1).toFixed(2)}`);
  if (sample.wrong !== null) parts.push(`WRONG: ${sample.wrong}`);
  return parts.join(', ');
}
