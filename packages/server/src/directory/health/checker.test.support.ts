import type { TcpCheck } from '@miko/model';
import { badProbe, goodProbe, lostProbe, type ProbeResult, type Target } from './attempt.ts';
import { HealthChecker, type Checked, type HealthCheckerOptions } from './checker.ts';
import type { Clock } from './clock.ts';

/** Time that goes on only when told to. */
export class TestClock implements Clock {
  #now = 1_000_000;
  readonly #timers = new Set<{ readonly at: number; readonly call: () => void }>();

  get timers(): number {
    return this.#timers.size;
  }

  now(): number {
    return this.#now;
  }

  after(delayMs: number, call: () => void): () => void {
    const timer = { at: this.#now + delayMs, call };
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  }

  /** Runs each timer at its time, and lets what it set off come to rest. */
  async pass(ms: number): Promise<void> {
    const end = this.#now + ms;
    await atRest();
    for (let next = this.#next(end); next !== undefined; next = this.#next(end)) {
      this.#now = Math.max(this.#now, next.at);
      this.#timers.delete(next);
      next.call();
      await atRest();
    }
    this.#now = end;
  }

  /** The process does nothing for so long, then goes on. */
  async standStill(ms: number): Promise<void> {
    this.#now += ms;
    await this.pass(0);
  }

  #next(end: number): { readonly at: number; readonly call: () => void } | undefined {
    return [...this.#timers].filter(timer => timer.at <= end).sort((a, b) => a.at - b.at)[0];
  }
}

export const atRest = (): Promise<void> => new Promise(resolve => setImmediate(resolve));

export interface Running {
  readonly port: number;
  readonly signal: AbortSignal;
  readonly end: (result: ProbeResult) => void;
}

/** A checker whose probes are answered by `answer`, or, where that is null, when the test ends them. */
export function setUp(answer: (target: Target) => ProbeResult | null, options: Partial<HealthCheckerOptions> = {}) {
  const clock = new TestClock();
  const reports: string[] = [];
  const probed: number[] = [];
  const running: Running[] = [];
  const checker = new HealthChecker({
    report: (key, registrationId, health) => void reports.push(`${key} ${registrationId} ${health}`),
    random: () => 0.5,
    clock,
    probe: (target, _check, { signal }) =>
      new Promise(resolve => {
        probed.push(target.port);
        const result = answer(target);
        if (result !== null) return resolve(result);
        running.push({ port: target.port, signal, end: resolve });
        signal.addEventListener('abort', () => resolve(lostProbe('called off')));
      }),
    ...options,
  });
  checker.start();
  return { clock, reports, probed, running, checker };
}

export const tcp: TcpCheck = { type: 'tcp', interval_ms: 1_000, timeout_ms: 500, rise: 2, fall: 3 };
export const web: Checked = {
  key: 'web',
  host: '127.0.0.1',
  port: 1,
  protocol: 'tcp',
  check: tcp,
  health: 'starting',
  registrationId: 'ep_1',
};
export const good = goodProbe('fine');
export const bad = badProbe('broken');
export const lost = lostProbe('no descriptors left');
