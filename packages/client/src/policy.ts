import { invalid } from './arguments.ts';

/** How one service is called. Durations in ms; shares between 0 and 1. Each with its default and bounds; the formulas are in docs/protocol.md. */
export type ServicePolicy = {
  /** How an endpoint is chosen. Default `p2c`; `least_request`, `round_robin`, `weighted`, `consistent_hash`. */
  readonly balance: Balance;
  /** To how many endpoints this client keeps itself; 0: to all. Default 0; to 1,000,000. */
  readonly subsetSize: number;
  /** How long a new endpoint takes to its whole weight; 0: at once. Default 10,000; to a day. */
  readonly slowStartMs: number;
  /** Below this share of available endpoints, all count as available. Default 0.5; 0 to 1. */
  readonly panicThreshold: number;
  /** How far above the mean an endpoint may be loaded by `consistent_hash`. Default 1.25; 1 to 100. */
  readonly hashLoadFactor: number;
  /** Endpoints that fail more than the others get no calls for a while; null: never. Default on. */
  readonly outlier: OutlierPolicy | null;
  /** Circuit breaker of each endpoint; null: none. Default on. */
  readonly breaker: BreakerPolicy | null;
  /** How often a call is made, and when again. */
  readonly retry: RetryPolicy;
  /** A second attempt when no head came after so long; null: never. Default null; 1 to an hour. */
  readonly hedgeAfterMs: number | null;
  /** Of the whole call, to the head of its answer; null: none. Default 30,000; 1 to a day. */
  readonly timeoutMs: number | null;
  /** Of each attempt, to the head of its answer; null: none. Default null; 1 to a day. */
  readonly attemptTimeoutMs: number | null;
  /** How many calls are under way at once. */
  readonly bulkhead: BulkheadPolicy;
  /** A limit that is learned, in place of `bulkhead.maxInFlight`; null: off. Default null. */
  readonly adaptive: AdaptivePolicy | null;
  /** Connections to each endpoint. */
  readonly pool: PoolPolicy;
};

export type Balance = (typeof BALANCES)[number];

export type OutlierPolicy = {
  /** Failures in a row that eject. Default 5; 1 to 1,000,000. */
  readonly consecutiveFailures: number;
  /** How often shares of successes are compared. Default 10,000; 10 to a day. */
  readonly intervalMs: number;
  /** How long the first ejection lasts; each further one as much longer. Default 30,000; 1 to a day. */
  readonly baseEjectionMs: number;
  /** Default 300,000; 1 to a day. */
  readonly maxEjectionMs: number;
  /** The share of endpoints that may be ejected at once, but one at least. Default 0.1; 0 to 1. */
  readonly maxEjectedShare: number;
  /** So many endpoints must have enough attempts to be compared. Default 5; 1 to 1,000,000. */
  readonly minHosts: number;
  /** Attempts in an interval that are enough. Default 100; 1 to 1,000,000. */
  readonly minRequests: number;
  /** Standard deviations below the mean that eject. Default 1.9; 0 to 100. */
  readonly stdevFactor: number;
};

export type BreakerPolicy = {
  /** Over how long failures are counted. Default 10,000; 10 to a day. */
  readonly windowMs: number;
  /** Attempts in the window before their share counts. Default 20; 1 to 1,000,000. */
  readonly minRequests: number;
  /** The share of failures that opens it. Default 0.5; 0.01 to 1. */
  readonly failureShare: number;
  /** How long it is open the first time, doubling with each time in a row. Default 1,000; 1 to an hour. */
  readonly openMs: number;
  /** Default 60,000; 1 to a day. */
  readonly maxOpenMs: number;
};

export type RetryPolicy = {
  /** The first one included. Default 3; 1 to 100. */
  readonly attempts: number;
  /** The first wait, doubling. Default 25; 0 to a minute. */
  readonly backoffMs: number;
  /** Default 1,000; 0 to an hour. */
  readonly maxBackoffMs: number;
  /** Repetitions that may be made in advance of calls. Default 100; 0 to 1,000,000. */
  readonly budgetTokens: number;
  /** What each call adds to them. Default 0.2; 0 to 100. */
  readonly budgetRatio: number;
  /** The longest `Retry-After` that a call waits out. Default 10,000; 0 to five minutes. */
  readonly maxRetryAfterMs: number;
};

export type BulkheadPolicy = {
  /** Calls at once. Default 1,024; 1 to 1,000,000. */
  readonly maxInFlight: number;
  /** Calls that wait for a place. Default 1,024; 0 to 1,000,000. */
  readonly maxQueue: number;
  /** How long, before they fail with `overloaded`. Default 1,000; 0 to an hour. */
  readonly maxWaitMs: number;
};

export type AdaptivePolicy = {
  /** The first limit. Default 20; 1 to 1,000,000. */
  readonly initial: number;
  /** Default 4; 1 to `maxLimit`. */
  readonly minLimit: number;
  /** Default 1,000; `minLimit` to 1,000,000. */
  readonly maxLimit: number;
  /** How much slower answers may become before the limit falls. Default 1.5; 1 to 10. */
  readonly tolerance: number;
};

export type PoolPolicy = {
  /** Connections to one endpoint. Default 128; 1 to 65,535. */
  readonly maxConnections: number;
  /** How long one without use is kept. Default 4,000; 1 to an hour. */
  readonly idleMs: number;
  /** Connections opened ahead to a new endpoint. Default 1; 0 to 100. */
  readonly warm: number;
};

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
