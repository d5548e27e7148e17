import { setTimeout as sleep } from 'node:timers/promises';
import { LAPSE_WINDOW_MS, planExpiry, type Group } from '@miko/model';
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

export interface LeaderOptions {
  readonly store: Store;
  readonly view: View;
  readonly log: Logger;
  /** The view holds everything committed so far; rejects when the database cannot say. */
  caughtUp(): Promise<void>;
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
    const now = performance.now();
    const stalled = this.#lastPass > 0 && now - this.#lastPass > STALL_MS;
    this.#lastPass = now;
    if (this.#grace === null || !wasHeld || stalled) {
      await this.#options.caughtUp();
      const [row] = await store.lease.query<{ now: Date }>({ text: 'select miko_now() as now' });
      if (this.#grace === null) this.#options.leading(true);
      this.#grace = row!.now;
      return;
    }
    await this.#expire(this.#grace);
    await this.#silence(this.#grace);
    if (now - this.#lastPrune > PRUNE_EVERY_MS) {
      this.#lastPrune = now;
      await store.lease.query({ text: pruneQuery, values: [KEEP_SECONDS] });
    }
  }

  async #expire(grace: Date): Promise<void> {
    const { store, view, log } = this.#options;
    const rows = await store.lease.query<OverdueRow>({ text: overdueQuery, values: [grace] });
    if (rows.length === 0) return;
    await this.#options.caughtUp();
    const [clock] = await store.lease.query<{ now: Date }>({ text: 'select miko_now() as now' });
    const overdue = rows.map(row => ({
      session: row.id,
      heldMs: row.held_ms,
      groups: [...(view.sessions.get(row.id)?.endpoints.values() ?? [])].map(key => groupOf(key.project, key.service, zoneOf(view, key))),
    }));
    const plan = planExpiry(overdue, groupsOf(view, new Set(overdue.flatMap(o => o.groups)), clock!.now.getTime()));
    const holding = plan.hold.filter(session => overdue.some(o => o.session === session && o.heldMs === null));
    await store.writeAsLeader(holdSession, holding.map(session => ({ session, hold: true })));
    if (holding.length > 0) log.warn({ sessions: holding.length }, 'a mass expiry is held');
    await store.writeAsLeader(endSession, plan.expire.map(session => ({ session, cause: 'expired' as const, grace: grace.getTime() })));
    if (plan.expire.length > 0) log.info({ sessions: plan.expire.length }, 'sessions expired');
  }

  async #silence(grace: Date): Promise<void> {
    const { store } = this.#options;
    const rows = await store.lease.query<SilentRow>({ text: silentQuery, values: [grace] });
    await store.writeAsLeader(setHealth, rows.map(row => ({ ...row, health: 'critical' as const })));
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

