/** 4.1, step by step. */
export interface OutlierInput {
  readonly settings: Readonly<Record<string, number>>;
  readonly hosts: readonly string[];
  readonly steps: readonly OutlierStep[];
}

export type OutlierStep =
  | { readonly op: 'report'; readonly host: string; readonly kind: string; readonly times: number; readonly now: number }
  | { readonly op: 'ejected'; readonly now: number };

const defaults = { consecutive_failures: 5, interval_ms: 10_000, base_ejection_ms: 30_000, max_ejection_ms: 300_000, max_ejected_share: 0.1, min_hosts: 5, min_requests: 100, stdev_factor: 1.9 };

export function outlier({ settings, hosts, steps }: OutlierInput): { ejected: string[][] } {
  const s = { ...defaults, ...settings };
  const state = new Map(hosts.toSorted().map(host => [host, { inRow: 0, good: 0, all: 0, times: 0, until: 0, wasEjected: false }]));
  const isEjected = (host: string, now: number): boolean => state.get(host)!.until > now;
  let judgedUntil = 0;
  const ejected: string[][] = [];

  for (const step of steps) {
    for (; judgedUntil + s.interval_ms <= step.now; judgedUntil += s.interval_ms) judge(judgedUntil + s.interval_ms);
    if (step.op === 'ejected') ejected.push([...state.keys()].filter(host => isEjected(host, step.now)));
    else for (let i = 0; i < step.times; i++) take(step.host, step.kind, step.now);
  }
  return { ejected };

  function take(host: string, kind: string, now: number): void {
    const one = state.get(host)!;
    if (kind === 'cancelled') return;
    const failed = ['overloaded', 'failed', 'refused', 'broken', 'timeout'].includes(kind);
    one.all += 1;
    one.good += failed ? 0 : 1;
    one.inRow = failed ? one.inRow + 1 : 0;
    if (one.inRow >= s.consecutive_failures) eject(host, now);
  }

  function eject(host: string, now: number): void {
    const out = hosts.filter(other => isEjected(other, now));
    if (out.includes(host)) return;
    if (out.length >= Math.max(1, Math.floor(s.max_ejected_share * hosts.length)) || out.length + 1 >= hosts.length) return;
    const one = state.get(host)!;
    one.times += 1;
    one.until = now + Math.min(s.base_ejection_ms * one.times, s.max_ejection_ms);
    one.wasEjected = true;
    one.inRow = 0;
  }

  /** At the end of an interval. */
  function judge(now: number): void {
    const busy = [...state].filter(([host, { all }]) => all >= s.min_requests && !isEjected(host, now));
    if (busy.length >= s.min_hosts) {
      const shares = busy.map(([, { good, all }]) => good / all);
      const mean = shares.reduce((a, b) => a + b, 0) / shares.length;
      const deviation = Math.sqrt(shares.reduce((total, share) => total + (share - mean) ** 2, 0) / shares.length);
      for (const [i, [host]] of busy.entries()) if (shares[i]! < mean - s.stdev_factor * deviation) eject(host, now);
    }
    for (const [host, one] of state) {
      if (!one.wasEjected) one.times = Math.max(0, one.times - 1);
      one.good = 0;
      one.all = 0;
      one.wasEjected = isEjected(host, now);
    }
  }
}
