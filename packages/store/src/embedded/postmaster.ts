import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Binaries } from './binaries.ts';
import { EmbeddedError } from './embedded-error.ts';
import { here } from './initialise.ts';
import { LogTail } from './log-tail.ts';
import { markSettings, marksOf } from './marks.ts';
import { environment } from './run.ts';
import type { RunUser } from './run-user.ts';
import { settings } from './settings.ts';

/** A running PostgreSQL server process. */
export interface Postmaster {
  readonly pid: number;
  /** 0700, owned by the run user; new for each start, removed when the server ends. */
  readonly socketFolder: string;
  /** Settles when the process has ended, however that came; never rejects. `code` is null when a signal ended it. */
  readonly exited: Promise<{ code: number | null; log: string }>;
  readonly log: LogTail;
  /** Ends the server cleanly: running transactions are rolled back and everything is on disk. */
  readonly stop: () => Promise<void>;
}

/**
 * Runs in front of the server, as its shell, and lets it die with Miko, also by kill -9: a twice-forked watcher (a direct child
 * of the server that ended would count as a crashed backend) holds the read end of a pipe whose other end is Miko's. When that
 * closes it asks for a fast end, ten times a second, and after ten seconds for an immediate one. It looks into the pid file each
 * time, because `$$` may be dead and its number taken, or the server may not have come as far as writing that file. After a
 * clean end the socket folder `$1` is empty, and nothing else remembers it.
 */
const watch = `(
  (
    read -r _ <&3; n=0; asked=
    while [ $n -lt 200 ] && kill -0 $$; do
      if read -r pid <postmaster.pid && [ "$pid" = $$ ]; then
        if [ $n -lt 100 ]; then kill -INT $$; else kill -QUIT $$; fi
        asked=1
      elif [ $asked ]; then
        break
      fi
      n=$((n + 1)); sleep 0.1 || sleep 1
    done
    rmdir "$1"
  ) >/dev/null 2>&1 &
)
exec 3<&-
shift
exec "$@"`;

/** A fast end waits for a checkpoint; an immediate one costs a recovery at the next start; neither loses a write. */
const stopSignals = [
  { signal: 'SIGINT', waitMs: 20_000 },
  { signal: 'SIGQUIT', waitMs: 10_000 },
  { signal: 'SIGKILL', waitMs: 10_000 },
] as const;

/** The end of the log is waited for this long: a backend that outlives the server may hold the pipe open. */
const lastWordsMs = 100;

/**
 * Starts the server process. It does not yet take connections when this resolves.
 *
 * @param clusterFolder a data folder that `settle` has found free
 * @throws EmbeddedError `start_failed` when /tmp is full, there is no shell, or the folder cannot be entered
 */
export async function launch(binaries: Binaries, user: RunUser, clusterFolder: string, onLine: (line: string) => void): Promise<Postmaster> {
  const socketFolder = makeSocketFolder(user);
  const all = { ...settings, ...markSettings(marksOf(clusterFolder)), unix_socket_directories: socketFolder };
  const flags = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const child = spawn('/bin/sh', ['-c', watch, 'sh', socketFolder, binaries.postgres, '-D', here, ...flags], {
    ...user.spawnAs,
    cwd: clusterFolder,
    env: environment,
    detached: true, // or Ctrl-C in a terminal would reach server and Miko together
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
  });
  const log = new LogTail(onLine);
  child.stderr?.setEncoding('utf8').on('data', (text: string) => log.add(text));
  child.stdio[3]?.on('error', () => {}); // it only has to be open; a watcher that was killed is found by `settle`
  const exited = exitOf(child, log, socketFolder);
  try {
    await once(child, 'spawn');
  } catch (error) {
    rmSync(socketFolder, { recursive: true, force: true });
    throw new EmbeddedError('start_failed', `cannot start PostgreSQL in ${clusterFolder}`, error);
  }
  return { pid: child.pid ?? 0, socketFolder, exited, log, stop: () => end(child, exited) };
}

/** Not in the data folder: a socket's path must not exceed 107 bytes. Not in TMPDIR: the run user may not reach it. */
function makeSocketFolder(user: RunUser): string {
  try {
    return user.own(mkdtempSync('/tmp/miko-pg-'));
  } catch (error) {
    throw new EmbeddedError('start_failed', 'cannot make a folder in /tmp for the socket of PostgreSQL', error);
  }
}

async function exitOf(child: ChildProcess, log: LogTail, socketFolder: string): Promise<{ code: number | null; log: string }> {
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const code = await new Promise<number | null>((resolve) => child.once('exit', resolve));
  child.stdio[3]?.destroy(); // lets the watcher go
  rmSync(socketFolder, { recursive: true, force: true });
  await within(lastWordsMs, closed);
  return { code, log: log.text() };
}

async function end(child: ChildProcess, exited: Promise<unknown>): Promise<void> {
  for (const { signal, waitMs } of stopSignals) {
    child.kill(signal); // by Node's handle: never a process that was given the same pid later
    if (await within(waitMs, exited)) return;
  }
  throw new EmbeddedError('stuck', `PostgreSQL (pid ${child.pid}) does not end`);
}

/** Whether the promise settles in time. Leaves no timer behind. */
async function within(limitMs: number, promise: Promise<unknown>): Promise<boolean> {
  const timer = new AbortController();
  const late = sleep(limitMs, false, { signal: timer.signal }).catch(() => false);
  const inTime = await Promise.race([promise.then(() => true), late]);
  timer.abort();
  return inTime;
}
