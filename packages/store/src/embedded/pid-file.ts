import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { codeOf } from './system-error.ts';

/** What PostgreSQL writes to `postmaster.pid`, line by line as it starts (PostgreSQL's miscadmin.h, LOCK_FILE_LINE_*). */
export interface PidFile {
  readonly text: string;
  /** Undefined in an empty or damaged file. */
  readonly pid: number | undefined;
  readonly socketFolder: string | undefined;
  /** Absent until the server has made its shared memory. */
  readonly segmentId: number | undefined;
}

/** The pid file of a data folder, or undefined when there is none. */
export function readPidFile(clusterFolder: string): PidFile | undefined {
  try {
    return parsePidFile(readFileSync(join(clusterFolder, 'postmaster.pid'), 'utf8'));
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

export function parsePidFile(text: string): PidFile {
  const lines = text.split('\n');
  const pid = Math.abs(Number.parseInt(lines[0] ?? '', 10)); // a single-user server writes its pid negated
  const segment = /^\s*\d+\s+(\d+)\s*$/.exec(lines[6] ?? ''); // key and id
  return {
    text,
    pid: Number.isSafeInteger(pid) && pid > 0 ? pid : undefined,
    socketFolder: lines[4]?.trim() || undefined,
    segmentId: segment ? Number(segment[1]) : undefined,
  };
}

/** Removes the pid file that was judged to be stale, unless another server has written its own meanwhile. */
export function removePidFile(clusterFolder: string, stale: PidFile): void {
  if (readPidFile(clusterFolder)?.text === stale.text) rmSync(join(clusterFolder, 'postmaster.pid'), { force: true });
}
