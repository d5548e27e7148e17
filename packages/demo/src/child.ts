import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { LogFile } from './log-file.ts';

export interface ChildOptions {
  /** Below this folder, without its ending: `programs/caller`. */
  readonly program: string;
  readonly args?: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** Its lines are the supervisor's own output, or belong to the log with all it complains about. */
  readonly stdout: 'inherit' | 'log';
  readonly log: LogFile;
}

/**
 * Starts a process of the demo. It leads a group of its own: Ctrl-C in the terminal reaches the supervisor alone, which
 * then ends everything in the right order. The IPC channel tells it when the supervisor is gone.
 */
export function startChild({ program, args = [], env, stdout, log }: ChildOptions): ChildProcess {
  const file = fileURLToPath(new URL(`./${program}${extname(import.meta.url)}`, import.meta.url));
  const fd = log.open();
  try {
    return spawn(process.execPath, [...process.execArgv, file, ...args], {
      // Each process of the fleet runs much the same sources: compiled once, they start in half the time, in less memory.
      env: { NODE_COMPILE_CACHE: join(dirname(log.path), 'demo', 'compiled'), ...env },
      detached: true,
      stdio: ['ignore', stdout === 'log' ? fd : stdout, fd, 'ipc'],
    });
  } finally {
    closeSync(fd);
  }
}

export const hasEnded = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null || child.pid === undefined;

/** Sends the signal and waits for the end; after `limitMs` the process is killed. */
export async function endChild(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL', limitMs: number): Promise<void> {
  if (hasEnded(child)) return;
  const ended = new Promise(resolve => child.once('exit', resolve));
  child.kill(signal);
  const late = setTimeout(() => child.kill('SIGKILL'), limitMs);
  await ended;
  clearTimeout(late);
}
