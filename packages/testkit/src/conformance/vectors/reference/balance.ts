import type { BalanceInput, BalanceStep, Listed } from './balance-input.ts';
import { drawn } from './drawn.ts';
import { consistent, hasFewer, isCheaper, oneOfTwo, rotating, type Candidate } from './kinds.ts';
import { murmur3 } from './murmur3.ts';
import { PeakEwma } from './peak-ewma.ts';

/** Section 3 of docs/protocol.md, step by step as it stands there: nothing is kept that could be worked out again. */
export function balance({ policy, list, own_zone, owner, random, steps }: BalanceInput): { picks: (string | null)[] } {
  const settings = { balance: 'p2c', subset_size: 0, slow_start_ms: 10_000, panic_threshold: 0.5, hash_load_factor: 1.25, ...policy } as Settings;
  const draws = [...random];
  const next = (): number => {
    const value = draws.shift();
    if (value === undefined) throw new Error('more was drawn than the case holds');
    return value;
  };
  const hosts = new Map<string, Host>();
  let listed = list;
  for (const one of list) hosts.set(idOf(one), newHost(null));
  const picks: (string | null)[] = [];
  const pickedIds: (string | null)[] = [];
  let last: string | null = null;

  for (const step of steps) {
    if (step.op === 'list') {
      listed = step.list;
      for (const one of listed) if (!hosts.has(idOf(one))) hosts.set(idOf(one), newHost(step.now));
    } else if (step.op === 'report') report(hosts.get(pickedIds[step.pick]!)!, step);
    else {
      const picked = pick(step);
      picks.push(picked?.instance ?? null);
      pickedIds.push(picked === null ? null : idOf(picked));
      if (picked === null) continue;
      last = picked.instance;
      hosts.get(idOf(picked))!.inFlight += 1;
    }
  }
  if (draws.length > 0) throw new Error(`${draws.length} numbers were not drawn`);
  return { picks };

  function pick({ now, hash_key, exclude }: Extract<BalanceStep, { op: 'pick' }>): Listed | null {
    const usable = listed.filter(({ health = 'passing' }) => ['passing', 'warning', 'unknown'].includes(health)).toSorted(byName);
    const subset = subsetOf(usable, settings.subset_size, owner);
    const left = subset.filter(({ instance }) => !exclude.includes(instance));
    if (left.length === 0) return null;
    const isAvailable = (one: Listed): boolean => hosts.get(idOf(one))!.pausedUntil <= now;
    const panic = subset.filter(isAvailable).length < settings.panic_threshold * subset.length;
    const available = panic ? left : left.filter(isAvailable);
    const some = available.length === 0 ? left : available;
    const weighty = some.filter(({ weight }) => weight > 0);
    const chosen = inZone(weighty.length === 0 ? some : weighty);
    const candidates = chosen.map((one): Candidate => ({ listed: one, ...hosts.get(idOf(one))!, w: weightOf(one, chosen, usable, now) }));
    if (settings.balance === 'round_robin') {
      const picked = rotating(candidates, last, next);
      return picked.listed;
    }
    if (settings.balance === 'consistent_hash') return (hash_key === null ? drawn(candidates, next()) : consistent(candidates, hash_key, settings.hash_load_factor)).listed;
    if (settings.balance === 'weighted') return drawn(candidates, next()).listed;
    return oneOfTwo(candidates, next, settings.balance === 'least_request' ? hasFewer : isCheaper(now)).listed;
  }

  /** 3.8 */
  function inZone(candidates: readonly Listed[]): readonly Listed[] {
    const own = candidates.filter(({ zone }) => zone !== null && zone === own_zone);
    const elsewhere = candidates.filter(one => !own.includes(one));
    if (own_zone === null || own.length === 0 || elsewhere.length === 0) return candidates;
    const registered = listed.filter(({ zone }) => zone === own_zone);
    const share = Math.min(1, (1.4 * sum(own)) / sum(registered));
    return share >= 1 || next() < share ? own : elsewhere;
  }

  /** 3.2 */
  function weightOf(one: Listed, chosen: readonly Listed[], usable: readonly Listed[], now: number): number {
    const weight = chosen.every(({ weight }) => weight === 0) ? 1 : one.weight;
    const age = (other: Listed): number => {
      const { since } = hosts.get(idOf(other))!;
      return since === null ? Infinity : now - since;
    };
    const allNew = usable.every(other => age(other) < settings.slow_start_ms);
    return allNew || age(one) >= settings.slow_start_ms ? weight : weight * Math.max(0.1, age(one) / settings.slow_start_ms);
  }
}

interface Settings {
  readonly balance: string;
  readonly subset_size: number;
  readonly slow_start_ms: number;
  readonly panic_threshold: number;
  readonly hash_load_factor: number;
}

interface Host {
  /** Since when it is there; null: from the first list on. */
  readonly since: number | null;
  readonly latency: PeakEwma;
  inFlight: number;
  pausedUntil: number;
}

const newHost = (since: number | null): Host => ({ since, latency: new PeakEwma(), inFlight: 0, pausedUntil: 0 });

function report(host: Host, { kind, rtt, retry_after_ms, now }: Extract<BalanceStep, { op: 'report' }>): void {
  host.inFlight -= 1;
  if (kind !== 'cancelled') host.latency.add(['failed', 'overloaded', 'limited', 'refused', 'broken', 'timeout'].includes(kind) ? Math.max(rtt, 1_000) : rtt, now);
  if (retry_after_ms !== null) host.pausedUntil = now + Math.min(retry_after_ms, 300_000);
}

/** 3.9 */
function subsetOf(usable: readonly Listed[], size: number, owner: string): readonly Listed[] {
  if (size === 0 || usable.length <= size) return usable;
  const ranked = usable.toSorted((a, b) => murmur3(`${owner}/${b.instance}`) - murmur3(`${owner}/${a.instance}`) || byName(a, b));
  return ranked.slice(0, size).sort(byName);
}

const idOf = ({ id, instance }: Listed): string => id ?? `ep_${instance}`;
const byName = (a: Listed, b: Listed): number => Buffer.compare(Buffer.from(a.instance), Buffer.from(b.instance));
const sum = (listed: readonly Listed[]): number => listed.reduce((total, { weight }) => total + weight, 0);
