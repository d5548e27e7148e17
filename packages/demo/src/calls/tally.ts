/** What became of the calls: sums since the start, and those of the present second. */
export interface Second {
  readonly calls: number;
  readonly errors: number;
  readonly skipped: number;
  /** Null without a call that was answered. */
  readonly p99Ms: number | null;
  /** Answered calls by service and instance. Every instance that ever answered is there. */
  readonly shares: ReadonlyMap<string, ReadonlyMap<string, number>>;
}

export class Tally {
  calls = 0;
  errors = 0;
  skipped = 0;
  readonly #byService: Map<string, Map<string, number>>;
  #latencies: number[] = [];
  #before = { calls: 0, errors: 0, skipped: 0 };

  constructor(services: readonly string[]) {
    this.#byService = new Map(services.map(service => [service, new Map()]));
  }

  answered(service: string, instance: string, ms: number): void {
    this.calls += 1;
    this.#latencies.push(ms);
    const counts = this.#byService.get(service);
    counts?.set(instance, (counts.get(instance) ?? 0) + 1);
  }

  failed(): void {
    this.calls += 1;
    this.errors += 1;
  }

  skip(calls: number): void {
    this.skipped += calls;
  }

  /** The time since the last take; a new one begins. */
  take(): Second {
    const { calls, errors, skipped } = this;
    const before = this.#before;
    const second = {
      calls: calls - before.calls, errors: errors - before.errors, skipped: skipped - before.skipped,
      p99Ms: percentile(this.#latencies, 0.99),
      shares: new Map([...this.#byService].map(([service, counts]) => [service, new Map(counts)])),
    };
    this.#before = { calls, errors, skipped };
    this.#latencies = [];
    for (const counts of this.#byService.values()) for (const instance of counts.keys()) counts.set(instance, 0);
    return second;
  }
}

/** The smallest value that at least `part` of all do not exceed (nearest rank). Null for no values. */
export function percentile(values: readonly number[], part: number): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)] ?? null;
}
