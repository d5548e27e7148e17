import { isChild, isPostgres, isPostmaster, ownerOf, type Marks } from './marks.ts';
import type { PidFile } from './pid-file.ts';
import type { ProcessEntry } from './process-table.ts';

/**
 * What an earlier run left of itself on a data folder.
 *
 * - `clear`: nothing lives; the pid file, if any, may go
 * - `unreadable`: nothing lives, but the pid file names no process: a crash, or a server that is writing it this moment
 * - `owned`: a server of a living Miko
 * - `foreign`: a living server that was started by hand
 * - `orphan`: a server whose Miko is gone
 * - `stragglers`: the server is gone, but children of it still hold its shared memory
 */
export type Situation =
  | { readonly is: 'clear' | 'unreadable' }
  | { readonly is: 'owned'; readonly owner: number }
  | { readonly is: 'foreign' | 'orphan'; readonly postmaster: number }
  | { readonly is: 'stragglers'; readonly pids: readonly number[] };

/** The processes of this machine; a parameter so that the rule can be tested without any. */
export interface Kernel {
  entry(pid: number): ProcessEntry | undefined;
  all(): readonly ProcessEntry[];
  attached(segment: { id: number; creator: number }): number;
}

/**
 * The rule. The pid file is only a hint: its process may be dead, a zombie, or another program by now, and it may have been
 * removed while the server lives; so the whole process table is searched before "nothing lives" is concluded.
 */
export function judge(pidFile: PidFile | undefined, marks: Marks, kernel: Kernel): Situation {
  const named = pidFile?.pid === undefined ? undefined : kernel.entry(pidFile.pid);
  if (named && isPostmaster(named, marks)) return served(named, kernel);

  const all = kernel.all();
  const found = all.find((entry) => isPostmaster(entry, marks));
  if (found) return served(found, kernel);

  const held = pidFile?.pid !== undefined && pidFile.segmentId !== undefined && kernel.attached({ id: pidFile.segmentId, creator: pidFile.pid }) > 0;
  if (held && named?.live === true && isPostgres(named)) return { is: 'foreign', postmaster: named.pid };

  const pids = all.filter((entry) => isChild(entry, marks) && !hasServer(entry, marks, kernel)).map((entry) => entry.pid);
  if (held || pids.length > 0) return { is: 'stragglers', pids };
  return { is: pidFile && pidFile.pid === undefined ? 'unreadable' : 'clear' };
}

function served(postmaster: ProcessEntry, kernel: Kernel): Situation {
  const [owner, startTime] = ownerOf(postmaster).split('.');
  const entry = kernel.entry(Number(owner));
  return entry?.live === true && entry.startTime === startTime
    ? { is: 'owned', owner: entry.pid }
    : { is: 'orphan', postmaster: postmaster.pid };
}

/** A server that started since the search has children with the same title: they are no stragglers. */
function hasServer(child: ProcessEntry, marks: Marks, kernel: Kernel): boolean {
  const parent = kernel.entry(child.parent);
  return parent !== undefined && isPostmaster(parent, marks);
}
