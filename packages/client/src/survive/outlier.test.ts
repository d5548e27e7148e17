import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DEFAULT_POLICY } from '../policy.ts';
import type { OutlierPolicy } from '../policy.ts';
import { createOutlier, createOutlierHost, hasRoomToEject } from './outlier.ts';
import type { Outlier, OutlierHost } from './outlier.ts';

const POLICY: OutlierPolicy = {
  consecutiveFailures: 5,
  intervalMs: 10_000,
  baseEjectionMs: 30_000,
  maxEjectionMs: 300_000,
  maxEjectedShare: 0.1,
  minHosts: 5,
  minRequests: 100,
  stdevFactor: 1.9,
};

type Host = OutlierHost & { readonly name: string };
type Trial = { readonly outlier: Outlier<Host>; readonly hosts: readonly Host[]; readonly told: readonly string[]; readonly host: (index: number) => Host };

/** Hosts `0` to `count - 1`; there is always room, unless the test says otherwise. */
function trial(count: number, policy: Partial<OutlierPolicy> = {}, mayEject: (host: Host) => boolean = () => true): Trial {
  const hosts = Array.from({ length: count }, (_, i) => ({ ...createOutlierHost(), name: String(i) }));
  const told: string[] = [];
  const outlier = createOutlier<Host>({
    policy: { ...POLICY, ...policy },
    startMs: 0,
    hosts: () => hosts,
    mayEject,
    ejected: ({ name }, reason, forMs) => void told.push(`${name} ${reason} ${forMs}`),
    returned: ({ name }) => void told.push(`${name} returned`),
  });
  const host = (index: number): Host => hosts[index] ?? { ...createOutlierHost(), name: 'none' };
  return { outlier, hosts, told, host };
}

function attempts({ outlier }: Trial, host: Host, successes: number, failures: number, now: number): void {
  for (let i = 0; i < failures; i += 1) {
    outlier.record(host, true, now);
    // Never so many failures in a row that these eject it.
    outlier.record(host, false, now);
  }
  for (let i = failures; i < successes; i += 1) outlier.record(host, false, now);
}

test('the defaults are those of the protocol', () => {
  expect(DEFAULT_POLICY.outlier).toEqual(POLICY);
});

test('five failures in a row eject for 30 s; a success in between does not', () => {
  const one = trial(2);
  for (const failed of [true, true, true, true, false, true, true, true, true]) one.outlier.record(one.host(0), failed, 0);
  expect(one.told).toEqual([]);
  one.outlier.record(one.host(0), true, 100);
  expect(one.told).toEqual(['0 consecutive_failures 30000']);
  expect(one.outlier.dueAt()).toBe(10_000);
  one.outlier.advance(30_099);
  expect(one.told).toHaveLength(1);
  one.outlier.advance(30_100);
  expect(one.told).toEqual(['0 consecutive_failures 30000', '0 returned']);
});

test('each further ejection is longer by the first, up to 300 s; failures while ejected do not count', () => {
  const one = trial(1, { intervalMs: 1_000_000_000 });
  let now = 0;
  for (let i = 0; i < 12; i += 1) {
    for (let n = 0; n < 9; n += 1) one.outlier.record(one.host(0), true, now);
    now += 300_000;
    one.outlier.advance(now);
  }
  const durations = one.told.filter((line) => line.includes('failures')).map((line) => Number(line.split(' ')[2]));
  expect(durations).toEqual([30_000, 60_000, 90_000, 120_000, 150_000, 180_000, 210_000, 240_000, 270_000, 300_000, 300_000, 300_000]);
});

test('each whole interval without being ejected takes one off the number', () => {
  const one = trial(1);
  const fail = (now: number): void => {
    one.outlier.advance(now);
    for (let i = 0; i < 5; i += 1) one.outlier.record(one.host(0), true, now);
  };
  fail(5_000);
  fail(35_000);
  expect(one.host(0).ejections).toBe(2);
  one.outlier.advance(100_000);
  expect(one.host(0).ejections).toBe(2);
  one.outlier.advance(110_000);
  expect(one.host(0).ejections).toBe(1);
  one.outlier.advance(500_000);
  expect(one.host(0).ejections).toBe(0);
});

test('at the end of an interval those are ejected whose share of successes is far below the others', () => {
  const one = trial(6);
  for (const host of one.hosts.slice(0, 5)) attempts(one, host, 99, 1, 1_000);
  attempts(one, one.host(5), 60, 40, 1_000);
  one.outlier.advance(9_999);
  expect(one.told).toEqual([]);
  one.outlier.advance(10_000);
  expect(one.told).toEqual(['5 success_rate 30000']);
});

test('an interval that ended unnoticed counts as of its end', () => {
  const one = trial(6);
  for (const host of one.hosts.slice(0, 5)) attempts(one, host, 100, 0, 1_000);
  attempts(one, one.host(5), 60, 40, 1_000);
  one.outlier.advance(45_000);
  expect(one.told).toEqual(['5 success_rate 30000', '5 returned']);
});

test('with too few busy hosts, or too few attempts, nobody is compared', () => {
  const four = trial(4);
  for (const host of four.hosts.slice(0, 3)) attempts(four, host, 100, 0, 0);
  attempts(four, four.host(3), 60, 40, 0);
  four.outlier.advance(10_000);
  const idle = trial(6);
  for (const host of idle.hosts.slice(0, 5)) attempts(idle, host, 100, 0, 0);
  attempts(idle, idle.host(5), 60, 39, 0);
  idle.outlier.advance(10_000);
  expect([four.told, idle.told]).toEqual([[], []]);
});

test('the counts of one interval do not reach into the next', () => {
  const one = trial(6);
  for (const host of one.hosts) attempts(one, host, 50, 0, 0);
  one.outlier.advance(10_000);
  for (const host of one.hosts.slice(0, 5)) attempts(one, host, 60, 0, 10_001);
  attempts(one, one.host(5), 40, 20, 10_001);
  one.outlier.advance(20_000);
  expect(one.told).toEqual([]);
});

test('where there is no room nobody is ejected, and one that left does not return', () => {
  const full = trial(3, {}, () => false);
  for (let i = 0; i < 20; i += 1) full.outlier.record(full.host(0), true, 0);
  expect(full.told).toEqual([]);
  const left = trial(3);
  for (let i = 0; i < 5; i += 1) left.outlier.record(left.host(0), true, 0);
  left.outlier.forget(left.host(0));
  left.outlier.advance(60_000);
  expect(left.told).toEqual(['0 consecutive_failures 30000']);
});

test('room is for a tenth, for one at least, and never for the last available one', () => {
  expect(hasRoomToEject(POLICY, 5, 0, 4)).toBe(true);
  expect(hasRoomToEject(POLICY, 5, 1, 3)).toBe(false);
  expect(hasRoomToEject(POLICY, 30, 2, 20)).toBe(true);
  expect(hasRoomToEject(POLICY, 30, 3, 20)).toBe(false);
  expect(hasRoomToEject(POLICY, 1, 0, 0)).toBe(false);
  expect(hasRoomToEject({ ...POLICY, maxEjectedShare: 0.29 }, 100, 28, 50)).toBe(true);
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 10_000 }), fc.double({ min: 0, max: 1, noNaN: true }), (size, share) => {
      let ejected = 0;
      while (hasRoomToEject({ ...POLICY, maxEjectedShare: share }, size, ejected, size - ejected - 1)) ejected += 1;
      expect(ejected).toBeLessThan(size);
      expect(ejected).toBeLessThanOrEqual(Math.max(1, share * size + 1e-6));
    }),
    { numRuns: 50 },
  );
});
