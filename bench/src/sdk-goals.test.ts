import { describe, expect, it } from 'vitest';
import { invalidated, missedRow, rowOf } from './row.ts';
import type { Row } from './row.ts';
import { sdkGoalsOf } from './sdk-goals.ts';

const row = (work: string, side: string, extra: Record<string, number>): Row =>
  rowOf(work, side, [{ rate: null, meanMs: null, p50Ms: null, p99Ms: null, generatorCores: null, serverCores: null, otherCores: 0, wrong: null, extra }]);
const told = (rows: readonly Row[]): [string, number | null, boolean][] => sdkGoalsOf(rows).map(({ name, value, met }) => [name, value, met]);

describe('sdkGoalsOf', () => {
  it('allows Python more CPU per call than TypeScript and Go', () => {
    const rows = ['sdk_typescript_request', 'sdk_go_http', 'sdk_python_sync'].map((work) => row(work, 'miko', { cpu_ratio: 1.12 }));
    expect(told(rows)).toEqual([
      ['sdk_typescript_request cpu', 1.12, false], ['sdk_go_http cpu', 1.12, false], ['sdk_python_sync cpu', 1.12, true],
    ]);
  });
  it('judges no overhead where Miko ran alone', () => expect(told([row('sdk_go_http', 'miko', { cpu_us_per_call: 20 })])).toEqual([]));
  it('misses the goal of a language that is not there, and of calls that failed', () => {
    const failed = invalidated(row('sdk_typescript_fetch', 'miko', { cpu_ratio: 1 }), '3 of 9 calls failed');
    expect(told([missedRow('sdk_go_http', 'miko', 'no Go'), failed])).toEqual([['sdk_typescript_fetch cpu', null, false], ['sdk_go_http cpu', null, false]]);
  });
  it('bounds a pick in TypeScript and Go; in Python it is told alone', () => {
    const rows = [row('sdk_pick', 'typescript', { pick_us: 2.1 }), row('sdk_pick', 'python', { pick_us: 15 }), row('sdk_pick', 'go', { pick_us: 0.8 })];
    expect(told(rows)).toEqual([['sdk_pick typescript', 2.1, false], ['sdk_pick go', 0.8, true]]);
  });
  it('bounds the gap while lists are replaced, not the one without', () => {
    const rows = [row('sdk_swap_go', 'still', { longest_gap_ms: 900 }), row('sdk_swap_go', 'swapped', { longest_gap_ms: 40 })];
    expect(told(rows)).toEqual([['sdk_swap_go gap', 40, true]]);
  });
  it('allows no failed call after a kill', () => {
    expect(told([row('sdk_failover', 'go', { failed_calls: 0 }), row('sdk_failover', 'python', { failed_calls: 1 })])).toEqual([
      ['sdk_failover go', 0, true], ['sdk_failover python', 1, false],
    ]);
  });
});
