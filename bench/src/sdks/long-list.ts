/** One service with 10,000 endpoints: how long a pick takes, and whether calls go on while the whole list is replaced. */
import { setTimeout as pause } from 'node:timers/promises';
import { coresOfOthers, coresOfTree, readCpu } from '../harness/processes.ts';
import type { Side } from '../harness/rounds.ts';
import type { Sample } from '../row.ts';
import { median } from '../statistics.ts';
import type { ClientProgram } from './client-program.ts';
import type { ListingMiko } from './listing-miko.ts';

export const listed = 10_000;
/** The median of so many slices. */
const slices = 15;
const picksPerSlice = 20_000;
const swaps = 20;
const swapEveryMs = 500;
const callers = 16;

export function pickSide(name: string, note: string, program: ClientProgram): Side {
  return {
    work: 'sdk_pick',
    name,
    note,
    sample: () => observed(program, async () => {
      const times: number[] = [];
      for (let slice = 0; slice < slices; slice++) times.push((await program.ask({ op: 'picks', count: picksPerSlice })).ns_per_pick);
      return { extra: { pick_us: median(times) / 1000 } };
    }),
  };
}

/** The same calls for the same time, without and with swaps. */
export function swapSides(name: string, note: string, program: ClientProgram, miko: ListingMiko): Side[] {
  return [
    { work: `sdk_swap_${name}`, name: 'still', note, sample: () => flowSample(program, async () => 0) },
    { work: `sdk_swap_${name}`, name: 'swapped', note: `${note}; all ${listed.toLocaleString('en-US')} endpoints replaced ${swaps} times`, sample: () => flowSample(program, () => swapping(miko)) },
  ];
}

async function swapping(miko: ListingMiko): Promise<number> {
  let revision = 0;
  for (let swap = 0; swap < swaps; swap++) {
    await pause(swapEveryMs);
    revision = miko.swap();
  }
  return revision;
}

function flowSample(program: ClientProgram, meanwhile: () => Promise<number>): Promise<Sample> {
  return observed(program, async () => {
    const ms = (swaps + 2) * swapEveryMs;
    await program.ask({ op: 'flow', concurrency: callers, ms: 500 });
    const [flow, revision] = await Promise.all([program.ask({ op: 'flow', concurrency: callers, ms }), meanwhile()]);
    const failed = flow.failed === 0 ? null : `${flow.failed} of ${flow.calls} calls failed: ${flow.first_error}`;
    const unapplied = flow.revision >= revision ? null : `the list of revision ${revision} was not applied, but ${flow.revision}`;
    return { rate: flow.calls / (ms / 1000), p50Ms: flow.p50_ms, p99Ms: flow.p99_ms, wrong: failed ?? unapplied, extra: { longest_gap_ms: flow.longest_gap_ms } };
  });
}

async function observed(program: ClientProgram, measure: () => Promise<Partial<Sample>>): Promise<Sample> {
  const before = readCpu();
  const measured = await measure();
  const after = readCpu();
  return {
    rate: null, meanMs: null, p50Ms: null, p99Ms: null, serverCores: null, wrong: null,
    generatorCores: coresOfTree(before, after, program.pid),
    otherCores: coresOfOthers(before, after, process.pid),
    ...measured,
  };
}
