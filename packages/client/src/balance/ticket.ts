import type { Endpoint } from '../directory/endpoint.ts';
import type { Outcome } from '../survive/outcome.ts';

/**
 * Chooses the endpoint of each attempt for one service, and learns from how it ended. One for each service; the rules
 * are sections 3 and 4 of docs/protocol.md.
 */
export type Balancer = {
  /**
   * One of `list`, counted as in flight there until its ticket is reported. Null when the list is empty or all of it
   * is excluded. Tables are kept for the list object: hand in the same frozen array while nothing changed. `now`
   * (monotonic ms) spares a look at the clock where the caller took one.
   */
  readonly pick: (list: readonly Endpoint[], request?: PickRequest, now?: number) => Ticket | null;
  /**
   * What the directory says of the service now. New endpoints start slowly from here on; what is known of those that
   * are not registered any more is dropped. Where this is never called, each list that is new to `pick` is taken for
   * the whole directory.
   */
  readonly update: (directory: DirectoryView) => void;
  /** Whether an attempt that must not go to those excluded has somewhere to go: what is outside the subset does not count. */
  readonly isLeft: (list: readonly Endpoint[], exclude: ReadonlySet<string>) => boolean;
  /**
   * When all endpoints left are paused by `Retry-After`: the moment (monotonic ms) at which the first pause ends. Null
   * when one is not paused, or when none is left.
   */
  readonly pausedUntil: (list: readonly Endpoint[], exclude?: ReadonlySet<string>) => number | null;
  /** Attempts under way to the endpoint with this id. */
  readonly inFlight: (id: string) => number;
  /** What is known of each endpoint that is or was usable, in the order of the directory. For people, not for each call. */
  readonly stats: () => readonly EndpointStats[];
};

export type PickRequest = {
  /** Ids of endpoints that were tried in this call already. */
  readonly exclude?: ReadonlySet<string> | undefined;
  /** For `consistent_hash`: the same key goes to the same endpoint. */
  readonly hashKey?: string | undefined;
};

export type DirectoryView = {
  /** The usable ones, of every protocol. */
  readonly endpoints: readonly Endpoint[];
  /** Registered, but not usable: those of them that are active count for the strength of their zone. */
  readonly unusable: readonly Endpoint[];
};

/** An endpoint chosen for one attempt. */
export type Ticket = {
  readonly endpoint: Endpoint;
  /**
   * The head of the answer came, its body goes on: the balancer learns now, the attempt stays in flight until `report`.
   * For bodies that may take long: without it they would keep a half-open breaker waiting. Only the first counts.
   * `now` as with `pick`.
   */
  readonly answered: (outcome: Outcome, now?: number) => void;
  /**
   * The attempt is over. The first report counts, more do nothing. After `answered` it only ends the attempt, but for
   * `broken`: a body that broke off counts as a failure of its own.
   */
  readonly report: (outcome: Outcome) => void;
};

export type EndpointStats = {
  readonly id: string;
  readonly instance: string;
  readonly inFlight: number;
  /** Peak EWMA, decayed to this moment; null before the first measured answer. */
  readonly latencyMs: number | null;
  /** Monotonic ms; null when it is not ejected. */
  readonly ejectedUntil: number | null;
  readonly breaker: 'closed' | 'open' | 'half_open';
  /** Monotonic ms; null when it is not paused. */
  readonly pausedUntil: number | null;
};

export type EjectionReason = 'consecutive_failures' | 'success_rate';

/** Hears what happens to endpoints. Plain arguments: nothing is built when nobody listens. It must not throw. */
export type BalanceEvents = {
  readonly ejected: (endpoint: Endpoint, reason: EjectionReason, forMs: number) => void;
  /** From ejection. */
  readonly returned: (endpoint: Endpoint) => void;
  readonly opened: (endpoint: Endpoint, forMs: number) => void;
  readonly halfOpened: (endpoint: Endpoint) => void;
  readonly closed: (endpoint: Endpoint) => void;
  readonly paused: (endpoint: Endpoint, forMs: number) => void;
};
