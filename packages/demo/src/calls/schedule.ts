/** Calls made at a fixed rate, whatever becomes of the earlier ones: a slow answer delays no other call. */
export interface ScheduleOptions {
  readonly perSecond: number;
  /** Above this the calls that are due are left out, and counted. */
  readonly mostUnderway: number;
  /** `dueAt`, by `performance.now()`: from then on a caller would have waited. Never rejects. */
  readonly call: (dueAt: number) => Promise<void>;
  readonly onSkipped: (calls: number) => void;
}

/** After a longer standstill of this process the schedule begins anew: what was due before is skipped. */
const MOST_BEHIND_MS = 1_000;

/** Answers the function that ends it; calls under way run to their end. */
export function runSchedule({ perSecond, mostUnderway, call, onSkipped }: ScheduleOptions): () => Promise<void> {
  const everyMs = 1_000 / perSecond;
  const underway = new Set<Promise<void>>();
  let dueAt = performance.now();
  let timer = setTimeout(tick, 0);
  return async () => {
    clearTimeout(timer);
    await Promise.all(underway);
  };

  function tick(): void {
    const now = performance.now();
    const behind = Math.floor((now - dueAt - MOST_BEHIND_MS) / everyMs);
    if (behind > 0) {
      onSkipped(behind);
      dueAt += behind * everyMs;
    }
    for (; dueAt <= now; dueAt += everyMs) launch(dueAt);
    timer = setTimeout(tick, Math.max(0, dueAt - performance.now()));
  }

  function launch(at: number): void {
    if (underway.size >= mostUnderway) return onSkipped(1);
    const made = call(at).finally(() => underway.delete(made));
    underway.add(made);
  }
}

/** Repeats names in proportion to their weights, evenly spread (smooth weighted round robin, as nginx does it). */
export function spread(weights: ReadonlyMap<string, number>): () => string {
  const total = [...weights.values()].reduce((sum, weight) => sum + weight, 0);
  const credit = new Map([...weights.keys()].map(name => [name, 0]));
  return () => {
    let chosen = '';
    let most = Number.NEGATIVE_INFINITY;
    for (const [name, weight] of weights) {
      const now = (credit.get(name) ?? 0) + weight;
      credit.set(name, now);
      if (now > most) [chosen, most] = [name, now];
    }
    credit.set(chosen, most - total);
    return chosen;
  };
}
