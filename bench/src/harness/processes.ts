/** Readings of /proc: CPU and memory of a process with everything it started, and what others use meanwhile. */
import { readFileSync, readdirSync } from 'node:fs';

/** Linux reports process times in this unit, whatever the kernel's own tick (`getconf CLK_TCK`). */
const ticksPerSecond = 100;

type Entry = { readonly parent: number; readonly own: number; readonly reaped: number };

/** CPU seconds of every process at one moment; `stolen`: what the host gave to other machines. */
export type CpuReading = { readonly atMs: number; readonly entries: ReadonlyMap<number, Entry>; readonly stolen: number };

export function readCpu(): CpuReading {
  const entries = new Map<number, Entry>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const fields = statFields(name);
    if (fields === null) continue;
    const seconds = (index: number): number => Number(fields[index]) / ticksPerSecond;
    entries.set(Number(name), { parent: Number(fields[1]), own: seconds(11) + seconds(12), reaped: seconds(13) + seconds(14) });
  }
  return { atMs: performance.now(), entries, stolen: stolenSeconds() };
}

/** Cores used by `root` and all its descendants between two readings; children that ended in between are in it. */
export function coresOfTree(before: CpuReading, after: CpuReading, root: number): number {
  const ours = (reading: CpuReading) => (pid: number): boolean => descends(reading, pid, root);
  return cores(before, after, ours);
}

/** Cores used by processes that neither are `root` nor descend from it, and by other machines of the host: the other load. Kernel threads do not count. */
export function coresOfOthers(before: CpuReading, after: CpuReading, root: number): number {
  const others = (reading: CpuReading) => (pid: number): boolean =>
    !descends(reading, pid, root) && !descends(before, pid, root) && !descends(reading, pid, kernelThreads);
  const elapsed = (after.atMs - before.atMs) / 1000;
  return cores(before, after, others) + (elapsed <= 0 ? 0 : (after.stolen - before.stolen) / elapsed);
}

const kernelThreads = 2;

/** Times of ended children pass to the parent that reaps them, so the sum over a set of processes telescopes. */
function cores(before: CpuReading, after: CpuReading, chosen: (reading: CpuReading) => (pid: number) => boolean): number {
  const seconds = (reading: CpuReading): number => {
    const take = chosen(reading);
    let sum = 0;
    for (const [pid, entry] of reading.entries) if (take(pid)) sum += entry.own + entry.reaped;
    return sum;
  };
  const elapsed = (after.atMs - before.atMs) / 1000;
  return elapsed <= 0 ? 0 : Math.max(0, (seconds(after) - seconds(before)) / elapsed);
}

function descends(reading: CpuReading, pid: number, root: number): boolean {
  let current = pid;
  for (let depth = 0; depth < 64 && current > 0; depth++) {
    if (current === root) return true;
    current = reading.entries.get(current)?.parent ?? 0;
  }
  return false;
}

/** Ids of all living descendants of `root`, without itself. */
export function descendants(root: number): number[] {
  const reading = readCpu();
  return [...reading.entries.keys()].filter((pid) => pid !== root && descends(reading, pid, root));
}

/** CPU seconds of one process so far; null when it is gone. */
export function cpuSeconds(pid: number): number | null {
  const fields = statFields(String(pid));
  return fields === null ? null : (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

/** Resident memory of one process (all its threads) in MB of 1,000,000 bytes: now, and the highest so far. */
export function residentMb(pid: number): { now: number; peak: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const mb = (name: string): number => (Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) * 1024) / 1e6;
  return { now: mb('VmRSS'), peak: mb('VmHWM') };
}

function stolenSeconds(): number {
  return Number(/^cpu +(?:\d+ +){7}(\d+)/.exec(readFileSync('/proc/stat', 'latin1'))?.[1] ?? 0) / ticksPerSecond;
}

/** The fields of /proc/<pid>/stat after the command name (which may hold spaces and brackets): [0] is the state, [1] the parent. */
function statFields(pid: string): string[] | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return null;
  }
}
