/** One measured sample of one side, and the row of the table that a side's samples become. */
import { median } from './statistics.ts';

export type Sample = {
  /** Finished operations per second; null where a rate says nothing. */
  readonly rate: number | null;
  readonly meanMs: number | null;
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
  /** CPU of the load generator, in cores: 1 is a whole core. Of several generators the busiest. */
  readonly generatorCores: number | null;
  /** CPU of the server with everything it started, in cores. */
  readonly serverCores: number | null;
  /** CPU that processes outside this benchmark used meanwhile, in cores. */
  readonly otherCores: number;
  /** Speed of the machine around the sample; 1 is the fastest it was in this run. */
  readonly speed?: number;
  /** Why this sample measured something else than it claims (saturated generator, different work); null when it did not. */
  readonly wrong: string | null;
  /** Further figures of this work, by the name they get in the JSON. */
  readonly extra?: Readonly<Record<string, number>>;
};

export type Row = {
  readonly work: string;
  readonly side: string;
  readonly status: 'ok' | 'invalid' | 'missed';
  /** Why the row does not count; null when it does. */
  readonly why: string | null;
  readonly rate: number | null;
  readonly rate_min: number | null;
  readonly rate_max: number | null;
  readonly mean_ms: number | null;
  readonly p50_ms: number | null;
  readonly p99_ms: number | null;
  readonly samples: number;
  readonly generator_cores: number | null;
  readonly server_cores: number | null;
  readonly other_cores: number | null;
  readonly machine_speed: number | null;
  readonly note: string | null;
  readonly extra: Readonly<Record<string, number>>;
};

/** Above this the other load on the machine is named in the row. */
export const noisyCores = 0.08;

/** Below this speed the machine was slowed down by its host, and the row says so. */
export const slowSpeed = 0.8;

/** Medians of the samples, column by column. One wrong sample makes the row invalid: its figures stay readable, but do not count. */
export function rowOf(work: string, side: string, samples: readonly Sample[], note: string | null = null): Row {
  if (samples.length === 0) return missedRow(work, side, 'no sample was taken');
  const wrong = samples.find((sample) => sample.wrong !== null)?.wrong ?? null;
  const rates = present(samples, (sample) => sample.rate);
  const other = middle(samples, (sample) => sample.otherCores, 2);
  const speed = middle(samples, (sample) => sample.speed ?? null, 2);
  const noise = other !== null && other > noisyCores ? `other load ${other} cores` : null;
  const slow = speed !== null && speed < slowSpeed ? `machine slowed down to ${speed}` : null;
  return {
    work,
    side,
    status: wrong === null ? 'ok' : 'invalid',
    why: wrong,
    rate: middle(samples, (sample) => sample.rate, 0),
    rate_min: rates.length === 0 ? null : rounded(Math.min(...rates), 0),
    rate_max: rates.length === 0 ? null : rounded(Math.max(...rates), 0),
    mean_ms: middle(samples, (sample) => sample.meanMs, 3),
    p50_ms: middle(samples, (sample) => sample.p50Ms, 3),
    p99_ms: middle(samples, (sample) => sample.p99Ms, 3),
    samples: samples.length,
    generator_cores: middle(samples, (sample) => sample.generatorCores, 2),
    server_cores: middle(samples, (sample) => sample.serverCores, 2),
    other_cores: other,
    machine_speed: speed,
    note: [note, noise, slow].filter((part) => part !== null).join('; ') || null,
    extra: extras(samples),
  };
}

/** A row that could not run. It counts as missed, and says why. */
export function missedRow(work: string, side: string, why: string): Row {
  return {
    work, side, status: 'missed', why,
    rate: null, rate_min: null, rate_max: null, mean_ms: null, p50_ms: null, p99_ms: null,
    samples: 0, generator_cores: null, server_cores: null, other_cores: null, machine_speed: null, note: null, extra: {},
  };
}

/** The row as it is, but not counting: the work turned out to be another one after the samples were taken. */
export function invalidated(row: Row, why: string): Row {
  return row.status === 'ok' ? { ...row, status: 'invalid', why } : row;
}

function extras(samples: readonly Sample[]): Record<string, number> {
  const names = new Set(samples.flatMap((sample) => Object.keys(sample.extra ?? {})));
  const medians: Record<string, number> = {};
  for (const name of names) {
    const value = middle(samples, (sample) => sample.extra?.[name] ?? null, 3);
    if (value !== null) medians[name] = value;
  }
  return medians;
}

function middle(samples: readonly Sample[], pick: (sample: Sample) => number | null, digits: number): number | null {
  const values = present(samples, pick);
  return values.length === 0 ? null : rounded(median(values), digits);
}

function present(samples: readonly Sample[], pick: (sample: Sample) => number | null): number[] {
  return samples.map(pick).filter((value) => value !== null);
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
