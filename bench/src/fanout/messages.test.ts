import { describe, expect, it } from 'vitest';
import { tally } from './messages.ts';
import type { WatchReport } from './messages.ts';

describe('tally', () => {
  it('reports a revision once, when the last watcher has it', () => {
    const reports: WatchReport[] = [];
    const seen = tally(3, (report) => reports.push(report));
    seen(7);
    seen(8);
    seen(7);
    expect(reports).toEqual([]);
    seen(7);
    expect(reports).toEqual([expect.objectContaining({ type: 'seen', revision: 7 })]);
  });
  it('puts the first delivery before the last', () => {
    const reports: WatchReport[] = [];
    const seen = tally(2, (report) => reports.push(report));
    seen(1);
    seen(1);
    const [report] = reports;
    expect(report?.type === 'seen' && report.firstMs <= report.lastMs).toBe(true);
  });
});
