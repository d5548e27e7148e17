import { describe, expect, it } from 'vitest';
import { invalidated, missedRow, rowOf } from './row.ts';
import type { Sample } from './row.ts';

const sample = (changes: Partial<Sample>): Sample => ({
  rate: 100, meanMs: 1, p50Ms: 1, p99Ms: 2, generatorCores: 0.5, serverCores: 1, otherCores: 0, wrong: null, ...changes,
});

describe('rowOf', () => {
  it('takes the median of each column on its own, and the range of the rates', () => {
    const row = rowOf('reads', 'miko', [sample({ rate: 90, p99Ms: 9 }), sample({ rate: 110, p99Ms: 2 }), sample({ rate: 100, p99Ms: 3 })]);
    expect(row).toMatchObject({ status: 'ok', rate: 100, rate_min: 90, rate_max: 110, p99_ms: 3, samples: 3 });
  });
  it('does not count when one sample is wrong, and keeps the reason', () => {
    const row = rowOf('reads', 'etcd', [sample({}), sample({ wrong: 'generator saturated' })]);
    expect(row).toMatchObject({ status: 'invalid', why: 'generator saturated', rate: 100 });
  });
  it('names other load above the border', () => {
    expect(rowOf('reads', 'raw', [sample({ otherCores: 0.3 })], 'core 0').note).toBe('core 0; other load 0.3 cores');
    expect(rowOf('reads', 'raw', [sample({ otherCores: 0.01 })]).note).toBeNull();
  });
  it('names a machine that its host slowed down', () => {
    expect(rowOf('reads', 'raw', [sample({ speed: 0.5 })])).toMatchObject({ machine_speed: 0.5, note: 'machine slowed down to 0.5' });
    expect(rowOf('reads', 'raw', [sample({ speed: 0.95 })]).note).toBeNull();
  });
  it('is missed without samples', () => expect(rowOf('reads', 'raw', [])).toMatchObject({ status: 'missed', rate: null }));
  it('carries a null column through', () => expect(rowOf('fanout', 'miko', [sample({ rate: null })])).toMatchObject({ rate: null, rate_min: null }));
  it('takes medians of further figures', () => {
    expect(rowOf('capacity', 'miko', [sample({ extra: { rss_mb: 3 } }), sample({ extra: { rss_mb: 1 } }), sample({ extra: { rss_mb: 2 } })]).extra).toEqual({ rss_mb: 2 });
  });
});

describe('invalidated', () => {
  it('turns a counting row into one that does not', () => expect(invalidated(rowOf('w', 's', [sample({})]), 'no sync')).toMatchObject({ status: 'invalid', why: 'no sync' }));
  it('keeps the reason of a missed row', () => expect(invalidated(missedRow('w', 's', 'no wrk'), 'no sync')).toMatchObject({ status: 'missed', why: 'no wrk' }));
});
