/**
 * Child processes with a known end. Every child started here is stopped when this process leaves, by its own id:
 * on a normal end, on Ctrl-C, and when something throws.
 */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';

export type Child = {
  readonly pid: number;
  readonly process: ChildProcess;
  /** Settles when the process has ended; never rejects. */
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  readonly hasEnded: () => boolean;
  /** What it wrote, stdout and stderr together, the last 256 KB of it. */
  readonly output: () => string;
};

export type Start = {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Adds a channel for messages (`process.send` in the child). */
  readonly channel?: boolean;
  /** Leaves its standard input open, to be written to. */
  readonly input?: boolean;
};

const outputLimit = 256 * 1024;
const living = new Set<Child>();

export async function startChild(command: string, args: readonly string[], start: Start = {}): Promise<Child> {
  const input = start.input === true ? 'pipe' : 'ignore';
  const stdio = start.channel === true ? ([input, 'pipe', 'pipe', 'ipc'] as const) : ([input, 'pipe', 'pipe'] as const);
  const started = spawn(command, [...args], { stdio: [...stdio], env: { ...process.env, ...start.env }, cwd: start.cwd });
  let output = '';
  let over = false;
  for (const stream of [started.stdout, started.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(-outputLimit);
    });
  }
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    const end = (code: number | null, signal: NodeJS.Signals | null): void => {
      over = true;
      resolve({ code, signal });
    };
    started.once('error', () => end(null, null));
    started.once('close', end);
  });
  await new Promise<void>((resolve, reject) => {
    started.once('spawn', resolve);
    started.once('error', (error) => reject(new Error(`${command} does not start: ${error.message}`)));
  });
  const pid = started.pid;
  if (pid === undefined) throw new Error(`${command} has no process id`);
  const child: Child = { pid, process: started, ended, hasEnded: () => over, output: () => output };
  living.add(child);
  started.once('close', () => living.delete(child));
  return child;
}

/** SIGTERM, and SIGKILL when that did not help within `graceMs`. */
export async function stopChild(child: Child, graceMs = 10_000): Promise<void> {
  if (child.hasEnded()) return;
  child.process.kill('SIGTERM');
  if (await endsWithin(child, graceMs)) return;
  child.process.kill('SIGKILL');
  await endsWithin(child, 5_000);
}

/** Runs a command to its end; kills it when it takes longer than `limitMs`, and then throws. */
export async function finish(child: Child, limitMs: number): Promise<{ code: number | null; output: string }> {
  if (!(await endsWithin(child, limitMs))) {
    child.process.kill('SIGKILL');
    throw new Error(`no end within ${limitMs / 1000} s: ${complaint(child.output())}`);
  }
  const { code } = await child.ended;
  return { code, output: child.output() };
}

/** The line of an output that says what went wrong: the first that names an error, else the last ones. */
export function complaint(output: string): string {
  const lines = output.trimEnd().split('\n');
  return (lines.find((line) => /error\b/i.test(line)) ?? lines.slice(-3).join(' | ')).trim().slice(0, 400);
}

/** Called once by the program: from then on no way out of it leaves a child behind. */
export function stopChildrenOnExit(): void {
  process.on('exit', () => {
    for (const child of living) child.process.kill('SIGKILL');
  });
  for (const [signal, code] of [['SIGINT', 130], ['SIGTERM', 143], ['SIGHUP', 129]] as const) {
    process.once(signal, () => {
      void Promise.all([...living].map((child) => stopChild(child, 5_000))).finally(() => process.exit(code));
    });
  }
}

async function endsWithin(child: Child, limitMs: number): Promise<boolean> {
  const over = new AbortController();
  const late = pause(limitMs, false, { signal: over.signal }).catch(() => false);
  const inTime = await Promise.race([child.ended.then(() => true), late]);
  over.abort();
  return inTime;
}
