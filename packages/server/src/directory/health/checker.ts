import { isDeepStrictEqual } from 'node:util';
import { firstProbeDelayMs, judge, nextProbeDelayMs, streakFrom, type Health, type ProbedCheck, type Streak } from '@miko/model';
import type { ProbeResult } from './attempt.ts';
import { systemClock, type Clock } from './clock.ts';
import { guardedLookup } from './dial-guard.ts';
import { DueHeap, type Due } from './due-heap.ts';
import { probe as realProbe, type Probe } from './probe.ts';

/** A registered endpoint that has a check. `key` names it for as long as it is registered. */
export interface Checked {
  readonly key: string;
  readonly host: string;
  readonly port: number;
  readonly protocol: string;
  readonly check: ProbedCheck;
  /** What the directory holds; read only when the endpoint is new here or changed. */
  readonly health: Health;
  readonly registrationId: string;
}

export interface HealthCheckerOptions {
  /** Called once for each change of health, after the checker's own state moved. Must not throw. */
  report(key: string, registrationId: string, health: Health): void;
  /** Spreads the probes; [0, 1). */
  readonly random?: () => number;
  readonly clock?: Clock;
  /** Probes under way at once, default 256. Those due beyond it wait, the longest due first. */
  readonly concurrency?: number;
  readonly probe?: Probe;
}

export interface HealthCheckerStats {
  readonly endpoints: number;
  readonly inFlight: number;
  /** How long the first of the waiting probes has been due; 0 when none waits. */
  readonly lagMs: number;
  /** Finished probes since the checker was made. */
  readonly good: number;
  readonly bad: number;
  /** Failed at Miko's side: no evidence either way. */
  readonly lost: number;
}

/** What the latest probe said, for people. `at`: milliseconds since the epoch. */
export interface LastProbe {
  readonly at: number;
  readonly text: string;
}

/**
 * Probes all endpoints that have a check and reports each change of their health.
 *
 * One timer and one heap of what waits to be probed. An endpoint is in it at most once and is never probed twice at a
 * time, so all there is to wait is bounded by the number of endpoints, which the directory's limits bound.
 */
export class HealthChecker {
  readonly #options: HealthCheckerOptions;
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #concurrency: number;
  readonly #probe: Probe;
  readonly #lookup = guardedLookup();

  readonly #entries = new Map<string, Entry>();
  readonly #waiting = new DueHeap<Entry>();
  readonly #underway = new Map<Entry, Promise<void>>();
  readonly #counts = { good: 0, bad: 0, lost: 0 };

  #isRunning = false;
  #alarm: { readonly due: number; readonly cancel: () => void } | null = null;

  constructor(options: HealthCheckerOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#random = options.random ?? Math.random;
    this.#concurrency = options.concurrency ?? 256;
    this.#probe = options.probe ?? realProbe;
  }

  /** Begins to check what is known so far. */
  start(): void {
    if (this.#isRunning) return;
    this.#isRunning = true;
    for (const entry of this.#entries.values()) this.#enter(entry);
    this.#setAlarm();
  }

  /** Calls off what is under way and forgets all endpoints; nothing is reported from here on. Resolves when no probe is left. */
  async stop(): Promise<void> {
    this.#isRunning = false;
    for (const key of this.#entries.keys()) this.remove(key);
    this.#setAlarm();
    await Promise.all(this.#underway.values());
  }

  /**
   * Adds an endpoint, or takes over a change: another check, address or registration starts its streak anew from the
   * `health` given; otherwise nothing happens, so an echo of an older report does no harm.
   */
  sync(endpoint: Checked): void {
    const known = this.#entries.get(endpoint.key);
    if (known !== undefined && isSameSubject(known.endpoint, endpoint)) return;
    this.remove(endpoint.key);
    const entry: Entry = { endpoint, due: 0, place: -1, streak: streakFrom(endpoint.health), last: null, underway: null };
    this.#entries.set(endpoint.key, entry);
    if (!this.#isRunning) return;
    this.#enter(entry);
    this.#setAlarm();
  }

  /** Forgets it, and calls off its probe. Unknown keys are ignored. */
  remove(key: string): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    this.#entries.delete(key);
    this.#waiting.delete(entry);
    entry.underway?.abort();
  }

  /** Null before the first probe of this registration. */
  lastProbe(key: string): LastProbe | null {
    return this.#entries.get(key)?.last ?? null;
  }

  get stats(): HealthCheckerStats {
    const due = this.#isRunning ? this.#waiting.peek()?.due : undefined;
    return {
      endpoints: this.#entries.size,
      inFlight: this.#underway.size,
      lagMs: due === undefined ? 0 : Math.max(0, this.#clock.now() - due),
      ...this.#counts,
    };
  }

  #enter(entry: Entry): void {
    this.#waiting.set(entry, this.#clock.now() + firstProbeDelayMs(entry.endpoint.check, entry.streak.health, this.#random));
  }

  /** Begins all probes that are due and may run; called by the alarm and whenever a probe ends. */
  #work(): void {
    if (!this.#isRunning) return;
    const now = this.#clock.now();
    while (this.#underway.size < this.#concurrency) {
      const entry = this.#waiting.peek();
      if (entry === undefined || entry.due > now) break;
      this.#begin(entry, now);
    }
    this.#setAlarm();
  }

  #begin(entry: Entry, now: number): void {
    this.#waiting.delete(entry);
    entry.underway = new AbortController();
    this.#underway.set(entry, this.#run(entry, now, entry.underway.signal));
  }

  async #run(entry: Entry, startedAt: number, signal: AbortSignal): Promise<void> {
    const result = await this.#probe(entry.endpoint, entry.endpoint.check, { lookup: this.#lookup, signal });
    this.#underway.delete(entry);
    this.#finish(entry, startedAt, result);
    this.#work();
  }

  #finish(entry: Entry, startedAt: number, result: ProbeResult): void {
    const { key, check, registrationId } = entry.endpoint;
    if (this.#entries.get(key) !== entry) return;
    const now = this.#clock.now();
    entry.underway = null;
    entry.last = { at: Math.round(now), text: result.text };
    this.#counts[result.lost ? 'lost' : result.good ? 'good' : 'bad'] += 1;
    this.#waiting.set(entry, Math.max(now, startedAt + nextProbeDelayMs(check, this.#random)));
    const before = entry.streak.health;
    entry.streak = judge(entry.streak, result, check);
    if (entry.streak.health !== before) this.#options.report(key, registrationId, entry.streak.health);
  }

  /** One timer for the first probe that is due; none while as many run as may, for the end of any of them works on. */
  #setAlarm(): void {
    const mayBegin = this.#isRunning && this.#underway.size < this.#concurrency;
    const due = mayBegin ? this.#waiting.peek()?.due : undefined;
    if (this.#alarm?.due === due) return;
    this.#alarm?.cancel();
    this.#alarm = null;
    if (due === undefined) return;
    const ring = (): void => {
      this.#alarm = null;
      this.#work();
    };
    this.#alarm = { due, cancel: this.#clock.after(Math.max(0, Math.ceil(due - this.#clock.now())), ring) };
  }
}

interface Entry extends Due {
  readonly endpoint: Checked;
  streak: Streak;
  last: LastProbe | null;
  underway: AbortController | null;
}

const isSameSubject = (a: Checked, b: Checked): boolean =>
  a.registrationId === b.registrationId &&
  a.host === b.host &&
  a.port === b.port &&
  a.protocol === b.protocol &&
  isDeepStrictEqual(a.check, b.check);
