/**
 * Interleaved rounds: A B C, A B C, A B C. What changes on the machine over the minutes then meets every side alike.
 * A sample taken while others used the machine is taken again, twice at most; the quietest one stands.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { missedRow, noisyCores, rowOf } from '../row.ts';
import type { Row, Sample } from '../row.ts';
import { coresOfOthers, readCpu } from './processes.ts';

export type Side = {
  readonly work: string;
  readonly name: string;
  readonly note?: string;
  /** Takes one sample, its own warm-up included. */
  readonly sample: () => Promise<Sample>;
};

const attempts = 3;
const quietWaitMs = 15_000;

export async function interleaved(sides: readonly Side[], runs: number): Promise<Row[]> {
  const taken = new Map<Side, Sample[]>(sides.map((side) => [side, []]));
  const failed = new Map<Side, string>();
  for (let round = 1; round <= runs; round++) {
    for (const side of sides) {
      const label = `${side.work} ${side.name} ${round}/${runs}`;
      if (failed.has(side)) continue;
      try {
        const sample = await quietSample(side);
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

async function quietSample(side: Side): Promise<Sample> {
  let best: Sample | null = null;
  for (let attempt = 0; attempt < attempts; attempt++) {
    await waitForQuiet();
    const sample = await side.sample();
    if (best === null || sample.otherCores < best.otherCores) best = sample;
    if (best.otherCores <= noisyCores) break;
  }
  if (best === null) throw new Error('no sample was taken');
  return best;
}

/** Returns when other processes used less than a tenth of a core for a second, or when the patience is over. */
async function waitForQuiet(): Promise<void> {
  const end = performance.now() + quietWaitMs;
  while (performance.now() < end) {
    const before = readCpu();
    await pause(1_000);
    if (coresOfOthers(before, readCpu(), process.pid) < 0.1) return;
  }
}

function brief(sample: Sample): string {
  const parts: string[] = [];
  if (sample.rate !== null) parts.push(`${Math.round(sample.rate)}/s`);
  for (const [name, value] of [['mean', sample.meanMs], ['p50', sample.p50Ms], ['p99', sample.p99Ms]] as const) {
    if (value !== null) parts.push(`${name} ${value.toFixed(2)} ms`);
  }
  for (const [name, value] of Object.entries(sample.extra ?? {})) parts.push(`${name} ${Number(value.toFixed(2))}`);
  parts.push(`other load ${sample.otherCores.toFixed(2)}`);
  if (sample.wrong !== null) parts.push(`WRONG: ${sample.wrong}`);
  return parts.join(', ');
}
