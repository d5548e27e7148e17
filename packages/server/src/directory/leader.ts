import { setTimeout as sleep } from 'node:timers/promises';
import { LAPSE_WINDOW_MS, planExpiry, PULSE_INTERVAL_MS, type Group } from '@miko/model';
import { endSession, holdSession, overdueQuery, pruneQuery, setHealth, silentQuery, type OverdueRow, type SilentRow, type Store } from '@miko/store';
import type { Logger } from 'pino';
import type { View } from './view.ts';

const PASS_MS = 250;
/** How often a Miko that does not lead asks whether it may. */
const FOLLOW_MS = 1_000;
const PRUNE_EVERY_MS = 60_000;
export const KEEP_SECONDS = 86_400;
/** A pass that comes this late says that this process stood still: renewals may wait unread, so everybody gets grace. */
const STALL_MS = 2_000;
/** Renewals that wait this long say that the database does not take them: their sessions look overdue and are not. */
const MOST_BEHIND_MS = 2 * PULSE_INTERVAL_MS;

export interface LeaderOptions {
  readonly store: Store;
  readonly view: View;
  readonly log: Logger;
  /** The view holds everything committed so far; rejects when the database cannot say. */
  caughtUp(): Promise<void>;
  /** How long renewals have been answered without being durable. */
  pulsesBehindMs(): number;
  /** Health checks run where the lease is held. */
  leading(yes: boolean): void;
}

/**
 * What only one Miko does at a time: ending overdue sessions, silent checks, pruning. All of it runs on the connection
 * that holds the lease, on the database's clock. Whoever takes the lease has not watched the renewals of before: each
 * session that existed then gets one full TTL of grace from that moment on.
 */
export class Leader {
  readonly #options: LeaderOptions;
  readonly #stop = new AbortController();
  #running: Promise<void> | null = null;
  #grace: Date | null = null;
  #lastPass = 0;
  #lastPrune = 0;

  constructor(options: LeaderOptions) {
    this.#options = options;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  async close(): Promise<void> {
    this.#stop.abort();
    // A statement that a silent database never answers ends with its connection.
    await this.#options.store.lease.release();
    await this.#running;
    this.#options.leading(false);
  }

