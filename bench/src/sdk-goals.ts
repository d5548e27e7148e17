/** What the SDKs must reach. Rows are those of the works `sdks` and `failover`. */
import type { Goal } from './goals.ts';
import type { Row } from './row.ts';

/** CPU per call, of the bare client library's. */
const overheads: readonly (readonly [work: string, most: number])[] = [
  ['sdk_typescript_fetch', 1.1],
  ['sdk_typescript_request', 1.1],
  ['sdk_go_http', 1.1],
  ['sdk_python_async', 1.15],
  ['sdk_python_sync', 1.15],
];

/** Longer than that no caller may see all calls stand still while 10,000 endpoints are replaced. */
const longestGapMs = 250;

/** Only of works that were run. */
export function sdkGoalsOf(rows: readonly Row[]): Goal[] {
  const goals: Goal[] = [];
  for (const [work, most] of overheads) {
    const row = rows.find((one) => one.work === work);
    const ranAlone = row?.status === 'ok' && row.extra['cpu_ratio'] === undefined;
    if (row === undefined || ranAlone) continue;
    goals.push(goal(`${work} cpu`, 'CPU per call, of the bare client; 64 at once', counting(rows, work, 'miko')?.extra['cpu_ratio'] ?? null, most));
  }
  for (const side of ['typescript', 'go']) {
    if (!rows.some((row) => row.work === 'sdk_pick' && row.side === side)) continue;
    goals.push(goal(`sdk_pick ${side}`, 'microseconds for a pick among 10,000 endpoints', counting(rows, 'sdk_pick', side)?.extra['pick_us'] ?? null, 2));
  }
  for (const row of rows.filter(({ work, side }) => work.startsWith('sdk_swap_') && side === 'swapped')) {
    goals.push(goal(`${row.work} gap`, 'longest ms without an answer while 10,000 endpoints are replaced', counting(rows, row.work, row.side)?.extra['longest_gap_ms'] ?? null, longestGapMs));
  }
  for (const row of rows.filter(({ work }) => work === 'sdk_failover')) {
    goals.push(goal(`sdk_failover ${row.side}`, 'failed calls after kill -9 of an endpoint', counting(rows, row.work, row.side)?.extra['failed_calls'] ?? null, 0));
  }
  return goals;
}

function counting(rows: readonly Row[], work: string, side: string): Row | undefined {
  return rows.find((row) => row.work === work && row.side === side && row.status === 'ok');
}

function goal(name: string, meaning: string, value: number | null, most: number): Goal {
  return { name, meaning, value, most, met: value !== null && value <= most };
}
