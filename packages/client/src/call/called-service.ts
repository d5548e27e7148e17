import { createBalancer } from '../balance/balancer.ts';
import type { Balancer } from '../balance/ticket.ts';
import type { Answer, Endpoint } from '../directory/endpoint.ts';
import type { Events } from '../observe/events.ts';
import type { ServicePolicy } from '../policy.ts';
import { createServicePool } from '../pool/service-pool.ts';
import type { ServicePool } from '../pool/service-pool.ts';
import { MikoError } from '../problem.ts';
import type { Runtime } from '../runtime.ts';
import { createBulkhead } from '../survive/bulkhead.ts';
import type { Bulkhead } from '../survive/bulkhead.ts';
import { createGradient } from '../survive/gradient.ts';
import type { Gradient } from '../survive/gradient.ts';
import { createRetryBudget } from '../survive/retry-budget.ts';
import type { RetryBudget } from '../survive/retry-budget.ts';
import { balanceEvents, callEvents } from './call-events.ts';
import type { CallEvents } from './call-events.ts';
import type { CallDirectory } from './calls.ts';
import { createDeadlines } from './deadlines.ts';
import type { Deadlines } from './deadlines.ts';
import { canBeCalled } from './target.ts';

/** All that the calls of one service share, from its first call until the client closes. */
export type CalledService = {
  readonly name: string;
  readonly policy: ServicePolicy;
  readonly runtime: Runtime;
  readonly balancer: Balancer;
  readonly bulkhead: Bulkhead;
  readonly budget: RetryBudget;
  readonly deadlines: Deadlines;
  /** Null unless the policy asks for an adaptive limit. */
  readonly gradient: Gradient | null;
  readonly pool: ServicePool;
  readonly observe: CallEvents;
  /** The first attempt of a call begins. */
  readonly called: () => void;
  /** The usable ones of this moment, of every protocol; null when they are not known, or there are none. */
  readonly listed: () => readonly Endpoint[] | null;
  /** Those of this moment that speak HTTP, over TLS where that is asked for; null when there are none. */
  readonly endpoints: (secure: boolean) => readonly Endpoint[] | null;
  /** Waits until there are such endpoints; rejects with `no_endpoint`, `unknown_service`, `not_ready` or `closed`. */
  readonly firstList: (secure: boolean) => Promise<void>;
  /** Why there are none. */
  readonly nowhere: (secure: boolean) => MikoError;
  /** Those in flight have `drainMs`. */
  readonly close: (drainMs: number) => Promise<void>;
};

export type CalledServiceOptions = {
  readonly name: string;
  readonly policy: ServicePolicy;
  readonly runtime: Runtime;
  readonly events: Events;
  readonly directory: CallDirectory;
  readonly zone: string | null;
  readonly owner: string;
};

export function createCalledService(options: CalledServiceOptions): CalledService {
  const { name, policy, runtime, events, directory, zone, owner } = options;
  const balancer = createBalancer({ policy, runtime, owner, zone, events: balanceEvents(events) });
  const gradient = policy.adaptive === null ? null : createGradient(policy.adaptive, (limit) => events.emit('limit', { service: name, limit }));
  const bulkhead = createBulkhead({
    service: name,
    policy: policy.bulkhead,
    runtime,
    limit: gradient?.limit,
    overloaded: () => events.emit('overloaded', { service: name }),
  });
  const pool = createServicePool(policy.pool, runtime);
  const callable = [keepFilter((endpoint) => canBeCalled(endpoint, false)), keepFilter((endpoint) => canBeCalled(endpoint, true))] as const;
  /** Miko's own list, which lasts until the next answer; null while there is none. */
  let told: readonly Endpoint[] | null = null;
  const stopWatching = directory.watch(name, learn);
  let closed = false;

  return {
    name,
    policy,
    runtime,
    balancer,
    bulkhead,
    budget: createRetryBudget(policy.retry),
    deadlines: createDeadlines(runtime),
    gradient,
    pool,
    observe: callEvents(events),
    called: () => directory.called(name),
    listed,
    endpoints,
    firstList,
    nowhere,
    close: (drainMs) => {
      closed = true;
      stopWatching();
      return pool.close(drainMs);
    },
  };

  /** Any other list, from the disk or fixed, counts only as long as the directory says so. */
  function listed(): readonly Endpoint[] | null {
    return told ?? directory.current(name);
  }

  function endpoints(secure: boolean): readonly Endpoint[] | null {
    const list = closed ? null : listed();
    return list === null ? null : callable[secure ? 1 : 0](list);
  }

  async function firstList(secure: boolean): Promise<void> {
    await directory.usable(name);
    if (endpoints(secure) === null) throw nowhere(secure);
  }

  function nowhere(secure: boolean): MikoError {
    if (closed) return new MikoError('closed', 'the client is closed');
    return new MikoError('no_endpoint', `no endpoint of ${name} can be called over ${secure ? 'https' : 'http'}`);
  }

  function learn(answer: Answer): void {
    told = answer.state === 'known' && answer.source === 'miko' ? answer.endpoints : null;
    if (answer.state !== 'known' && answer.state !== 'empty') return;
    const usable = answer.state === 'known' ? answer.endpoints : [];
    balancer.update({ endpoints: usable, unusable: answer.unusable });
    pool.update(usable, answer.unusable);
  }
}

/** Filters each list once: the balancer keeps its tables by the list object. A list that passes whole stays the same. */
function keepFilter(passes: (endpoint: Endpoint) => boolean): (list: readonly Endpoint[]) => readonly Endpoint[] | null {
  let last: readonly Endpoint[] = [];
  let filtered: readonly Endpoint[] | null = null;
  return (list) => {
    if (list === last) return filtered;
    const passing = list.every(passes) ? list : list.filter(passes);
    last = list;
    filtered = passing.length === 0 ? null : passing;
    return filtered;
  };
}
