import * as fc from 'fast-check';
import type pg from 'pg';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import type { Change } from './change.ts';
import { Feed } from './feed.ts';

/** A table of changes that answers when the test says so; nothing listens there, so that no hint ever comes. */
class Table {
  newest = 0;
  /** Changes up to it were pruned. */
  horizon = 0;
  reads = 0;
  error: Error | null = null;
  /** While set, reads wait for it. */
  gate: Promise<void> | null = null;

  readonly pool = {
    query: async (text: string, [revision]: [number]) => {
      if (text.includes('pg_stat_activity')) return { rows: [{ others: true }] };
      this.reads++;
      const { newest, horizon } = this;
      await this.gate;
      if (this.error !== null) throw this.error;
      const first = Math.max(revision, horizon);
      const rows = Array.from({ length: Math.max(0, newest - first) }, (_, i) => ({
        newest, revision: first + 1 + i, kind: 'session', operation: 'departed', subject: `ses_${first + 1 + i}`,
      }));
      return { rows: rows.length > 0 ? rows.slice(0, 2_000) : [{ newest, revision: null }] };
    },
  } as unknown as pg.Pool;
}

interface Started {
  readonly table: Table;
  readonly feed: Feed;
  readonly applied: number[];
  readonly reachable: boolean[];
  readonly reload: ReturnType<typeof vi.fn<() => Promise<number>>>;
}

function started(options: { from?: number } = {}): Started {
  const table = new Table();
  const applied: number[] = [];
  const reachable: boolean[] = [];
  const reload = vi.fn<() => Promise<number>>(async () => table.newest);
  const feed = new Feed({
    pool: table.pool, connection: () => ({ host: '/nonexistent', user: 'nobody', password: '', database: 'none' }),
    apply: changes => applied.push(...changes.map(change => change.revision)),
    reload, reachable: yes => reachable.push(yes),
  });
  onTestFinished(() => feed.close());
  table.newest = options.from ?? 0;
  feed.start(options.from ?? 0);
  return { table, feed, applied, reachable, reload };
}

const change = (revision: number): Change => ({ revision, type: 'superseded' });
const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, i) => from + i);

