import { createBalancer } from '../balance/balancer.ts';
import type { Balancer, BalanceEvents, Outcome, PickRequest, Ticket } from '../balance/balancer.ts';
import { endpointFromWire } from '../directory/endpoint.ts';
import type { Endpoint } from '../directory/endpoint.ts';
import { readPolicy } from '../policy.ts';
import type { PolicyOptions } from '../policy.ts';
import type { WireEndpoint } from '../wire.ts';
import { wireEndpoint } from './fake-miko.ts';

/** Endpoints of the service `web`, each as `instance`, with the same id whenever it is asked for. */
export function endpoint(instance: string, fields: Partial<WireEndpoint> = {}): Endpoint {
  return endpointFromWire('web', wireEndpoint(instance, { id: `ep_${instance}`, ...fields }));
}

export function endpoints(...instances: string[]): readonly Endpoint[] {
  return Object.freeze(instances.map((instance) => endpoint(instance)));
}

/** `count` of them, with names in their order. */
export function manyEndpoints(count: number, fields: Partial<WireEndpoint> = {}): readonly Endpoint[] {
  return Object.freeze(Array.from({ length: count }, (_, i) => endpoint(`web-${String(i).padStart(5, '0')}`, fields)));
}

/** A balancer whose clock and dice belong to the test. */
export type Balancing = {
  readonly balancer: Balancer;
  /** What its events said, as `ejected a consecutive_failures 30000`. */
  readonly told: readonly string[];
  readonly advance: (ms: number) => void;
  /** The instance that was picked; it stays in flight. */
  readonly pick: (list: readonly Endpoint[], request?: PickRequest) => string | null;
  /** Attempts, `times` of them, at this instance alone, each ending at once like this. */
  readonly attempt: (list: readonly Endpoint[], instance: string, outcome: Outcome, times?: number) => void;
  /** A ticket for this instance, whatever the dice say. */
  readonly hold: (list: readonly Endpoint[], instance: string) => Ticket;
};

export type BalancingOptions = { readonly random?: () => number; readonly zone?: string | null; readonly owner?: string };

export function balancing(policy: PolicyOptions = {}, { random = () => 0.5, zone = null, owner = 'host-1' }: BalancingOptions = {}): Balancing {
  let now = 0;
  const told: string[] = [];
  const balancer = createBalancer({ policy: readPolicy(policy, 'policy'), runtime: { now: () => now, random }, owner, zone, events: scribe(told) });
  return {
    balancer,
    told,
    advance: (ms) => {
      now += ms;
    },
    pick: (list, request) => balancer.pick(list, request)?.endpoint.instance ?? null,
    attempt: (list, instance, outcome, times = 1) => {
      for (let i = 0; i < times; i += 1) hold(list, instance).report(outcome);
    },
    hold,
  };

  function hold(list: readonly Endpoint[], instance: string): Ticket {
    const others = list.filter((one) => one.instance !== instance).map((one) => one.id);
    const ticket = balancer.pick(list, { exclude: new Set(others) });
    if (ticket === null) throw new Error(`${instance} cannot be picked`);
    return ticket;
  }
}

function scribe(told: string[]): BalanceEvents {
  return {
    ejected: ({ instance }, reason, forMs) => void told.push(`ejected ${instance} ${reason} ${forMs}`),
    returned: ({ instance }) => void told.push(`returned ${instance}`),
    opened: ({ instance }, forMs) => void told.push(`opened ${instance} ${forMs}`),
    halfOpened: ({ instance }) => void told.push(`half_opened ${instance}`),
    closed: ({ instance }) => void told.push(`closed ${instance}`),
    paused: ({ instance }, forMs) => void told.push(`paused ${instance} ${forMs}`),
  };
}
