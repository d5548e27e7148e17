import { MikoError } from './problem.ts';

/** How one service is called. Durations in ms; shares between 0 and 1. What each means is in docs/protocol.md. */
export type ServicePolicy = {
  readonly balance: Balance;
  /** To how many endpoints this client keeps itself; 0: to all. */
  readonly subsetSize: number;
  /** How long a new endpoint takes to its whole weight; 0: at once. */
  readonly slowStartMs: number;
  /** Below this share of available endpoints, all count as available. */
  readonly panicThreshold: number;
  /** How far above the mean an endpoint may be loaded by `consistent_hash`. */
  readonly hashLoadFactor: number;
  readonly outlier: OutlierPolicy | null;
  readonly breaker: BreakerPolicy | null;
  readonly retry: RetryPolicy;
  /** A second attempt when no head came after so long; null: never. */
  readonly hedgeAfterMs: number | null;
  /** Of the whole call, to the head of its answer; null: none. */
  readonly timeoutMs: number | null;
  readonly attemptTimeoutMs: number | null;
  readonly bulkhead: BulkheadPolicy;
  /** A limit that is learned, in place of `bulkhead.maxInFlight`; null: off. */
  readonly adaptive: AdaptivePolicy | null;
  readonly pool: PoolPolicy;
};

export type Balance = (typeof BALANCES)[number];

export type OutlierPolicy = {
  readonly consecutiveFailures: number;
  readonly intervalMs: number;
  readonly baseEjectionMs: number;
  readonly maxEjectionMs: number;
  readonly maxEjectedShare: number;
  readonly minHosts: number;
  readonly minRequests: number;
  readonly stdevFactor: number;
};

export type BreakerPolicy = {
  readonly windowMs: number;
  readonly minRequests: number;
  readonly failureShare: number;
  readonly openMs: number;
  readonly maxOpenMs: number;
};

export type RetryPolicy = {
  /** The first one included. */
  readonly attempts: number;
  readonly backoffMs: number;
  readonly maxBackoffMs: number;
  readonly budgetTokens: number;
  readonly budgetRatio: number;
  readonly maxRetryAfterMs: number;
};

export type BulkheadPolicy = { readonly maxInFlight: number; readonly maxQueue: number; readonly maxWaitMs: number };

export type AdaptivePolicy = {
  readonly initial: number;
  readonly minLimit: number;
  readonly maxLimit: number;
  readonly tolerance: number;
};

export type PoolPolicy = { readonly maxConnections: number; readonly idleMs: number; readonly warm: number };

/** A policy as it is given: what is left out stays as it is without it. `null` switches a part off. */
export type PolicyOptions = {
  readonly [Name in keyof ServicePolicy]?: Given<ServicePolicy[Name]> | undefined;
};

type Given<T> = T extends object ? { readonly [Name in keyof T]?: T[Name] | undefined } : T;

const BALANCES = ['p2c', 'least_request', 'round_robin', 'weighted', 'consistent_hash'] as const;

const DEFAULT_OUTLIER: OutlierPolicy = {
  consecutiveFailures: 5,
  intervalMs: 10_000,
  baseEjectionMs: 30_000,
  maxEjectionMs: 300_000,
  maxEjectedShare: 0.1,
  minHosts: 5,
  minRequests: 100,
  stdevFactor: 1.9,
};

const DEFAULT_BREAKER: BreakerPolicy = { windowMs: 10_000, minRequests: 20, failureShare: 0.5, openMs: 1_000, maxOpenMs: 60_000 };

const DEFAULT_ADAPTIVE: AdaptivePolicy = { initial: 20, minLimit: 4, maxLimit: 1_000, tolerance: 1.5 };

export const DEFAULT_POLICY: ServicePolicy = {
  balance: 'p2c',
  subsetSize: 0,
  slowStartMs: 10_000,
  panicThreshold: 0.5,
  hashLoadFactor: 1.25,
  outlier: DEFAULT_OUTLIER,
  breaker: DEFAULT_BREAKER,
  retry: { attempts: 3, backoffMs: 25, maxBackoffMs: 1_000, budgetTokens: 100, budgetRatio: 0.2, maxRetryAfterMs: 10_000 },
  hedgeAfterMs: null,
  timeoutMs: 30_000,
  attemptTimeoutMs: null,
  bulkhead: { maxInFlight: 1_024, maxQueue: 1_024, maxWaitMs: 1_000 },
  adaptive: null,
  pool: { maxConnections: 128, idleMs: 4_000, warm: 1 },
};

/**
 * `options` over `base`, field by field: the defaults for the policy of all services, that one for the policy of one.
 * Throws `invalid_argument`, which names the option by its path ("policy.retry.attempts"), for a value out of its
 * bounds and for an option that does not exist.
 */
