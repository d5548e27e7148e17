import { backoffMs } from '../backoff.ts';
import { createBalancer } from '../balance/balancer.ts';
import type { Outcome, OutcomeKind, Ticket } from '../balance/balancer.ts';
import { murmur3 } from '../balance/murmur3.ts';
import { endpointFromWire, isUsable } from '../directory/endpoint.ts';
import type { Endpoint } from '../directory/endpoint.ts';
import { readPolicy } from '../policy.ts';
import type { PolicyOptions } from '../policy.ts';
import { attemptBackoffMs } from '../survive/backoff.ts';
import { createGradient } from '../survive/gradient.ts';
import { createRetryBudget } from '../survive/retry-budget.ts';
import { wireEndpoint } from './fake-miko.ts';

/**
 * The arithmetic of this SDK for one shared vector: the same input gives the same output in every SDK. Inputs are as in
 * the conformance suite, with names in camelCase. Throws for a vector that it does not know.
 */
export function runVector(name: string, input: never): unknown {
  const run = VECTORS[name];
  if (run === undefined) throw new Error(`there is no vector ${name}`);
  return run(input);
}

const VECTORS: Readonly<Record<string, (input: never) => unknown>> = {
  murmur3: ({ text }: { readonly text: string }) => ({ hash: murmur3(text) }),
  balance,
  retry_budget: retryBudget,
  backoff: ({ base, cap, attempt, random }: BackoffInput) => ({ ms: attemptBackoffMs({ backoffMs: base, maxBackoffMs: cap }, attempt, () => random) }),
  reconnect: ({ base, cap, attempt, random }: BackoffInput) => ({ ms: backoffMs({ baseMs: base, capMs: cap }, attempt, () => random) }),
  gradient,
  outlier,
};

type BackoffInput = { readonly base: number; readonly cap: number; readonly attempt: number; readonly random: number };

type Listed = { readonly instance: string; readonly weight: number; readonly zone: string | null; readonly health?: string; readonly id?: string };

type BalanceInput = {
  readonly policy: PolicyOptions;
  readonly list: readonly Listed[];
  readonly ownZone: string | null;
  readonly owner: string;
  readonly random: readonly number[];
  readonly steps: readonly BalanceStep[];
};

type BalanceStep =
  | { readonly op: 'pick'; readonly now: number; readonly hashKey: string | null; readonly exclude: readonly string[] }
  | { readonly op: 'report'; readonly pick: number; readonly kind: OutcomeKind; readonly rtt: number | null; readonly retryAfterMs: number | null; readonly now: number }
  | { readonly op: 'list'; readonly list: readonly Listed[]; readonly now: number };

function balance({ policy, list, ownZone, owner, random, steps }: BalanceInput): unknown {
  const dice = random.values();
  let now = 0;
  const balancer = createBalancer({ policy: readPolicy(policy, 'policy'), runtime: { now: () => now, random: () => nextOf(dice) }, owner, zone: ownZone });
  const tickets: (Ticket | null)[] = [];
  let usable = announce(list);
  for (const step of steps) {
    now = step.now;
    if (step.op === 'list') usable = announce(step.list);
    else if (step.op === 'pick') tickets.push(balancer.pick(usable, { exclude: idsOf(usable, step.exclude), hashKey: step.hashKey ?? undefined }));
    else tickets[step.pick]?.report(outcomeOf(step));
  }
  return { picks: tickets.map((ticket) => ticket?.endpoint.instance ?? null) };

  function announce(listed: readonly Listed[]): readonly Endpoint[] {
    const endpoints = listed.map(({ id, ...fields }) => endpointFromWire('web', wireEndpoint(fields.instance, { ...fields, id: id ?? `ep_${fields.instance}` })));
    const usableNow = Object.freeze(endpoints.filter(isUsable));
    balancer.update({ endpoints: usableNow, unusable: endpoints.filter((endpoint) => !isUsable(endpoint)) });
    return usableNow;
  }
}

function idsOf(endpoints: readonly Endpoint[], instances: readonly string[]): ReadonlySet<string> {
  return new Set(endpoints.filter(({ instance }) => instances.includes(instance)).map(({ id }) => id));
}

function outcomeOf({ kind, rtt, retryAfterMs }: BalanceStep & { readonly op: 'report' }): Outcome {
  return { kind, rttMs: rtt ?? undefined, retryAfterMs: retryAfterMs ?? undefined };
}

function nextOf(dice: Iterator<number>): number {
  const next = dice.next();
  if (next.done === true) throw new Error('more dice are cast than the protocol says');
  return next.value;
}

function retryBudget({ capacity, ratio, steps }: { readonly capacity: number; readonly ratio: number; readonly steps: readonly ('call' | 'retry')[] }): unknown {
  const budget = createRetryBudget({ budgetTokens: capacity, budgetRatio: ratio });
  const allowed: boolean[] = [];
  for (const step of steps) {
    if (step === 'call') budget.call();
    else allowed.push(budget.take());
  }
  return { allowed };
}

type GradientInput = {
  readonly initial: number;
  readonly minLimit: number;
  readonly maxLimit: number;
  readonly tolerance: number;
  readonly samples: readonly { readonly rtt: number; readonly inFlight: number; readonly kind: OutcomeKind }[];
};

function gradient({ samples, ...policy }: GradientInput): unknown {
  const found = createGradient(policy);
  const limits = samples.map(({ rtt, inFlight, kind }) => {
    found.record(kind, rtt, inFlight);
    return found.limit();
  });
  return { limits };
}

type OutlierInput = {
  readonly settings: NonNullable<PolicyOptions['outlier']>;
  readonly hosts: readonly string[];
  readonly steps: readonly OutlierStep[];
};

type OutlierStep =
  | { readonly op: 'report'; readonly host: string; readonly kind: OutcomeKind; readonly times: number; readonly now: number }
  | { readonly op: 'ejected'; readonly now: number };

/** Through the balancer, for what an ejection counts is the attempts that it began. */
function outlier({ settings, hosts, steps }: OutlierInput): unknown {
  let now = 0;
  const balancer = createBalancer({ policy: readPolicy({ outlier: settings, breaker: null }, 'policy'), runtime: { now: () => now, random: () => 0.5 }, owner: 'owner', zone: null });
  const list = Object.freeze(hosts.map((host) => endpointFromWire('web', wireEndpoint(host))));
  balancer.update({ endpoints: list, unusable: [] });
  const ejected: string[][] = [];
  for (const step of steps) {
    now = step.now;
    if (step.op === 'ejected') ejected.push(ejectedNow());
    else for (let i = 0; i < step.times; i++) attempt(step.host).report({ kind: step.kind, rttMs: 1 });
  }
  return { ejected };

  function attempt(host: string): Ticket {
    const ticket = balancer.pick(list, { exclude: idsOf(list, hosts.filter((other) => other !== host)) });
    if (ticket === null) throw new Error(`${host} cannot be picked`);
    return ticket;
  }

  function ejectedNow(): string[] {
    return balancer.stats().filter(({ ejectedUntil }) => ejectedUntil !== null).map(({ instance }) => instance).sort();
  }
}
