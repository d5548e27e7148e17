import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { installedPackage } from './binaries.ts';
import { clusterFolder } from './initialise.ts';
import { isChild, isPostgres, marksOf } from './marks.ts';
import { readPidFile } from './pid-file.ts';
import { allProcesses, processEntry } from './process-table.ts';

type Cleanup = (fn: () => void) => void;

/** A path for a data folder that does not exist yet, in a 0700 folder (of `owner`). What runs there at the end is killed. */
export function newDataDir(cleanup: Cleanup, owner?: number): string {
  const parent = mkdtempSync('/tmp/miko-embedded-');
  if (owner !== undefined) chownSync(parent, owner, owner);
  const dataDir = join(parent, 'data');
  cleanup(() => {
    const folders = socketFolders(dataDir);
    killAll(allOf(dataDir));
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
    rmSync(parent, { recursive: true, force: true, maxRetries: 20, retryDelay: 20 });
  });
  return dataDir;
}

/** Those the killed processes cannot remove any more. */
function socketFolders(dataDir: string): string[] {
  const flag = 'unix_socket_directories=';
  const used = allOf(dataDir).flatMap((pid) => processEntry(pid)?.args.filter((arg) => arg.startsWith(flag)) ?? []);
  const noted = existsSync(clusterFolder(dataDir)) ? readPidFile(clusterFolder(dataDir))?.socketFolder : undefined;
  return [...used.map((arg) => arg.slice(flag.length)), noted].filter((folder) => folder !== undefined);
}

export interface StandIn {
  readonly pid: number;
  readonly acked: ReadonlySet<number>;
  readonly lines: readonly string[];
  /** Waits for a line of that shape and returns what its group matched. */
  line(shape: RegExp): Promise<string>;
  /** Waits until so many more rows have been acknowledged. */
  moreRows(count: number): Promise<void>;
  /** Kills with SIGKILL, together with other processes, and waits for the end of it and of what it said. */
  killWith(others: readonly number[]): Promise<void>;
}

/** Starts a Miko of its own process; see stand-in.test.program.ts. */
export function standIn(cleanup: Cleanup, dataDir: string, options: { packageFolder?: string; uid?: number } = {}): StandIn {
  const program = new URL('./stand-in.test.program.ts', import.meta.url).pathname;
  const args = ['--conditions=source', program, dataDir, options.packageFolder ?? installedPackage()];
  if (options.uid !== undefined) args.push(String(options.uid));
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  cleanup(() => child.kill('SIGKILL'));
  const acked = new Set<number>();
  const lines: string[] = [];
  const reader = createInterface({ input: child.stdout }).on('line', (line) => {
    if (line.startsWith('ack ')) acked.add(Number(line.slice(4)));
    else lines.push(line);
  });
  const ended = Promise.all([once(reader, 'close'), once(child, 'exit')]);
  return {
    pid: child.pid ?? 0,
    acked,
    lines,
    line: (shape) => eventually(`a line like ${shape}`, () => lines.map((line) => shape.exec(line)?.[1]).find((found) => found !== undefined)),
    moreRows: async (count) => {
      const goal = acked.size + count;
      await eventually(`${goal} rows`, () => acked.size >= goal || undefined);
    },
    killWith: async (others) => {
      killAll([child.pid ?? 0, ...others]);
      await ended;
    },
  };
}

/** Server, children and watcher of a data folder. */
export function allOf(dataDir: string): number[] {
  return processesOf(dataDir, () => true);
}

/** The watcher is the shell that carries the server's command line. */
export function watcherOf(dataDir: string): number[] {
  return processesOf(dataDir, (args) => (args[0] ?? '').endsWith('sh'));
}

export function postmasterOf(dataDir: string): number[] {
  return processesOf(dataDir, (_, postmaster) => postmaster);
}

function processesOf(dataDir: string, wanted: (args: readonly string[], postmaster: boolean) => boolean): number[] {
  if (!existsSync(clusterFolder(dataDir))) return [];
  const marks = marksOf(clusterFolder(dataDir));
  return allProcesses()
    .filter((entry) => entry.live && (isChild(entry, marks) || entry.args.includes(`miko.folder=${marks.folder}`)))
    .filter((entry) => wanted(entry.args, isPostgres(entry)))
    .map(({ pid }) => pid);
}

export function killAll(pids: readonly number[], signal: NodeJS.Signals = 'SIGKILL'): void {
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
    } catch {
      continue; // it ended by itself
    }
  }
}

export async function eventually<T>(what: string, look: () => T | undefined, limitMs = 20_000): Promise<T> {
  const deadline = Date.now() + limitMs;
  for (;;) {
    const found = look();
    if (found !== undefined) return found;
    if (Date.now() > deadline) throw new Error(`waited ${limitMs} ms in vain for ${what}`);
    await sleep(10);
  }
}
