import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { Failure } from '../failure.ts';
import { errorCode } from '../unknown.ts';

/** A program that runs on our terminal in a process group of its own, so that Ctrl-C reaches us first. */
export interface RunningProgram {
  /** Its exit code; 128 and the number of the signal that ended it, as a shell says. */
  readonly ended: Promise<number>;
  /** To the program and all it started. */
  readonly signal: (signal: NodeJS.Signals) => void;
}

/** Rejects with exit 127 when it cannot be started. */
export async function startProgram(command: readonly string[], env: Readonly<Record<string, string>>): Promise<RunningProgram> {
  const [file = '', ...args] = command;
  const child = spawn(file, args, { stdio: 'inherit', detached: true, env: { ...process.env, ...env } });
  const ended = new Promise<number>(resolve => {
    child.once('exit', (code, signal) => resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])));
  });
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', cause => {
      reject(new Failure('not_started', 'not_started', `Cannot start ${file}: ${words.get(errorCode(cause) ?? '') ?? cause.message}`, { cause }));
    });
  });
  const { pid } = child;
  return {
    ended,
    signal(signal) {
      if (pid === undefined) return;
      try {
        process.kill(-pid, signal);
      } catch {
        // The whole group has ended already.
      }
    },
  };
}

const words: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'there is no such program'],
  ['EACCES', 'it may not be executed'],
]);