  async #run(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      try {
        await this.#pass();
      } catch (error) {
        this.#options.log.warn({ err: error }, 'the leading pass failed; grace begins anew');
        this.#resign();
      }
      await sleep(this.#grace === null ? FOLLOW_MS : PASS_MS, undefined, { signal: this.#stop.signal }).catch(() => {});
    }
  }

  #resign(): void {
    if (this.#grace !== null) this.#options.leading(false);
    this.#grace = null;
  }

  async #pass(): Promise<void> {
    const { store } = this.#options;
    const wasHeld = store.lease.held;
    if (!(await store.lease.tryAcquire())) return this.#resign();
    const stoodStill = this.#lastPass > 0 && performance.now() - this.#lastPass > STALL_MS;
    this.#lastPass = performance.now();
    if (this.#grace === null || !wasHeld || stoodStill) return await this.#beginGrace();
    if (!(await this.#expire(this.#grace)) || !(await this.#silence(this.#grace))) return await this.#beginGrace();
    if (performance.now() - this.#lastPrune > PRUNE_EVERY_MS) {
      const [pruned] = await store.lease.query<{ more: boolean }>({ text: pruneQuery, values: [KEEP_SECONDS] });
      if (pruned?.more !== true) this.#lastPrune = performance.now();
      // Pruning took its time; nobody stood still.
      this.#lastPass = performance.now();
    }
  }

  async #beginGrace(): Promise<void> {
    const { store } = this.#options;
    await this.#options.caughtUp();
    const [row] = await store.lease.query<{ now: Date }>({ text: 'select miko_now() as now' });
    if (this.#grace === null) this.#options.leading(true);
    this.#grace = row!.now;
    this.#lastPass = performance.now();
  }

  /**
   * Whether what was just read of the clock may be acted on. A database that stood still for a while answers after it
   * with a clock that ran on, and renewals that were answered meanwhile are not in it yet.
   */
  #mayJudge(): boolean {
    return performance.now() - this.#lastPass < STALL_MS && this.#options.pulsesBehindMs() < MOST_BEHIND_MS;
  }

  /** False: nothing may be judged now. */
  async #expire(grace: Date): Promise<boolean> {
    const { store, view, log } = this.#options;
    const rows = await store.lease.query<OverdueRow>({ text: overdueQuery, values: [grace] });
    if (rows.length === 0) return true;
    await this.#options.caughtUp();
    const [clock] = await store.lease.query<{ now: Date }>({ text: 'select miko_now() as now' });
    if (!this.#mayJudge()) return false;
    // A fenced session has a successor that could have taken its endpoints over: what it did not take is really gone.
    const replaced = rows.filter(row => row.state === 'fenced').map(row => row.id);
    const overdue = rows.filter(row => row.state === 'live').map(row => ({
      session: row.id,
      heldMs: row.held_ms,
      groups: [...(view.sessions.get(row.id)?.endpoints.values() ?? [])].map(key => groupOf(key.project, key.service, zoneOf(view, key))),
    }));
    const plan = planExpiry(overdue, groupsOf(view, new Set(overdue.flatMap(o => o.groups)), clock!.now.getTime()));
    const heldBefore = new Set(overdue.filter(o => o.heldMs !== null).map(o => o.session));
    const holding = plan.hold.filter(session => !heldBefore.has(session));
    await store.writeAsLeader(holdSession, holding.map(session => ({ session, hold: true })));
    if (holding.length > 0) log.warn({ sessions: holding.length }, 'a mass expiry is held');
    const ends = await store.writeAsLeader(endSession, [...plan.expire, ...replaced].map(session => ({ session, cause: 'expired' as const, grace: grace.getTime() })));
    const expired = ends.filter(({ revision }) => revision !== null).length;
    if (expired > 0) log.info({ sessions: expired }, 'sessions expired');
    return true;
  }

  /** False: nothing may be judged now. */
  async #silence(grace: Date): Promise<boolean> {
    const { store } = this.#options;
    const rows = await store.lease.query<SilentRow>({ text: silentQuery, values: [grace] });
    if (rows.length > 0 && !this.#mayJudge()) return false;
    await store.writeAsLeader(setHealth, rows.map(row => ({ ...row, health: 'critical' as const })));
    return true;
  }
}

const groupOf = (project: string, service: string, zone: string | null): string => `${project}/${service}/${zone ?? ''}`;
const zoneOf = (view: View, key: { project: string; service: string; instance: string }): string | null =>
  view.project(key.project).services.get(key.service)?.entries.get(key.instance)?.shown.zone ?? null;

/** The services in zones that overdue sessions have endpoints in: what is registered there, what lapsed lately. */
function groupsOf(view: View, wanted: ReadonlySet<string>, now: number): Map<string, Group> {
  const groups = new Map<string, { registered: number; lapsed: number }>();
  const services = new Set([...wanted].map(group => group.slice(0, group.lastIndexOf('/'))));
  for (const name of services) {
    const [project, service] = name.split('/') as [string, string];
    const found = view.project(project).services.get(service);
    const count = (zone: string | null, field: 'registered' | 'lapsed') => {
      const group = groups.get(groupOf(project, service, zone)) ?? { registered: 0, lapsed: 0 };
      group[field]++;
      groups.set(groupOf(project, service, zone), group);
    };
    for (const { shown } of found?.entries.values() ?? []) count(shown.zone, 'registered');
    for (const { zone, cause, at } of found?.gone.values() ?? []) if (cause === 'expired' && now - at < LAPSE_WINDOW_MS) count(zone, 'lapsed');
  }
  return groups;
}

