import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll } from 'vitest';
import { freePort } from './free-port.ts';
import { binOf, runMiko, type Run, type RunOptions } from './run-miko.ts';

export interface RealMiko {
  /** Where it runs and keeps its data. */
  readonly folder: string;
  /** The command, which finds in the folder where this Miko is, and its token. */
  readonly miko: (args: readonly string[], options?: RunOptions) => Promise<Run>;
}

/** A Miko with a database of its own for the tests of one file. */
export function realMiko(): RealMiko {
  const folder = mkdtempSync(join(tmpdir(), 'miko-cli-'));
  let server: ChildProcess;

  beforeAll(async () => {
    const port = await freePort();
    server = spawn(process.execPath, ['--conditions=source', binOf('@miko/server', 'miko-server')], {
      cwd: folder,
      env: { PATH: process.env['PATH'] ?? '', MIKO_LISTEN: `127.0.0.1:${port}` },
      stdio: 'ignore',
    });
    await eventually('Miko to be ready', async () => {
      if (server.exitCode !== null) throw new Error(`Miko ended with ${server.exitCode}`);
      return fetch(`http://127.0.0.1:${port}/readyz`).then(
        ({ ok }) => ok,
        () => false,
      );
    });
  });

  afterAll(async () => {
    const ended = new Promise(resolve => server.once('exit', resolve));
    if (server.exitCode === null && server.kill('SIGTERM')) await ended;
    rmSync(folder, { recursive: true, force: true });
  });

  return { folder, miko: (args, options = {}) => runMiko(args, { ...options, cwd: folder }) };
}

/** Asks until it is so; fails after 30 s. */
export async function eventually(what: string, ask: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 30_000; !(await ask()); await delay(50)) {
    if (Date.now() > end) throw new Error(`waited 30 s for ${what}`);
  }
}
