import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** The command as users start it: the file that the package's `bin` names, run by the `node` of the PATH. */
export interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly input?: string;
  /** Another program than the package's own command. */
  readonly program?: readonly [string, ...string[]];
  /** Called with all that was printed so far, each time something is. */
  readonly onOutput?: (printed: { readonly stdout: string; readonly stderr: string }, child: ChildProcess) => void;
}

export function binOf(name: string, command: string): string {
  const manifest = findPackageJSON(name, import.meta.url);
  if (manifest === undefined) throw new Error(`${name} is not installed`);
  const { bin }: { readonly bin: Readonly<Record<string, string>> } = JSON.parse(readFileSync(manifest, 'utf8'));
  return join(dirname(manifest), bin[command] ?? '');
}

/** A folder without a `.miko` above it, and an environment without MIKO_*, unless the test says otherwise. */
export async function runMiko(args: readonly string[], options: RunOptions = {}): Promise<Run> {
  const [program, ...before] = options.program ?? [binOf('@miko/cli', 'miko')];
  const child = spawn(program, [...before, ...args], {
    cwd: options.cwd ?? tmpdir(),
    env: { PATH: process.env['PATH'] ?? '', HOME: tmpdir(), ...options.env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    stdout += chunk;
    options.onOutput?.({ stdout, stderr }, child);
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    stderr += chunk;
    options.onOutput?.({ stdout, stderr }, child);
  });
  child.stdin.on('error', () => {});
  child.stdin.end(options.input ?? '');
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => (code === null ? reject(new Error(`ended by ${signal}: ${stderr}`)) : resolve({ code, stdout, stderr })));
  });
}
