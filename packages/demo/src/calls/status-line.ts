import { instanceName, parseInstance } from '../plan.ts';
import type { Second } from './tally.ts';

export interface StatusLine {
  readonly at: Date;
  readonly second: Second;
  /** How long the second really was. */
  readonly tookMs: number;
  readonly totalErrors: number;
  /** Null while Miko's stream runs, otherwise for how long it has not. Before its first word: whether the disk gave lists. */
  readonly away: null | number | 'not yet' | 'not yet, lists from the disk';
}

/**
 * One line for people, in columns that keep their place:
 *
 *     12:03:04  calls 240/s  errors 0 (total 0)  p99   3.1 ms  web 34/33/33%  orders 50/50% ...  | miko ok
 *
 * `web 34/ -/66%` are the shares of web-1, web-2, web-3; `-` got none of the calls, or is not there.
 */
export function statusLine({ at, second, tookMs, totalErrors, away }: StatusLine): string {
  const rate = Math.round((second.calls * 1_000) / Math.max(1, tookMs));
  const p99 = second.p99Ms === null ? '    -' : second.p99Ms.toFixed(1).padStart(5);
  return [
    clock(at),
    `calls ${String(rate).padStart(3)}/s`,
    `errors ${second.errors} (total ${totalErrors})`,
    ...(second.skipped > 0 ? [`left out ${second.skipped}`] : []),
    `p99 ${p99} ms`,
    ...[...second.shares].map(([service, counts]) => `${service} ${shares(service, counts)}`),
    `| ${miko(away)}`,
  ].join('  ');
}

function shares(service: string, counts: ReadonlyMap<string, number>): string {
  const sum = counts.values().reduce((total, count) => total + count, 0);
  const last = Math.max(0, ...counts.keys().map(name => parseInstance(name)?.number ?? 0));
  const parts = Array.from({ length: last }, (_, index) => {
    const count = counts.get(instanceName(service, index + 1)) ?? 0;
    return (count === 0 ? '-' : String(Math.round((count * 100) / sum))).padStart(2);
  });
  return parts.length === 0 ? '-' : `${parts.join('/')}%`;
}

function miko(away: StatusLine['away']): string {
  if (away === null) return 'miko ok';
  if (away === 'not yet') return 'miko not reached yet';
  if (away === 'not yet, lists from the disk') return 'miko not reached yet, working on the list kept on disk';
  return `miko away for ${Math.round(away / 1_000)} s, working on the last list`;
}

const clock = (at: Date): string => at.toTimeString().slice(0, 8);
