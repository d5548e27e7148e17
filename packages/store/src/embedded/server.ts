import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { installedPackage, usableBinaries } from './binaries.ts';
import { EmbeddedError } from './embedded-error.ts';
import { clusterFolder, openCluster, superuser } from './initialise.ts';
import { launch } from './postmaster.ts';
import { untilReady, type Connection } from './ready.ts';
import { runUser } from './run-user.ts';
import { settle } from './settle.ts';
import { codeOf } from './system-error.ts';

export { EmbeddedError, type EmbeddedErrorCode } from './embedded-error.ts';
export type { Connection } from './ready.ts';

/** A PostgreSQL 18 server that is a child of this process and dies with it. */
export interface EmbeddedServer {
  /** For `pg`: a socket folder, nothing listens on the network. The password is also in `<dataDir>/postgres/password` (0600). */
  readonly connection: Connection;
  readonly pid: number;
  /**
   * Settles when the server has ended, by `stop` or otherwise; never rejects. `code` is null when a signal ended it; `log` is the
   * end of its log. To have it back call `startEmbedded` again: at any moment, the old server may still be dying.
   */
  readonly exited: Promise<{ code: number | null; log: string }>;
  /** Ends the server cleanly (fast shutdown) and waits for it. Open connections are cut. May be called again. */
  stop(): Promise<void>;
}

export interface EmbeddedOptions {
  /** Miko's data folder; made with mode 0700 if missing. The server keeps everything in `postgres/` within it. */
  dataDir: string;
  /** The server ran here before: a cluster that is gone (a disk that was unmounted) is refused, never begun anew. */
  existing?: boolean;
  /** Receives each line of the server's log, and what was found left of earlier runs. */
  log?: (line: string) => void;
}

/**
 * Starts PostgreSQL on a data folder, after making the folder's cluster on the first call (0.6 s) and after ending whatever a
 * crashed Miko left running there. Works as root (PostgreSQL then runs as `nobody`) and as an ordinary user.
 *
 * @returns the server, once a connection to it has worked
 * @throws EmbeddedError with a stable `code` (see `EmbeddedErrorCode`); a folder held by another living Miko is waited for 10 s
 *   and then refused with `in_use`
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedServer> {
  return startEmbeddedFrom(installedPackage(), options);
}

/** The same with the binaries of a package that lies elsewhere: a folder with `package.json` and `native/`. */
export async function startEmbeddedFrom(packageFolder: string, options: EmbeddedOptions): Promise<EmbeddedServer> {
  const { log = () => {} } = options;
  const dataDir = makeDataDir(options.dataDir);
  const user = runUser(clusterFolder(dataDir));
  // Below a data folder of root's the run user cannot reach anything.
  const copies = user.spawnAs.uid === undefined ? join(dataDir, 'binaries') : '/var/lib/miko';
  const binaries = await usableBinaries(packageFolder, user, copies);
  if (options.existing === true && !existsSync(join(dataDir, 'postgres'))) {
    throw new EmbeddedError('data_folder', `${join(dataDir, 'postgres')} is gone: bring it back, nothing is begun anew in its place`);
  }
  const { folder, password } = await openCluster(dataDir, binaries, user);

  for (let attempt = 1; ; attempt += 1) {
    await settle(folder, log);
    const postmaster = await launch(binaries, user, folder, log);
    const connection: Connection = { host: postmaster.socketFolder, user: superuser, password, database: 'postgres' };
    try {
      await untilReady(postmaster, connection);
      const { pid, exited, stop } = postmaster;
      return { connection, pid, exited, stop };
    } catch (error) {
      await postmaster.stop();
      if (attempt === mostAttempts || !lostRace(postmaster.log.text())) throw error;
    }
  }
}

const mostAttempts = 3;

/** Another Miko started a server between our look and our start: PostgreSQL's own locks decided, so look again. */
function lostRace(log: string): boolean {
  return /lock file "postmaster\.pid" (already exists|is empty)|pre-existing shared memory block/.test(log);
}

function makeDataDir(path: string): string {
  const dataDir = resolve(path);
  try {
    mkdirSync(dirname(dataDir), { recursive: true });
    if (!existsSync(dataDir)) mkdirSync(dataDir, { mode: 0o700 });
    return dataDir;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return dataDir;
    throw new EmbeddedError('data_folder', `cannot make the data folder ${dataDir}`, error);
  }
}
