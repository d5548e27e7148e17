/** Counts the syncs to disk that really happen while something runs: an acknowledged write without one is not durable. */
import { setTimeout as pause } from 'node:timers/promises';
import { finish, complaint, startChild } from '../harness/children.ts';

const calls = ['fsync', 'fdatasync', 'sync_file_range', 'syncfs'];

/**
 * The number of sync calls of these processes, and of those they start meanwhile, during `work`.
 * Tracing slows them down, so nothing is timed in here. Throws when strace cannot attach.
 */
export async function countSyncs(pids: readonly number[], work: () => Promise<void>): Promise<number> {
  const tracer = await startChild('strace', ['-f', '-c', '-U', 'name,calls', '-e', `trace=${calls.join(',')}`, ...pids.flatMap((pid) => ['-p', String(pid)])]);
  await pause(500);
  if (tracer.hasEnded()) throw new Error(`strace: ${complaint(tracer.output())}`);
  try {
    await work();
  } finally {
    tracer.process.kill('SIGINT');
  }
  const { output } = await finish(tracer, 10_000);
  return parseSyncs(output);
}

/** Sums the calls in the summary of `strace -c -U name,calls`. No table means that there were none. */
export function parseSyncs(output: string): number {
  let sum = 0;
  for (const line of output.split('\n')) {
    const [name, count] = line.trim().split(/\s+/);
    if (name !== undefined && calls.includes(name)) sum += Number(count);
  }
  return sum;
}
