import { spawn, type StdioOptions } from 'node:child_process';
import type { RunUser } from './run-user.ts';

/** PostgreSQL sees only this: no setting of the caller's shell reaches it, and its files do not depend on the machine's locale. */
export const environment = { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };

/** Output of a program that is kept: enough for any message of initdb. */
const keptBytes = 16_384;

/**
 * Runs a program as the run user to its end.
 *
 * @param options.extra a file descriptor the program finds as its fd 3
 * @returns its exit code (null when it was killed or took longer than `limitMs`) and the end of what it printed
 * @throws the system's error when it cannot be started at all
 */
export async function run(
  user: RunUser,
  file: string,
  args: readonly string[],
  options: { cwd: string; limitMs: number; extra?: number },
): Promise<{ code: number | null; output: string }> {
  const stdio: StdioOptions = ['ignore', 'pipe', 'pipe', ...(options.extra === undefined ? [] : [options.extra])];
  const child = spawn(file, args, {
    ...user.spawnAs,
    cwd: options.cwd,
    env: environment,
    stdio,
    timeout: options.limitMs,
    killSignal: 'SIGKILL',
  });
  let output = '';
  const keep = (data: Buffer) => {
    output = (output + data.toString()).slice(-keptBytes);
  };
  child.stdout?.on('data', keep);
  child.stderr?.on('data', keep);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, output: output.trim() }));
  });
}
