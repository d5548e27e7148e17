import type { Dispatcher } from 'undici';
import { checkNames, invalid } from '../arguments.ts';
import { createDispatcher } from '../adapters/dispatcher.ts';
import { createFetch } from '../adapters/fetch.ts';
import type { FetchLike } from '../adapters/fetch.ts';
import type { Ticket } from '../balance/ticket.ts';
import type { Answer, Endpoint } from '../directory/endpoint.ts';
import type { Events } from '../observe/events.ts';
import type { ServicePolicy } from '../policy.ts';
import { MikoError } from '../problem.ts';
import type { Runtime } from '../runtime.ts';
import { checkOutcome } from '../survive/outcome.ts';
import type { Outcome } from '../survive/outcome.ts';
import { checkSignal, unlessAborted } from '../waiting.ts';
import type { WaitOptions } from '../waiting.ts';
import type { CallOptions } from './call-options.ts';
import { createHttpCalls } from './http-calls.ts';
import { checkHashKey } from './request-terms.ts';

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
  /** The request is over, and ended like this (default: well). What is said first counts; more does no harm. Throws `invalid_argument`. */
  readonly release: (outcome?: Outcome) => void;
  /** It did not take the connection: avoid it for a moment. */
  readonly refused: () => void;
};

export type PickOptions = WaitOptions & {
  /** Ids of endpoints that must not be chosen: those tried already. Default none. */
  readonly exclude?: Iterable<string> | undefined;
  /** With `consistent_hash`: equal keys go to the same endpoint. At most 1,024 characters; default none. */
  readonly hashKey?: string | undefined;
};

const PICK_NAMES: { readonly [Name in keyof Required<PickOptions>]: true } = { exclude: true, hashKey: true, signal: true };

/** Everything that is called by the name of a service. */
export type Calls = {
  /**
   * `fetch` by the name of a service: `http://web/path` is asked of an endpoint of `web`, `https://web/path` of one with
   * TLS. What can be repeated is, elsewhere first; a body that is a stream is sent once, and so is the body of a
   * `Request`. `init.miko` is for this call alone: `timeoutMs`, `hedgeAfterMs`, `hashKey`, `idempotent`.
   *
   * The answer is undici's `Response`, not the global one. Rejects with a MikoError: `endpoints_unreachable` with the last
   * failure as its cause, `timeout`, `overloaded`, `no_endpoint`, `unknown_service`, `not_ready`, `closed`,
   * `invalid_argument`; and otherwise as `fetch` does: with what the signal was aborted with, and a TypeError for wrong
   * arguments. An answer is an answer: a 503 is handed on when no repetition is left.
   */
  readonly fetch: FetchLike;
  /**
   * An undici dispatcher whose origins are names of services, for `undici.request`, `undici.fetch`, Node's own `fetch` and
   * whatever takes one: `http://web/path` goes through the same calls as `fetch` here. `options` hold for all calls made
   * through it; default: the policy of each service. Throws `invalid_argument`.
   */
  readonly dispatcher: (options?: CallOptions) => Dispatcher;
  /**
   * One endpoint, for one request that you send by your own means; it counts as in flight until it is let go of:
   * `using picked = await miko.pick('cache')`. Rejects with `no_endpoint`, `unknown_service`, `not_ready`, `closed`,
   * `invalid_argument`, or the reason of the signal.
   */
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

  async function pick(service: string, given?: PickOptions): Promise<Picked> {
    if (given !== undefined) checkPickOptions(given);
    const { exclude, hashKey, signal } = given ?? {};
    const { balancer, observe, listed } = http.service(service);
    const endpoints = listed() ?? (await unlessAborted(directory.usable(service), signal));
    directory.called(service);
    const excluded = exclude === undefined ? undefined : new Set(exclude);
    const ticket = balancer.pick(endpoints, { exclude: excluded, hashKey });
    if (ticket === null) throw new MikoError('no_endpoint', `${service} has no endpoint besides the ${excluded?.size ?? 0} excluded`);
    observe.picked(ticket.endpoint);
    return new PickedEndpoint(ticket);
  }
}

function checkPickOptions(options: PickOptions): void {
  checkNames(options, PICK_NAMES, 'options', 'options.');
  const { exclude, hashKey, signal } = options;
  if (exclude !== undefined && (typeof exclude !== 'object' || exclude === null || !(Symbol.iterator in exclude))) throw invalid('options.exclude', 'must be a list or set of ids of endpoints');
  if (hashKey !== undefined) checkHashKey(hashKey, 'options');
  checkSignal(signal);
}

const WELL: Outcome = { kind: 'ok' };

/** Getters, not methods: whoever takes `release` out of it can still call it. */
class PickedEndpoint implements Picked {
  readonly endpoint: Endpoint;
  readonly #ticket: Ticket;

  constructor(ticket: Ticket) {
    this.endpoint = ticket.endpoint;
    this.#ticket = ticket;
  }

  get release(): Picked['release'] {
    return (outcome = WELL) => {
      if (outcome !== WELL) checkOutcome(outcome, 'outcome');
      this.#ticket.report(outcome);
    };
  }

  get refused(): Picked['refused'] {
    return () => this.#ticket.report({ kind: 'refused' });
  }

  [Symbol.dispose](): void {
    this.#ticket.report(WELL);
  }
}
