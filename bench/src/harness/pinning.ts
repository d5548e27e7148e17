/** Which core a process may use. On a machine with one core nothing is pinned. */
import { cpus } from 'node:os';
import { finish, startChild } from './children.ts';

const serverCore = 0;
const generatorCore = 1;

/** What goes in front of the command of a server that has one core; empty when nothing is pinned. */
export function onServerCore(): string[] {
  return on(serverCore);
}

/** What goes in front of the command of a generator that must stay off the server's core; empty when nothing is pinned. */
export function onGeneratorCore(): string[] {
  return on(generatorCore);
}

/** Moves a running process with all its threads to the server's core. Threads it starts later inherit that. */
export async function pinToServerCore(pid: number): Promise<void> {
  if (cpus().length < 2) return;
  const { code, output } = await finish(await startChild('taskset', ['-a', '-c', '-p', String(serverCore), String(pid)]), 5_000);
  if (code !== 0) throw new Error(`taskset: ${output.trim()}`);
}

function on(core: number): string[] {
  return cpus().length < 2 ? [] : ['taskset', '-c', String(core)];
}
