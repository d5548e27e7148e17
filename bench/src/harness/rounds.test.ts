import { describe, expect, it } from 'vitest';
import type { Sample } from '../row.ts';
import { interleaved } from './rounds.ts';
import type { Side, Surroundings } from './rounds.ts';

const quiet: Sample = { rate: 10, meanMs: 1, p50Ms: 1, p99Ms: 1, generatorCores: 0, serverCores: 0, otherCores: 0, wrong: null };

const calm: Surroundings = { settle: () => Promise.resolve(0), speed: () => 1 };

function side(name: string, order: string[], sample: () => Sample): Side {
  return {
    work: 'work', name,
    sample: () => {
      order.push(name);
      return Promise.resolve(sample());
    },
  };
}

describe('interleaved', () => {
  it('takes the sides in turn', async () => {
    const order: string[] = [];
    const rows = await interleaved([side('a', order, () => quiet), side('b', order, () => quiet)], 2, calm);
    expect(order).toEqual(['a', 'b', 'a', 'b']);
    expect(rows.map(({ side, samples }) => [side, samples])).toEqual([['a', 2], ['b', 2]]);
  });
  it('takes a disturbed sample again, and keeps the quietest', async () => {
    const order: string[] = [];
    const loads = [0.9, 0.3, 0.5];
    const [row] = await interleaved([side('a', order, () => ({ ...quiet, otherCores: loads[order.length - 1] ?? 0 }))], 1, calm);
    expect(order).toHaveLength(3);
    expect(row?.other_cores).toBe(0.3);
  });
  it('takes a sample again that the host slowed down, and keeps the fastest', async () => {
    const order: string[] = [];
    const speeds = [0.4, 0.9, 1, 0.6, 0.7, 0.7];
    const speed = (): number => speeds.shift() ?? 1;
    const [row] = await interleaved([side('a', order, () => quiet)], 1, { ...calm, speed });
    expect(order).toHaveLength(3);
    expect(row?.machine_speed).toBe(0.7);
  });
  it('ends its patience with a machine that never gets quiet', async () => {
    const order: string[] = [];
    const longest: number[] = [];
    const settle = (longestMs: number): Promise<number> => {
      longest.push(longestMs);
      return Promise.resolve(longestMs);
    };
    await interleaved([side('a', order, () => ({ ...quiet, otherCores: 1 }))], 5, { ...calm, settle });
    expect(order).toHaveLength(5 + 2);
    expect(longest.reduce((sum, ms) => sum + ms, 0)).toBe(60_000);
  });
  it('goes on with the other sides when one fails, and misses its row', async () => {
    const order: string[] = [];
    const failing = side('a', order, () => {
      throw new Error('the port is gone');
    });
    const rows = await interleaved([failing, side('b', order, () => quiet)], 2, calm);
    expect(order).toEqual(['a', 'b', 'b']);
    expect(rows).toMatchObject([{ side: 'a', status: 'missed', why: 'the port is gone' }, { side: 'b', status: 'ok' }]);
  });
});
