import { createServer } from 'node:http';
import type { Health } from '@miko/model';
import { describe, expect, onTestFinished, test } from 'vitest';
import { HealthChecker, type Checked } from './checker.ts';
import { bad, good, lost, setUp, tcp, TestClock, web } from './checker.test.support.ts';
import { onLoopback } from './loopback.test.support.ts';

describe('a probed endpoint', () => {
  test('is probed within 100 ms, then at each interval, and reported when it rose', async () => {
    const { clock, reports, probed, checker } = setUp(() => good);
    checker.sync(web);
    await clock.pass(49);
    expect(probed).toHaveLength(0);
    await clock.pass(1);
    expect(probed).toHaveLength(1);
    expect(reports).toEqual([]);
    await clock.pass(999);
    expect(probed).toHaveLength(1);
    await clock.pass(1);
    expect(probed).toHaveLength(2);
    expect(reports).toEqual(['web ep_1 passing']);
  });

  test('is reported only when its health changes', async () => {
    let answer = good;
    const { clock, reports, checker } = setUp(() => answer);
    checker.sync(web);
    await clock.pass(10_000);
    answer = bad;
    await clock.pass(10_000);
    answer = good;
    await clock.pass(10_000);
    expect(reports).toEqual(['web ep_1 passing', 'web ep_1 critical', 'web ep_1 passing']);
    expect(checker.stats).toMatchObject({ endpoints: 1, inFlight: 0, lagMs: 0, good: 20, bad: 10, lost: 0 });
  });

  test('turns unknown, not critical, when Miko cannot look', async () => {
    const { clock, reports, checker } = setUp(() => lost);
    checker.sync({ ...web, health: 'passing' });
    checker.sync({ ...web, key: 'new' });
    await clock.pass(10_000);
    expect(reports).toEqual(['web ep_1 unknown']);
    expect(checker.stats.lost).toBe(20);
  });

  test('whose health is known waits for its first probe within the interval', async () => {
    const { clock, probed, checker } = setUp(() => good);
    checker.sync({ ...web, health: 'passing' });
    await clock.pass(499);
    expect(probed).toHaveLength(0);
    await clock.pass(1);
    expect(probed).toHaveLength(1);
  });

  test('is never probed twice at a time; a late probe is followed by the next at once', async () => {
    const { clock, probed, running, checker } = setUp(() => null);
    checker.sync(web);
    await clock.pass(5_000);
    expect(probed).toHaveLength(1);
    running[0]!.end(good);
    await clock.pass(0);
    expect(probed).toHaveLength(2);
  });

  test('keeps the text of its last probe apart', async () => {
    const { clock, checker } = setUp(() => bad);
    expect(checker.lastProbe('web')).toBeNull();
    checker.sync(web);
    expect(checker.lastProbe('web')).toBeNull();
    await clock.pass(50);
    expect(checker.lastProbe('web')).toEqual({ at: clock.now(), text: 'broken' });
    checker.remove('web');
    expect(checker.lastProbe('web')).toBeNull();
  });
});

describe('sync', () => {
  test('of the same endpoint changes nothing, even when it still shows an older health', async () => {
    const { clock, reports, probed, checker } = setUp(() => good);
    checker.sync(web);
    await clock.pass(1_050);
    checker.sync({ ...web, check: { ...tcp } });
    await clock.pass(10_000);
    expect(reports).toEqual(['web ep_1 passing']);
    expect(probed).toHaveLength(12);
  });

  test.each<[string, Partial<Checked>]>([
    ['registration', { registrationId: 'ep_2' }],
    ['host', { host: '127.0.0.2' }],
    ['port', { port: 2 }],
    ['protocol', { protocol: 'http' }],
    ['check', { check: { ...tcp, fall: 4 } }],
    ['check of another type', { check: { ...tcp, type: 'http', path: '/' } }],
  ])('of another %s begins anew from the health given, and ignores the probe under way', async (_what, change) => {
    const { clock, reports, running, checker } = setUp(() => null);
    checker.sync(web);
    await clock.pass(50);
    running[0]!.end(good);
    await clock.pass(1_000);
    checker.sync({ ...web, ...change });
    expect(running[1]!.signal.aborted).toBe(true);
    running[1]!.end(good);
    await clock.pass(50);
    expect(reports).toEqual([]);
    expect(running).toHaveLength(3);
    running[2]!.end(good);
    await clock.pass(1_000);
    running[3]!.end(good);
    await clock.pass(0);
    expect(reports).toEqual([`web ${change.registrationId ?? 'ep_1'} passing`]);
  });

  test('before start keeps the endpoint until then', async () => {
    const probed: string[] = [];
    const clock = new TestClock();
    const reports: Health[] = [];
    const checker = new HealthChecker({
      clock,
      report: (_key, _id, health) => void reports.push(health),
      probe: async target => {
        probed.push(target.host);
        return good;
      },
    });
    checker.sync(web);
    await clock.pass(60_000);
    expect(probed).toEqual([]);
    checker.start();
    checker.start();
    await clock.pass(5_000);
    expect(probed.length).toBeGreaterThan(1);
    expect(reports).toEqual(['passing']);
  });
});

