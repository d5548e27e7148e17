/** The programs the benchmarks need beside Node: found on the PATH, and installed where that is possible. */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { finish, complaint, startChild } from './children.ts';

/** Program -> the Debian package that brings it. */
const packages = {
  wrk: 'wrk',
  h2load: 'nghttp2-client',
  etcd: 'etcd-server',
  strace: 'strace',
  taskset: 'util-linux',
} as const;

export type Program = keyof typeof packages;

const tried = new Map<Program, Promise<string | null>>();

/** Null when all are there (installed now where root can), else a sentence that says what is missing. */
export async function missingPrograms(...programs: Program[]): Promise<string | null> {
  for (const program of programs) {
    const attempt = tried.get(program) ?? obtain(program);
    tried.set(program, attempt);
    const problem = await attempt;
    if (problem !== null) return problem;
  }
  return null;
}

async function obtain(program: Program): Promise<string | null> {
  if (isOnPath(program)) return null;
  const missing = `${program} is missing (Debian package ${packages[program]})`;
  if (process.getuid?.() !== 0 || !isOnPath('apt-get')) return missing;
  process.stderr.write(`installing ${packages[program]} for ${program}\n`);
  try {
    const env = { DEBIAN_FRONTEND: 'noninteractive' };
    const child = await startChild('apt-get', ['install', '-y', '--no-install-recommends', packages[program]], { env });
    const { output } = await finish(child, 180_000);
    return isOnPath(program) ? null : `${missing}; apt-get: ${complaint(output)}`;
  } catch (error) {
    return `${missing}; apt-get: ${error instanceof Error ? error.message : String(error)}`;
  }
}

function isOnPath(program: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
