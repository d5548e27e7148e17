/** A scenario as data: what an SDK has to do, and the failure that this would catch. Written in `scenarios/*.yaml`, read by `reader/`. */
export interface Scenario {
  readonly id: string;
  /** The row of the parity table: the name of its file. */
  readonly group: Group;
  /** What must hold, with the section of docs/protocol.md. */
  readonly behaviour: string;
  readonly catches: string;
  /** It waits longer than 5 s by its nature: `npm run conformance` runs it, the short slice does not. */
  readonly slow: boolean;
  /** Why it is not played with the other ways in which an SDK makes calls; null: it is. */
  readonly firstWayOnly: string | null;
  readonly steps: readonly Step[];
  readonly file: string;
}

export const groups = ['resolve', 'disk', 'register', 'balance', 'survive', 'pool', 'observe', 'fixed', 'api'] as const;
export type Group = (typeof groups)[number];

/** One thing that is done or looked at, and what has to come of it. */
export interface Step {
  readonly verb: Verb;
  readonly args: Readonly<Record<string, unknown>>;
  /** Its result is called so from here on: `$name.field` in later steps. */
  readonly as: string | null;
  readonly check: Check;
  /** Not waited for; `await: name` does. */
  readonly background: string | null;
  /** Done so often, one after the other; `{n}` in a text is the number, from 1. */
  readonly repeat: number;
  readonly line: number;
}

export type Check =
  /** Whatever comes but an error. */
  | { readonly kind: 'any' }
  | { readonly kind: 'expect'; readonly matcher: unknown }
  | { readonly kind: 'error'; readonly matcher: unknown }
  /** Whatever comes. */
  | { readonly kind: 'may_fail' }
  /** Asked again until it fits, at most for `withinMs`. */
  | { readonly kind: 'until'; readonly matcher: unknown; readonly withinMs: number }
  /** Asked again for `forMs`, and fits each time. */
  | { readonly kind: 'steady'; readonly matcher: unknown; readonly forMs: number };

export const driverOps = [
  'connect', 'ready', 'endpoints', 'watch', 'unwatch', 'register', 'open_gate', 'registered', 'deregister', 'pick', 'release_all', 'call', 'calls', 'load_start', 'load_stop',
  'status', 'fixed_report', 'api', 'wall_clock', 'close',
] as const;
export type DriverOp = (typeof driverOps)[number];

/** What the scenario does to the world around the SDK. */
export const actions = ['upstreams', 'upstream', 'miko', 'disk_file', 'mark', 'await'] as const;
/** What it looks at there. */
export const observations = ['requests', 'streams', 'sessions', 'registrations', 'hits', 'events', 'stderr', 'disk'] as const;

export const verbs = [...driverOps, ...actions, ...observations] as const;
export type Verb = (typeof verbs)[number];
