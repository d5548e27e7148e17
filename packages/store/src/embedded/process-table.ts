import { readFileSync, readdirSync, statSync } from 'node:fs';

/**
 * What the kernel tells about processes, read from /proc by means every user has in every container: `stat` and `cmdline`, not
 * the links `exe` and `cwd`, which need CAP_SYS_PTRACE across users.
 */
export interface ProcessEntry {
  readonly pid: number;
  readonly parent: number;
  readonly uid: number;
  /** Clock ticks since boot. With the pid it names a process for good: pids alone are used again. */
  readonly startTime: string;
  /** A zombie is not live: it holds nothing, though `kill(pid, 0)` succeeds until its parent reaps it, which may be never. */
  readonly live: boolean;
  readonly args: readonly string[];
}

/** One process, or undefined when there is none. */
export function processEntry(pid: number): ProcessEntry | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const args = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replace(/\0+$/, '').split('\0');
    return { pid, uid: statSync(`/proc/${pid}`).uid, args, ...parseStat(stat) };
  } catch {
    return undefined;
  }
}

/** All processes that can be seen; one that ends meanwhile is left out. */
export function allProcesses(): ProcessEntry[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => processEntry(Number(name)) ?? []);
}

/** The fields of /proc/N/stat (proc(5)); the command in brackets may itself hold spaces and brackets. */
export function parseStat(stat: string): { parent: number; startTime: string; live: boolean } {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { parent: Number(fields[1]), startTime: fields[19] ?? '', live: !/^[ZXx]/.test(fields[0] ?? 'X') };
}

/** `<pid>.<start time>`: says later, and to others, whether this very process still lives. */
export function identityOf(pid: number): string {
  return `${pid}.${processEntry(pid)?.startTime ?? ''}`;
}

/** How many processes hold the System V segment `id` made by process `creator`; 0 when there is no such segment (any more). */
export function attachedTo(segment: { id: number; creator: number }): number {
  try {
    return attachedIn(readFileSync('/proc/sysvipc/shm', 'utf8'), segment);
  } catch {
    return 0;
  }
}

/** Columns: key shmid perms size cpid lpid nattch ... With its creator an id cannot be a later segment of another program. */
export function attachedIn(table: string, segment: { id: number; creator: number }): number {
  for (const line of table.split('\n')) {
    const [, id, , , creator, , attached] = line.trim().split(/\s+/).map(Number);
    if (id === segment.id && creator === segment.creator) return attached ?? 0;
  }
  return 0;
}
