import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { EmbeddedError } from './embedded-error.ts';
import { marksOf, settingOf } from './marks.ts';
import { readPidFile, removePidFile, type PidFile } from './pid-file.ts';
import { allProcesses, attachedTo, processEntry } from './process-table.ts';
import { judge, type Kernel, type Situation } from './situation.ts';
import { codeOf } from './system-error.ts';

const kernel: Kernel = { entry: processEntry, all: allProcesses, attached: attachedTo };

const lookEveryMs = 15;
/** A living owner may be just dying, so it is waited for; it is never touched. */
const patienceMs = 10_000;
/** For an orphan its watcher comes first (about 50 ms); then fast, immediate and hard ends. For stragglers: hard at once. */
const orphanSignals = [
  { afterMs: 500, signal: 'SIGINT' },
  { afterMs: 4_000, signal: 'SIGQUIT' },
  { afterMs: 7_000, signal: 'SIGKILL' },
] as const;
const stragglerMs = 500;
/** Longest wait for what is dead or was told to die. */
const stuckMs = 15_000;
/** A server that starts this moment has written its pid file by then. */
const unreadableMs = 500;

/**
 * Waits until nothing of an earlier PostgreSQL is left on a data folder, and ends what nobody owns any more. PostgreSQL's own
 * start does not do this: after a crash it refuses while a zombie, or any process that got the old pid, exists.
 *
 * It does not adopt an orphan, because that would leave a server without watcher, with old settings and a log nobody reads.
 * It cannot see servers in other containers: two containers must not share one data folder.
 *
 * @throws EmbeddedError `in_use` after 10 s of a living owner, `stuck` when processes do not end within 15 s
 */
export async function settle(clusterFolder: string, log: (line: string) => void): Promise<void> {
  const marks = marksOf(clusterFolder);
  let since = Date.now();
  let last: Situation['is'] = 'clear';
  const sent = new Set<string>();
  const socketFolders = new Set<string>();
  for (;;) {
    const pidFile = readPidFile(clusterFolder);
    const now = judge(pidFile, marks, kernel);
    for (const folder of socketFoldersOf(pidFile, now)) socketFolders.add(folder);
    if (now.is !== last) {
      since = Date.now();
      last = now.is;
      if (now.is !== 'clear') log(`found ${clusterFolder} ${describe(now)}`);
    }
    const ageMs = Date.now() - since;

    if (now.is === 'clear' || (now.is === 'unreadable' && ageMs > unreadableMs)) {
      socketFolders.forEach(removeSocketFolder);
      if (pidFile) removePidFile(clusterFolder, pidFile);
      return;
    }
    if (now.is === 'orphan') {
      for (const { afterMs, signal } of orphanSignals) {
        if (ageMs > afterMs && !sent.has(signal)) {
          sent.add(signal);
          send(now.postmaster, signal);
        }
      }
    }
    if (now.is === 'stragglers' && ageMs > stragglerMs) now.pids.forEach((pid) => send(pid, 'SIGKILL'));

    const alive = now.is === 'owned' || now.is === 'foreign';
    if (alive && ageMs > patienceMs) throw new EmbeddedError('in_use', `${clusterFolder} is ${describe(now)}`);
    if (ageMs > stuckMs) throw new EmbeddedError('stuck', `${clusterFolder} is ${describe(now)}, and they do not end`);
    await sleep(lookEveryMs);
  }
}

function describe(situation: Situation): string {
  switch (situation.is) {
    case 'owned':
      return situation.owner === process.pid
        ? `in use by this very process (pid ${situation.owner}): stop its server before starting another`
        : `in use by another Miko (pid ${situation.owner}): one Miko per data folder`;
    case 'foreign':
      return `in use by a PostgreSQL that no Miko started (pid ${situation.postmaster})`;
    case 'orphan':
      return `held by the PostgreSQL of an earlier Miko that is gone (pid ${situation.postmaster})`;
    case 'stragglers':
      return `held by processes of an earlier PostgreSQL that is gone (${situation.pids.join(', ') || 'of another container or by hand'})`;
    case 'unreadable':
      return 'with an empty postmaster.pid';
    default:
      return 'free';
  }
}

/** A server that ends cleanly removes its pid file, and leaves its socket folder; so it is noted while it can be seen. */
function socketFoldersOf(pidFile: PidFile | undefined, situation: Situation): string[] {
  const server = situation.is === 'orphan' ? kernel.entry(situation.postmaster) : undefined;
  return [pidFile?.socketFolder, server && settingOf(server, 'unix_socket_directories')].filter((folder) => folder !== undefined);
}

/** Only folders of the very shape `launch` makes are removed, whatever the pid file says. */
function removeSocketFolder(folder: string): void {
  if (/^\/tmp\/miko-pg-\w{6}$/.test(folder)) rmSync(folder, { recursive: true, force: true });
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (codeOf(error) !== 'ESRCH') throw error;
  }
}
