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

/** What was counted elsewhere, in some time: by the client's program in another language. */
export interface Counted {
  readonly errors: number;
  readonly skipped: number;
  /** Answered calls by service and instance. */
  readonly answered: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** How often an answer took so many ms. */
  readonly latencies: readonly { readonly ms: number; readonly times: number }[];
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
    this.#latencies.push(ms);
    this.#count(service, instance, 1);
  }

  failed(): void {
    this.calls += 1;
    this.errors += 1;
  }

  skip(calls: number): void {
    this.skipped += calls;
  }

  add({ errors, skipped, answered, latencies }: Counted): void {
    this.calls += errors;
    this.errors += errors;
    this.skipped += skipped;
    for (const [service, counts] of Object.entries(answered)) for (const [instance, calls] of Object.entries(counts)) this.#count(service, instance, calls);
    for (const { ms, times } of latencies) for (let n = 0; n < times; n++) this.#latencies.push(ms);
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

  #count(service: string, instance: string, calls: number): void {
    this.calls += calls;
    const counts = this.#byService.get(service);
    counts?.set(instance, (counts.get(instance) ?? 0) + calls);
  }
}

/** The smallest value that at least `part` of all do not exceed (nearest rank). Null for no values. */
export function percentile(values: readonly number[], part: number): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)] ?? null;
}
