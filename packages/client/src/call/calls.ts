import type { Dispatcher } from 'undici';
import { createDispatcher } from '../adapters/dispatcher.ts';
import { createFetch } from '../adapters/fetch.ts';
import type { FetchLike } from '../adapters/fetch.ts';
import type { Ticket } from '../balance/ticket.ts';
import type { Answer, Endpoint } from '../directory/endpoint.ts';
import type { Events } from '../observe/events.ts';
import type { ServicePolicy } from '../policy.ts';
import { MikoError } from '../problem.ts';
import type { Runtime } from '../runtime.ts';
import type { Outcome } from '../survive/outcome.ts';
import type { CallOptions } from './call-options.ts';
import { createHttpCalls } from './http-calls.ts';

/** Adds to the headers of an attempt what traces need, as `traceparent`; with OpenTelemetry: `(headers) => propagation.inject(context.active(), headers)`. */
export type Propagate = (headers: Record<string, string>) => void;

/** What the calls ask of the directory. */
export type CallDirectory = {
  /** The usable endpoints, never none; waited for the first time. Rejects with `no_endpoint`, `unknown_service`, `not_ready` or `closed`. */
  readonly usable: (service: string) => Promise<readonly Endpoint[]>;
  /** Those of this moment, the same array until the answer changes; null while the service is not `known`. Cheap: asked for each attempt. */
  readonly current: (service: string) => readonly Endpoint[] | null;
  /** Tells the answer held and each new one, until the function it answers is called. */
  readonly watch: (service: string, listener: (answer: Answer) => void) => () => void;
  /** A call or pick goes by the answer of this moment. */
  readonly called: (service: string) => void;
};

export type CallsOptions = {
  readonly runtime: Runtime;
  readonly events: Events;
  readonly directory: CallDirectory;
  readonly policyOf: (service: string) => ServicePolicy;
  readonly zone: string | null;
  /** The client's owner, or a random id: what the subsets go by. */
  readonly owner: string;
  readonly propagate: Propagate | null;
};

/** An endpoint chosen for one request that the caller sends by its own means. */
export type Picked = Disposable & {
  readonly endpoint: Endpoint;
  /** The request is over, and ended like this (default: well). What is said first counts; more does no harm. */
  readonly release: (outcome?: Outcome) => void;
  /** It did not take the connection: avoid it for a moment. */
  readonly refused: () => void;
};

export type PickOptions = {
  /** Ids of endpoints that must not be chosen: those tried already. */
  readonly exclude?: Iterable<string> | undefined;
  readonly hashKey?: string | undefined;
};

/** Everything that is called by the name of a service. */
export type Calls = {
  readonly fetch: FetchLike;
  /** For `undici.request`, `undici.fetch` and whatever takes an undici dispatcher: `http://<service>/path` goes through the same calls. */
  readonly dispatcher: (options?: CallOptions) => Dispatcher;
  readonly pick: (service: string, options?: PickOptions) => Promise<Picked>;
  /** Ends idle connections at once, waits at most `drainMs` for calls in flight, and cuts what is left then. Calls begun later fail with `closed`. Never rejects. */
  readonly close: (drainMs: number) => Promise<void>;
};

export function createCalls(options: CallsOptions): Calls {
  const { directory } = options;
  const http = createHttpCalls(options);
  const { fetch, close: closeFetch } = createFetch(http);

  return {
    fetch,
    dispatcher: (callOptions = {}) => createDispatcher(http, callOptions),
    pick,
    close: async (drainMs) => {
      await Promise.all([http.close(drainMs), closeFetch()]);
    },
  };

  async function pick(service: string, { exclude, hashKey }: PickOptions = {}): Promise<Picked> {
    const { balancer, observe, listed } = http.service(service);
    const endpoints = listed() ?? (await directory.usable(service));
    directory.called(service);
    const excluded = exclude === undefined ? undefined : new Set(exclude);
    const ticket = balancer.pick(endpoints, { exclude: excluded, hashKey });
    if (ticket === null) throw new MikoError('no_endpoint', `${service} has no endpoint besides the ${excluded?.size ?? 0} excluded`);
    observe.picked(ticket.endpoint);
    return new PickedEndpoint(ticket);
  }
}

/** Getters, not methods: whoever takes `release` out of it can still call it. */
class PickedEndpoint implements Picked {
  readonly endpoint: Endpoint;
  readonly #ticket: Ticket;

  constructor(ticket: Ticket) {
    this.endpoint = ticket.endpoint;
    this.#ticket = ticket;
  }

  get release(): Picked['release'] {
    return (outcome = { kind: 'ok' }) => this.#ticket.report(outcome);
  }

  get refused(): Picked['refused'] {
    return () => this.#ticket.report({ kind: 'refused' });
  }

  [Symbol.dispose](): void {
    this.#ticket.report({ kind: 'ok' });
  }
}