describe('the feed', () => {
  beforeEach(() => { vi.useFakeTimers(); });
  afterEach(() => { vi.useRealTimers(); });

  test('applies each revision once and in order, in whatever order and however often they are offered', () => {
    fc.assert(fc.property(fc.shuffledSubarray(range(1, 40), { minLength: 40 }), fc.array(fc.integer({ min: 1, max: 40 })), (order, again) => {
      const { feed, applied } = started();
      for (const revision of [...order.slice(0, 20), ...again, ...order.slice(20)]) feed.offer([change(revision)]);
      expect(applied).toEqual(range(1, 40));
      expect(feed.revision).toBe(40);
    }));
  });

  test('waits with what comes after a gap, and soon reads what is missing', async () => {
    const { table, feed, applied } = started();
    table.newest = 3;
    feed.offer([change(3)]);
    expect(applied).toEqual([]);
    await vi.advanceTimersByTimeAsync(10);
    expect(applied).toEqual([1, 2, 3]);
  });

  test('reads what nobody told it of within half a second', async () => {
    const { table, feed, applied } = started({ from: 5 });
    table.newest = 8;
    await vi.advanceTimersByTimeAsync(501);
    expect(applied).toEqual([6, 7, 8]);
    expect(feed.revision).toBe(8);
  });

  test('gets past a gap with more waiting behind it than it keeps', async () => {
    const { table, feed, applied } = started();
    feed.offer(range(2, 12_001).map(change));
    expect(applied).toEqual([]);
    table.newest = 12_001;
    await feed.poll();
    expect(applied).toEqual(range(1, 12_001));
    expect(table.reads).toBeLessThan(10);
  });

  test('a poll holds all that was committed before it was asked for, also when a read is under way', async () => {
    const { table, feed, applied } = started();
    let open = () => {};
    table.gate = new Promise(resolve => { open = resolve; });
    const first = feed.poll();
    table.newest = 2;
    const later = [feed.poll(), feed.poll(), feed.poll()];
    open();
    await first;
    await Promise.all(later);
    expect(applied).toEqual([1, 2]);
    expect(table.reads).toBeLessThanOrEqual(3);
  });

  test.each([
    ['some are left', { newest: 30, horizon: 20 }],
    ['none is left', { newest: 30, horizon: 30 }],
    ['the database was put back to an earlier state', { newest: 6, horizon: 0 }],
  ])('starts anew from a snapshot when changes it has not read are not there any more: %s', async (_, { newest, horizon }) => {
    const { table, feed, applied, reload } = started({ from: 10 });
    Object.assign(table, { newest, horizon });
    const waiting = feed.reached(30, 60_000);
    await feed.poll();
    expect(reload).toHaveBeenCalledTimes(1);
    expect(feed.revision).toBe(newest);
    expect(applied).toEqual([]);
    table.newest = 31;
    await feed.poll();
    expect(applied).toEqual(range(newest + 1, 31));
    await expect(waiting).resolves.toBe(true);
  });

  test('does not reload again and again when pruning is faster', async () => {
    const { table, feed, reload } = started({ from: 10 });
    Object.assign(table, { newest: 30, horizon: 30 });
    reload.mockResolvedValue(15);
    await feed.poll();
    expect(reload).toHaveBeenCalledTimes(1);
  });

  test('a snapshot that fails is asked for again', async () => {
    const { table, feed, reload } = started({ from: 10 });
    Object.assign(table, { newest: 30, horizon: 30 });
    reload.mockRejectedValueOnce(new Error('gone'));
    await expect(feed.poll()).rejects.toThrow('gone');
    expect(feed.revision).toBe(10);
    await vi.advanceTimersByTimeAsync(501);
    expect(feed.revision).toBe(30);
  });

  test('tells once that the database cannot be asked, also when it is only silent, and once that it can again', async () => {
    const { table, reachable } = started();
    table.error = new Error('connection refused');
    await vi.advanceTimersByTimeAsync(2_000);
    expect(reachable).toEqual([false]);
    table.error = null;
    await vi.advanceTimersByTimeAsync(1_000);
    expect(reachable).toEqual([false, true]);
    let open = () => {};
    table.gate = new Promise(resolve => { open = resolve; });
    await vi.advanceTimersByTimeAsync(3_600);
    expect(reachable).toEqual([false, true, false]);
    table.gate = null;
    open();
    await vi.advanceTimersByTimeAsync(1);
    expect(reachable).toEqual([false, true, false, true]);
  });

  test('a change that cannot be applied is not passed over', async () => {
    const table = new Table();
    const applied: number[] = [];
    let broken = true;
    const feed = new Feed({
      pool: table.pool, connection: () => ({ connectionString: 'postgres:///none?host=/nonexistent' }), reload: async () => 0, reachable: () => {},
      apply: changes => {
        if (broken) throw new Error('a defect');
        applied.push(...changes.map(({ revision }) => revision));
      },
    });
    onTestFinished(() => feed.close());
    feed.start(0);
    table.newest = 2;
    expect(() => feed.offer([change(1)])).toThrow('a defect');
    expect(feed.revision).toBe(0);
    broken = false;
    await feed.poll();
    expect(applied).toEqual([1, 2]);
  });
});

describe('waiting for a revision', () => {
  beforeEach(() => { vi.useFakeTimers(); });
  afterEach(() => { vi.useRealTimers(); });

  test('ends at once when it is held, when it comes, and false at the bound', async () => {
    const { feed } = started({ from: 4 });
    expect(feed.reached(4, 1_000)).toBe(true);
    const comes = feed.reached(5, 1_000);
    const late = feed.reached(9, 1_000);
    feed.offer([change(5)]);
    await expect(comes).resolves.toBe(true);
    await vi.advanceTimersByTimeAsync(1_000);
    await expect(late).resolves.toBe(false);
  });

  test('is refused beyond 20,000 at once, and ends when the feed does', async () => {
    const { feed } = started();
    const waiting = range(1, 20_000).map(async () => feed.reached(1, 60_000));
    await expect(feed.reached(1, 60_000)).resolves.toBe(false);
    await feed.close();
    expect(new Set(await Promise.all(waiting))).toEqual(new Set([false]));
    await expect(feed.reached(1, 60_000)).resolves.toBe(false);
  });
});