export function readPolicy(options: PolicyOptions | undefined, path: string, base: ServicePolicy = DEFAULT_POLICY): ServicePolicy {
  return POLICY(options, path, base);
}

/** What `value`, found at `path`, says; `base` where it is left out. */
type Read<T> = (value: unknown, path: string, base: T) => T;

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const MANY = 1_000_000;

const OUTLIER = fields<OutlierPolicy>({
  consecutiveFailures: whole(1, MANY),
  intervalMs: whole(10, DAY),
  baseEjectionMs: whole(1, DAY),
  maxEjectionMs: whole(1, DAY),
  maxEjectedShare: number(0, 1),
  minHosts: whole(1, MANY),
  minRequests: whole(1, MANY),
  stdevFactor: number(0, 100),
});

const BREAKER = fields<BreakerPolicy>({
  windowMs: whole(10, DAY),
  minRequests: whole(1, MANY),
  failureShare: number(0.01, 1),
  openMs: whole(1, HOUR),
  maxOpenMs: whole(1, DAY),
});

const RETRY = fields<RetryPolicy>({
  attempts: whole(1, 100),
  backoffMs: whole(0, MINUTE),
  maxBackoffMs: whole(0, HOUR),
  budgetTokens: number(0, MANY),
  budgetRatio: number(0, 100),
  maxRetryAfterMs: whole(0, 5 * MINUTE),
});

const BULKHEAD = fields<BulkheadPolicy>({ maxInFlight: whole(1, MANY), maxQueue: whole(0, MANY), maxWaitMs: whole(0, HOUR) });

const ADAPTIVE = fields<AdaptivePolicy>({
  initial: whole(1, MANY),
  minLimit: whole(1, MANY),
  maxLimit: whole(1, MANY),
  tolerance: number(1, 10),
});

const POOL = fields<PoolPolicy>({ maxConnections: whole(1, 65_535), idleMs: whole(1, HOUR), warm: whole(0, 100) });

const POLICY = fields<ServicePolicy>({
  balance: oneOf(BALANCES),
  subsetSize: whole(0, MANY),
  slowStartMs: whole(0, DAY),
  panicThreshold: number(0, 1),
  hashLoadFactor: number(1, 100),
  outlier: orNull(OUTLIER, DEFAULT_OUTLIER),
  breaker: orNull(BREAKER, DEFAULT_BREAKER),
  retry: RETRY,
  hedgeAfterMs: orNull(whole(1, HOUR), 1),
  timeoutMs: orNull(whole(1, DAY), 1),
  attemptTimeoutMs: orNull(whole(1, DAY), 1),
  bulkhead: BULKHEAD,
  adaptive: orNull(ordered(ADAPTIVE), DEFAULT_ADAPTIVE),
  pool: POOL,
});

/** An object of the fields that `reads` knows, and of no others. */
function fields<T extends object>(reads: { readonly [Name in keyof T]: Read<T[Name]> }): Read<T> {
  return (value, path, base) => {
    if (value === undefined) return base;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalid(path, 'must be an object');
    const result = { ...base };
    for (const [name, given] of Object.entries(value)) {
      if (!isField(reads, name)) throw invalid(`${path}.${name}`, 'is no option');
      result[name] = reads[name](given, `${path}.${name}`, base[name]);
    }
    return result;
  };
}

function isField<T extends object>(reads: T, name: string): name is keyof T & string {
  return Object.hasOwn(reads, name);
}

/** `null` switches it off; what is given after that goes over `fresh`. */
function orNull<T>(read: Read<T>, fresh: T): Read<T | null> {
  return (value, path, base) => {
    if (value === undefined) return base;
    return value === null ? null : read(value, path, base ?? fresh);
  };
}

function ordered(read: Read<AdaptivePolicy>): Read<AdaptivePolicy> {
  return (value, path, base) => {
    const policy = read(value, path, base);
    if (policy.minLimit > policy.maxLimit) throw invalid(`${path}.minLimit`, `must be at most maxLimit, ${policy.maxLimit}`);
    return policy;
  };
}

function whole(least: number, most: number): Read<number> {
  return (value, path, base) => {
    if (value === undefined) return base;
    if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value;
    throw invalid(path, `must be a whole number from ${least} to ${most}`);
  };
}

function number(least: number, most: number): Read<number> {
  return (value, path, base) => {
    if (value === undefined) return base;
    if (typeof value === 'number' && value >= least && value <= most) return value;
    throw invalid(path, `must be a number from ${least} to ${most}`);
  };
}

function oneOf<T extends string>(words: readonly T[]): Read<T> {
  return (value, path, base) => {
    if (value === undefined) return base;
    const word = words.find((known) => known === value);
    if (word === undefined) throw invalid(path, `must be one of ${words.join(', ')}`);
    return word;
  };
}

function invalid(path: string, message: string): MikoError {
  return new MikoError('invalid_argument', `${path} ${message}`);
}
