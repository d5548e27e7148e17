import { randomBytes } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, mkdirSync, mkdtempSync, openSync, readFileSync, readdirSync, renameSync, rmSync, writeSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { postgresMajor, type Binaries } from './binaries.ts';
import { EmbeddedError } from './embedded-error.ts';
import { identityOf, processEntry } from './process-table.ts';
import { run } from './run.ts';
import type { RunUser } from './run-user.ts';
import { codeOf, messageOf } from './system-error.ts';

/** A PostgreSQL data folder and the password of its one user. */
export interface Cluster {
  /** 0700, owned by the run user; its parents may stay closed to that user. */
  readonly folder: string;
  readonly password: string;
}

/** PostgreSQL's folder inside Miko's data folder. */
export function clusterFolder(dataDir: string): string {
  return join(dataDir, 'postgres', 'data');
}

/** The one PostgreSQL user. */
export const superuser = 'miko';

/** PostgreSQL and initdb run with the data folder as working directory, which Node enters before it gives up root. */
export const here = '/proc/self/cwd';

const initdbLimitMs = 180_000;

/**
 * Opens the cluster of a data folder, after making it if there is none.
 *
 * `postgres/data` and `postgres/password` (0600) are made in a folder beside and come into being by one rename, so a crash at any
 * moment leaves either nothing or everything, and of two Mikos that start at once one wins and both use its cluster.
 *
 * @throws EmbeddedError `wrong_version`, `data_folder` or `initialise_failed`
 */
export async function openCluster(dataDir: string, binaries: Binaries, user: RunUser): Promise<Cluster> {
  await sweep(dataDir);
  if (!existsSync(join(dataDir, 'postgres'))) await initialise(dataDir, binaries, user);
  const folder = clusterFolder(dataDir);
  checkVersion(folder);
  return { folder, password: readText(join(dataDir, 'postgres', 'password')) };
}

function checkVersion(folder: string): void {
  const version = readText(join(folder, 'PG_VERSION')).trim();
  if (version !== String(postgresMajor)) {
    throw new EmbeddedError(
      'wrong_version',
      `the data in ${folder} was written by PostgreSQL ${version}, and this Miko brings PostgreSQL ${postgresMajor}: export it with the Miko that wrote it`,
    );
  }
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new EmbeddedError('data_folder', `cannot read ${file}: restore the data folder from a backup`, error);
  }
}

async function initialise(dataDir: string, binaries: Binaries, user: RunUser): Promise<void> {
  let fresh: string | undefined;
  try {
    fresh = mkdtempSync(join(dataDir, `${freshPrefix}${identityOf(process.pid)}-`));
    const data = join(fresh, 'data');
    mkdirSync(data, { mode: 0o700 });
    user.own(data);
    await initdb(binaries, user, data, writePassword(join(fresh, 'password'), user));
    sync(fresh);
    rename(fresh, join(dataDir, 'postgres'));
    sync(dataDir);
  } catch (error) {
    throw new EmbeddedError('initialise_failed', `cannot make a PostgreSQL data folder in ${dataDir}: ${messageOf(error)}`, error);
  } finally {
    if (fresh) rmSync(fresh, { recursive: true, force: true });
  }
}

/** initdb reads the password through an open descriptor: the run user need not reach the file, and no copy lies elsewhere. */
async function initdb(binaries: Binaries, user: RunUser, data: string, passwordFile: string): Promise<void> {
  const args = ['-D', here, '-U', superuser, '--pwfile=/proc/self/fd/3', '-A', 'scram-sha-256', '--no-locale', '-E', 'UTF8', '--no-instructions'];
  const extra = openSync(passwordFile, 'r');
  try {
    const { code, output } = await run(user, binaries.initdb, args, { cwd: data, limitMs: initdbLimitMs, extra });
    if (code !== 0) throw new Error(output || `initdb was killed, or ran for more than ${initdbLimitMs / 1000} s`);
  } finally {
    closeSync(extra);
  }
}

function writePassword(file: string, user: RunUser): string {
  const descriptor = openSync(file, 'wx', 0o600);
  writeSync(descriptor, randomBytes(24).toString('base64url'));
  fsyncSync(descriptor);
  closeSync(descriptor);
  return user.own(file);
}

function rename(fresh: string, final: string): void {
  try {
    renameSync(fresh, final);
  } catch (error) {
    const anotherWasFaster = ['ENOTEMPTY', 'EEXIST'].includes(codeOf(error) ?? '');
    if (!anotherWasFaster) throw error;
  }
}

function sync(folder: string): void {
  const descriptor = openSync(folder, 'r');
  fsyncSync(descriptor);
  closeSync(descriptor);
}

const freshPrefix = 'postgres.new-';

/** Removes what Mikos that are gone were about to make. */
async function sweep(dataDir: string): Promise<void> {
  for (const name of readdirSync(dataDir)) {
    const maker = name.startsWith(freshPrefix) ? name.slice(freshPrefix.length).split('-', 1)[0] : undefined;
    if (maker === undefined || isLive(maker)) continue;
    try {
      // An initdb whose Miko was killed may write there for a moment yet; without its files it fails and ends. Hence the
      // retries, and not rmSync, which keeps silent about a folder that has filled again.
      await rm(join(dataDir, name), { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
    } catch (error) {
      throw new EmbeddedError('data_folder', `cannot remove ${join(dataDir, name)}, which a Miko left half-made`, error);
    }
  }
}

function isLive(identity: string): boolean {
  const pid = Number(identity.split('.', 1)[0]);
  return processEntry(pid)?.live === true && identityOf(pid) === identity;
}
