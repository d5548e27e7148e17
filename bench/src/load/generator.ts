/** One run of a load generator, with its own CPU and that of the server it loads. */
import { setTimeout as pause } from 'node:timers/promises';
import { finish, startChild } from '../harness/children.ts';
import type { Start } from '../harness/children.ts';
import { coresOfOthers, coresOfTree, cpuSeconds, readCpu } from '../harness/processes.ts';

export type Generated = {
  readonly outputs: string[];
  /** Of several generators, the busiest; each has one thread. */
  readonly generatorCores: number;
  readonly serverCores: number;
  readonly otherCores: number;
};

/** A generator with one thread that used more than this of a core measured itself. */
export const saturatedCores = 0.95;

/** Runs the commands at the same time and waits for all. Throws when one fails or takes longer than `limitMs`. */
export async function generate(commands: readonly (readonly string[])[], serverPid: number, limitMs: number, start: Start = {}): Promise<Generated> {
  const before = readCpu();
  const children = await Promise.all(commands.map(([command = '', ...args]) => startChild(command, args, start)));
  const busiest = Promise.all(children.map((child) => coresUntilEnd(child.pid, child.hasEnded)));
  const ends = await Promise.all(children.map((child) => finish(child, limitMs)));
  const after = readCpu();
  for (const { code, output } of ends) if (code !== 0) throw new Error(`the generator ended with ${code}: ${output.slice(-400)}`);
  return {
    outputs: ends.map(({ output }) => output),
    generatorCores: Math.max(...(await busiest)),
    serverCores: coresOfTree(before, after, serverPid),
    otherCores: coresOfOthers(before, after, process.pid),
  };
}

/** Cores of one process over its life; its last reading is at most a quarter of a second before its end. */
async function coresUntilEnd(pid: number, hasEnded: () => boolean): Promise<number> {
  const begin = performance.now();
  let share = 0;
  while (!hasEnded()) {
    await pause(250);
    const seconds = cpuSeconds(pid);
    if (seconds === null) break;
    share = seconds / ((performance.now() - begin) / 1000);
  }
  return share;
}
