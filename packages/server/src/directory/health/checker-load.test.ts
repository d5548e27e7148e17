import type { Health } from '@miko/model';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ProbeResult } from './attempt.ts';
import type { Checked } from './checker.ts';
import { atRest, bad, good, lost, setUp, tcp, web, type Running } from './checker.test.support.ts';

const results: ReadonlyMap<string, ProbeResult> = new Map([['good', good], ['bad', bad], ['lost', lost]]);

describe('with more due than may be probed at once', () => {
  test('the longest due goes first, and the lag is shown', async () => {
    const { clock, probed, running, checker } = setUp(() => null, { concurrency: 2 });
    for (let port = 1; port <= 5; port += 1) {
      checker.sync({ ...web, key: `web-${port}`, port });
      await clock.pass(10);
    }
    await clock.pass(100);
    expect(probed).toEqual([1, 2]);
    expect(checker.stats).toMatchObject({ endpoints: 5, inFlight: 2, lagMs: 80 });
    running[1]!.end(good);
    running[0]!.end(good);
    await clock.pass(0);
    expect(probed).toEqual([1, 2, 3, 4]);
    expect(checker.stats).toMatchObject({ inFlight: 2, lagMs: 60 });
    for (const probe of running) probe.end(good);
    await clock.pass(0);
    expect(probed).toEqual([1, 2, 3, 4, 5]);
    expect(checker.stats).toMatchObject({ inFlight: 1, lagMs: 0 });
  });

  test('a removed endpoint gives its place up', async () => {
    const { clock, probed, checker } = setUp(() => null, { concurrency: 1 });
    checker.sync(web);
    checker.sync({ ...web, key: 'web-2', port: 2 });
    await clock.pass(100);
    expect(probed).toEqual([1]);
    checker.remove('web');
    await clock.pass(0);
    expect(probed).toEqual([1, 2]);
  });

  test('20,000 endpoints need one timer, and each is probed at its interval', async () => {
    const counts = new Map<number, number>();
    const { clock, reports, checker } = setUp(
      ({ port }) => {
        counts.set(port, (counts.get(port) ?? 0) + 1);
        return good;
      },
      { random: Math.random },
    );
    const check = { ...tcp, interval_ms: 10_000 };
    for (let port = 0; port < 20_000; port += 1) checker.sync({ ...web, key: `web-${port}`, port, check });
    expect(clock.timers).toBe(1);
    await clock.pass(100);
    expect(counts.size).toBe(20_000);
    await clock.pass(11_000);
    expect(clock.timers).toBe(1);
    expect(reports).toHaveLength(20_000);
    expect(Math.min(...counts.values())).toBe(2);
  });
});

/**
 * Whatever happens: probes stay within their number, no endpoint is probed twice at a time, and a report is a change
 * and names the present registration.
 */
test('any order of events keeps the promises', async () => {
  const act = fc.record({
    what: fc.constantFrom('sync', 'change', 'remove', 'good', 'bad', 'lost', 'wait', 'stand still'),
    which: fc.nat(5),
    ms: fc.integer({ min: 0, max: 6_000 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(act, { maxLength: 60 }), async acts => {
      const present = new Map<string, Checked>();
      const told = new Map<string, Health>();
      const { clock, running, checker } = setUp(() => null, {
        concurrency: 2,
        report: (key, registrationId, health) => {
          expect(present.get(key)?.registrationId).toBe(registrationId);
          expect(told.get(key)).not.toBe(health);
          told.set(key, health);
        },
      });
      const ended = new Set<Running>();
      let registrations = 0;
      const put = (endpoint: Checked): void => {
        present.set(endpoint.key, endpoint);
        told.set(endpoint.key, endpoint.health);
        checker.sync(endpoint);
      };
      for (const { what, which, ms } of acts) {
        const key = `key-${which}`;
        const known = present.get(key);
        const open = running.filter(probe => !ended.has(probe) && !probe.signal.aborted);
        if (what === 'sync' && known === undefined) put({ ...web, key, port: which });
        if (what === 'sync' && known !== undefined) checker.sync({ ...known });
        if (what === 'change' && known !== undefined) {
          registrations += 1;
          put({ ...known, registrationId: `ep_${registrations}`, health: 'passing' });
        }
        if (what === 'remove') {
          present.delete(key);
          checker.remove(key);
        }
        if (what === 'wait') await clock.pass(ms);
        if (what === 'stand still') await clock.standStill(ms);
        const probe = open[which % Math.max(1, open.length)];
        const result = results.get(what);
        if (probe !== undefined && result !== undefined) {
          ended.add(probe);
          probe.end(result);
          await atRest();
        }
        const left = running.filter(other => !ended.has(other) && !other.signal.aborted).map(other => other.port);
        expect(new Set(left).size).toBe(left.length);
        expect(checker.stats.inFlight).toBeLessThanOrEqual(2);
        expect(checker.stats.endpoints).toBe(present.size);
        expect(clock.timers).toBeLessThanOrEqual(1);
      }
      await checker.stop();
    }),
    { numRuns: 200 },
  );
});
