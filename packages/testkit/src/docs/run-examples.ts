import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Example } from './page-examples.ts';

export interface Ran {
  readonly printed: string;
  /** Null: the page ended before it came to this one. */
  readonly status: number | null;
}

/** Longer than any page needs: one that waits for what never comes is ended. */
const MOST_MS = 100_000;

/** Runs the commands of a page in one bash, as a reader would who copies them one after the other. */
export async function runExamples(examples: readonly Example[], env: Readonly<Record<string, string>>): Promise<Ran[]> {
  const directory = mkdtempSync(join(tmpdir(), 'miko-page-'));
  const mark = randomBytes(8).toString('hex');
  try {
    examples.forEach(({ script }, i) => writeFileSync(join(directory, `${i}.sh`), `${script}\n`));
    const steps = examples.map((_, i) => `. ./${i}.sh; printf '%s %s\\n' ${mark} $?`);
    writeFileSync(join(directory, 'page.sh'), `${steps.join('\n')}\n`);
    const printed = (await bash(directory, env)).split(new RegExp(`${mark} (\\d+)\\n`));
    return examples.map((_, i) => ({ printed: printed[i * 2] ?? '', status: printed[i * 2 + 1] === undefined ? null : Number(printed[i * 2 + 1]) }));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** What it printed on both streams; a page that leaves something running behind is ended with it. */
function bash(directory: string, env: Readonly<Record<string, string>>): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn('bash', ['-c', 'exec 2>&1; . ./page.sh'], {
      cwd: directory, env: { PATH: process.env['PATH'] ?? '', HOME: directory, LC_ALL: 'C.UTF-8', ...env }, stdio: ['ignore', 'pipe', 'inherit'], detached: true,
    });
    const end = (): void => {
      try {
        process.kill(-child.pid!, 'SIGKILL');
      } catch {
        // All of it has ended by itself.
      }
    };
    const timer = setTimeout(end, MOST_MS);
    let printed = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => { printed += chunk; });
    child.on('error', reject);
    child.on('exit', end);
    child.on('close', () => {
      clearTimeout(timer);
      resolve(printed);
    });
  });
}
