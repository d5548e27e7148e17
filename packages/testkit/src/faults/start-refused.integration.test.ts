import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { eventually } from '../eventually.ts';
import { freePort, MikoProcess } from '../miko-process.ts';
import { outsideDatabase } from './fault.test.support.ts';

/** What a Miko says that does not start; all that is needed to mend it, and no secret. */
const lastWords = (env: Readonly<Record<string, string>>): Promise<string> =>
  MikoProcess.start({ env, dataDir: folder() }).then(() => 'it started', (error: Error) => error.message);

test('a database that cannot be reached: which, and why', async () => {
  const port = await freePort();
  const words = await lastWords({ MIKO_DATABASE_URL: `postgres://miko:s3cr3t@127.0.0.1:${port}/fleet` });
  expect(words).toContain(`Miko does not start: the database fleet at 127.0.0.1:${port} cannot be reached: connect ECONNREFUSED 127.0.0.1:${port}\n`);
  expect(words).not.toContain('s3cr3t');
});

test('a database that takes another password', async () => {
  const { url } = await outsideDatabase(onTestFinished);
  const words = await lastWords({ MIKO_DATABASE_URL: url.replace(/:[^:@]+@/, ':s3cr3t@') });
  expect(words).toMatch(/the database postgres at \/tmp\/miko-pg-\w+ cannot be reached: password authentication failed for user "miko"/);
  expect(words).not.toContain('s3cr3t');
});

test('a file where the data should be', async () => {
  const dataDir = folder();
  writeFileSync(join(dataDir, 'postgres'), '');
  expect(await lastWords({ MIKO_DATA_DIR: dataDir })).toContain(`${dataDir}/postgres/data cannot be there: what lies above it is a file, and no folder: ENOTDIR`);
});

test('a port that is taken: which, the variable, and no database was made', async () => {
  const other = createServer();
  onTestFinished(() => void other.close());
  await new Promise<void>(resolve => other.listen(0, '127.0.0.1', resolve));
  const listen = `127.0.0.1:${(other.address() as AddressInfo).port}`;
  const dataDir = folder();
  expect(await lastWords({ MIKO_LISTEN: listen, MIKO_DATA_DIR: dataDir })).toContain(`MIKO_LISTEN: something listens on ${listen} already, perhaps another Miko: set another host:port`);
  expect(readdirSync(dataDir)).toEqual([]);
});

test('`npm start -- --no-demo` names the file of the admin token where there is one, and ends with npm', async () => {
  const { url } = await outsideDatabase(onTestFinished);
  const told: string[] = [];
  for (const tokens of [1, 0]) {
    const dataDir = folder();
    const npm = npmStart({ MIKO_LISTEN: `127.0.0.1:${await freePort()}`, MIKO_DATA_DIR: dataDir, MIKO_DATABASE_URL: url });
    told.push(await eventually(() => /Miko runs at \S+; (.*)\. Ctrl-C/.exec(npm.said())?.[1], 30_000, 'Miko to run'));
    expect(existsSync(join(dataDir, 'admin-token'))).toBe(tokens === 1);
    const below = descendants(npm.pid);
    expect(below.length).toBeGreaterThan(1);
    npm.end();
    await eventually(() => !below.some(isAlive) || undefined, 20_000, 'every process to end');
  }
  expect(told).toEqual([expect.stringMatching(/^the admin token is in \S+\/admin-token$/), 'its database has tokens already: use one of those']);
});

/** As npm runs the script, and as it ends: it takes its shell along, and nobody below that is told. */
function npmStart(env: Readonly<Record<string, string>>): { readonly pid: number; readonly said: () => string; readonly end: () => void } {
  const script = fileURLToPath(new URL('../../../../scripts/start.mjs', import.meta.url));
  const shell = spawn('sh', ['-c', `'${process.execPath}' '${script}' --no-demo; true`], {
    env: { PATH: process.env['PATH'], npm_lifecycle_event: 'start', ...env }, stdio: ['ignore', 'pipe', 'ignore'],
  });
  onTestFinished(() => void shell.kill('SIGKILL'));
  let said = '';
  shell.stdout.setEncoding('utf8').on('data', (chunk: string) => { said += chunk; });
  return { pid: shell.pid!, said: () => said, end: () => void shell.kill('SIGKILL') };
}

function descendants(pid: number): number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(word => word !== '').map(Number);
  return children.flatMap(child => [child, ...descendants(child)]);
}

function isAlive(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'miko-start-'));
  onTestFinished(() => rmSync(made, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 }));
  return made;
}
