import type { BalanceEvents } from '../balance/ticket.ts';
import type { Endpoint } from '../directory/endpoint.ts';
import type { Events } from '../observe/events.ts';
import type { OutcomeKind } from '../survive/outcome.ts';

/** What calls tell of themselves; nothing is built unless somebody listens. */
export type CallEvents = {
  readonly picked: (endpoint: Endpoint) => void;
  readonly hedged: (endpoint: Endpoint) => void;
  readonly retried: (endpoint: Endpoint, reason: OutcomeKind, attempt: number) => void;
};

export function callEvents(events: Events): CallEvents {
  return {
    picked: (endpoint) => {
      if (events.heard('picked')) events.emit('picked', at(endpoint));
    },
    hedged: (endpoint) => {
      if (events.heard('hedged')) events.emit('hedged', at(endpoint));
    },
    retried: (endpoint, reason, attempt) => {
      if (events.heard('retried')) events.emit('retried', { ...at(endpoint), reason, attempt });
    },
  };
}

/** These are rare: what they cost without a listener does not matter. */
export function balanceEvents(events: Events): BalanceEvents {
  return {
    ejected: (endpoint, reason, forMs) => events.emit('ejected', { ...at(endpoint), reason, forMs }),
    returned: (endpoint) => events.emit('returned', at(endpoint)),
    opened: (endpoint) => events.emit('opened', at(endpoint)),
    halfOpened: (endpoint) => events.emit('half_opened', at(endpoint)),
    closed: (endpoint) => events.emit('closed', at(endpoint)),
    paused: (endpoint, forMs) => events.emit('paused', { ...at(endpoint), forMs }),
  };
}

function at({ service, instance }: Endpoint): { readonly service: string; readonly instance: string } {
  return { service, instance };
}
