import { describe, expect, it } from 'vitest';
import { goalsOf, ratiosOf, ratiosToEach } from './goals.ts';
import { invalidated, missedRow, rowOf } from './row.ts';
import type { Row, Sample } from './row.ts';

const row = (work: string, side: string, changes: Partial<Sample>): Row =>
  rowOf(work, side, [{ rate: null, meanMs: null, p50Ms: null, p99Ms: null, generatorCores: null, serverCores: null, otherCores: 0, wrong: null, ...changes }]);

describe('ratiosOf', () => {
  it('always has the same names, null where nothing was measured', () => {
    expect(ratiosOf([])).toEqual({
      'reads/raw': null, 'reads_304/raw': null, 'reads/etcd': null, 'registrations/etcd': null, 'registrations_c1/etcd': null, 'fanout_1000_p99/etcd': null,
    });
  });
  it('divides Miko by the other side, rates and latencies each by their column', () => {
    const rows = [
      row('reads', 'miko', { rate: 60_000 }), row('reads', 'raw', { rate: 64_000 }), row('reads', 'etcd', { rate: 8_000 }),
      row('registrations_c1', 'miko', { rate: 2_000, meanMs: 0.5 }), row('registrations_c1', 'etcd', { rate: 2_500, meanMs: 0.4 }),
    ];
    expect(ratiosOf(rows)).toMatchObject({ 'reads/raw': 0.938, 'reads/etcd': 7.5, 'registrations_c1/etcd': 1.25 });
  });
  it('holds Miko against the best way of the other side', () => {
    const rows = [row('fanout_1000', 'miko', { p99Ms: 12 }), row('fanout_1000', 'etcd', { p99Ms: 15 }), row('fanout_1000', 'etcd grpc-js', { p99Ms: 24 })];
    expect(ratiosOf(rows)['fanout_1000_p99/etcd']).toBe(0.8);
  });
  it('takes nothing from a row that does not count', () => {
    const etcd = invalidated(row('fanout_1000', 'etcd', { p99Ms: 1 }), 'saturated');
    expect(ratiosOf([row('fanout_1000', 'miko', { p99Ms: 12 }), etcd])['fanout_1000_p99/etcd']).toBeNull();
  });
});

describe('ratiosToEach', () => {
  it('names every way of a side that was measured in several', () => {
    const rows = [row('fanout_1000', 'miko', { p99Ms: 12 }), row('fanout_1000', 'etcd', { p99Ms: 15 }), row('fanout_1000', 'etcd grpc-js', { p99Ms: 24 })];
    expect(ratiosToEach(rows)).toEqual({ 'fanout_1000_p99/etcd': 0.8, 'fanout_1000_p99/etcd grpc-js': 0.5 });
  });
  it('is empty where there is one way', () => expect(ratiosToEach([row('reads', 'miko', { rate: 2 }), row('reads', 'raw', { rate: 1 })])).toEqual({}));
});

describe('goalsOf', () => {
  it('says met and missed by the bound', () => {
    const goals = goalsOf([row('reads', 'miko', { rate: 50 }), row('reads', 'raw', { rate: 51 }), row('reads', 'etcd', { rate: 49 })]);
    expect(goals.map(({ name, met }) => [name, met])).toEqual([['reads/raw', true], ['reads/etcd', false]]);
  });
  it('counts a side that could not run as missed', () => {
    const goals = goalsOf([row('registrations', 'miko', { rate: 50 }), missedRow('registrations', 'etcd', 'etcd is missing')]);
    expect(goals).toEqual([expect.objectContaining({ name: 'registrations/etcd', value: null, met: false })]);
  });
  it('holds unchanged lists against full ones', () => {
    const goals = goalsOf([row('reads', 'miko', { rate: 60 }), row('reads_304', 'miko', { rate: 66 })]);
    expect(goals).toEqual([expect.objectContaining({ name: 'reads_304/reads', value: 1.1, met: true })]);
  });
  it('takes the larger memory of the two moments', () => {
    const goals = goalsOf([row('capacity', 'miko', { extra: { rss_mb: 300, rss_after_registering_mb: 420, ready_ms: 900 } })]);
    expect(goals.map(({ value, met }) => [value, met])).toEqual([[420, false], [900, true]]);
  });
});