test('a removed endpoint is left alone: its probe is called off, its result ignored', async () => {
  const { clock, reports, probed, running, checker } = setUp(() => null);
  checker.sync({ ...web, health: 'passing', check: { ...tcp, fall: 1 } });
  checker.sync({ ...web, key: 'not due yet', health: 'passing', check: { ...tcp, interval_ms: 5_000 } });
  await clock.pass(500);
  checker.remove('web');
  checker.remove('not due yet');
  checker.remove('never there');
  expect(running[0]!.signal.aborted).toBe(true);
  running[0]!.end(bad);
  await clock.pass(60_000);
  expect(probed).toHaveLength(1);
  expect(reports).toEqual([]);
  expect(checker.stats).toMatchObject({ endpoints: 0, inFlight: 0 });
  expect(clock.timers).toBe(0);
});

describe('stop', () => {
  test('calls probes off, waits for them, forgets everything and reports nothing more', async () => {
    const { clock, reports, running, checker } = setUp(() => null);
    checker.sync({ ...web, health: 'passing', check: { ...tcp, fall: 1 } });
    await clock.pass(500);
    expect(running).toHaveLength(1);
    await checker.stop();
    expect(running[0]!.signal.aborted).toBe(true);
    expect(checker.stats).toMatchObject({ endpoints: 0, inFlight: 0 });
    expect(clock.timers).toBe(0);
    await clock.pass(60_000);
    expect(reports).toEqual([]);
  });

  test('is done only when the last probe has let go', async () => {
    const order: string[] = [];
    const { clock, checker } = setUp(() => null, {
      probe: (_target, _check, { signal }) =>
        new Promise(resolve => {
          signal.addEventListener('abort', () => {
            setImmediate(() => {
              order.push('let go');
              resolve(lost);
            });
          });
        }),
    });
    checker.sync(web);
    await clock.pass(50);
    await checker.stop();
    order.push('stopped');
    expect(order).toEqual(['let go', 'stopped']);
  });

  test('may be followed by another start', async () => {
    const { clock, reports, checker } = setUp(() => good);
    await checker.stop();
    checker.start();
    checker.sync(web);
    await clock.pass(2_000);
    expect(reports).toEqual(['web ep_1 passing']);
  });
});

test('on the real clock, a real service comes up, fails and comes back', async () => {
  let status = 200;
  const { port } = await onLoopback(createServer((_request, response) => response.writeHead(status).end()));
  const changes = new Map<Health, () => void>();
  const becomes = (health: Health): Promise<void> => new Promise(resolve => changes.set(health, resolve));
  const checker = new HealthChecker({ report: (_key, _id, health) => changes.get(health)?.() });
  onTestFinished(() => checker.stop());
  checker.start();

  const up = becomes('passing');
  const check = { ...tcp, type: 'http', path: '/', interval_ms: 100, timeout_ms: 2_000 } as const;
  checker.sync({ ...web, port, protocol: 'http', check });
  await up;
  expect(checker.lastProbe('web')?.text).toBe('200 OK');
  const down = becomes('critical');
  status = 503;
  await down;
  expect(checker.lastProbe('web')?.text).toBe('503 Service Unavailable');
  const warned = becomes('warning');
  status = 429;
  await warned;
});
