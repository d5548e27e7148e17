import type { Ticket } from '../balance/ticket.ts';
import type { Endpoint } from '../directory/endpoint.ts';
import type { OutcomeKind } from '../survive/outcome.ts';
import type { Call, Sent } from './call.ts';
import type { CalledService } from './called-service.ts';

/** One attempt of a call at one endpoint. Who sends it tells it what becomes of it; it tells its call and the balancer. */
export class Attempt {
  readonly endpoint: Endpoint;
  /** From 1, over the whole call. */
  readonly number: number;
  /** What was left of the call's time when it began, in whole ms, at least 1; null: there is no limit. */
  readonly leftMs: number | null;
  /** Null until it was handed to the connection. */
  sent: Sent | null = null;
  readonly #call: Call;
  readonly #service: CalledService;
  readonly #ticket: Ticket;
  readonly #startedAt: number;
  #stopLimit: (() => void) | null = null;
  #kind: OutcomeKind = 'ok';
  #rttMs: number | undefined;
  #retryAfterMs: number | undefined;
  #ended = false;
  #reported = false;

  constructor(call: Call, service: CalledService, ticket: Ticket, number: number, now: number, leftMs: number) {
    this.endpoint = ticket.endpoint;
    this.number = number;
    this.leftMs = leftMs === Number.POSITIVE_INFINITY ? null : Math.max(1, Math.floor(leftMs));
    this.#call = call;
    this.#service = service;
    this.#ticket = ticket;
    this.#startedAt = now;
  }

  get kind(): OutcomeKind {
    return this.#kind;
  }

  /** `act` is called after so long, unless a head came before or the attempt ended. */
  limit(ms: number, act: () => void): void {
    this.#stopLimit = this.#service.runtime.after(ms, act);
  }

  /**
   * The head of the answer is there. True: it is the call's answer, hand it on, and say `over` at its end. False: let
   * go of it.
   */
  head(status: number, retryAfterMs: number | undefined): boolean {
    if (this.#ended) return false;
    this.#stopLimit?.();
    const now = this.#service.runtime.now();
    this.#rttMs = now - this.#startedAt;
    this.#kind = kindOf(status);
    if (this.#kind === 'limited' || this.#kind === 'overloaded') this.#retryAfterMs = retryAfterMs;
    this.#learn(now);
    return this.#call.answered(this, status);
  }

  /** The body of an answer that was taken was read, or let go of; `broken` when it broke off instead. */
  over(broken: boolean): void {
    if (this.#ended) return;
    this.end(broken ? 'broken' : this.#kind);
    this.#call.done();
  }

  /** No answer came. */
  failed(kind: 'refused' | 'broken' | 'timeout', error: unknown): void {
    if (this.#ended) return;
    this.end(kind);
    this.#call.failed(this, error);
  }

  /** Neither the endpoint nor the connection is to blame, but the request. */
  refuse(error: unknown): void {
    if (this.#ended) return;
    this.end('cancelled');
    this.#call.refuse(error);
  }

  /** Its call needs it no more. */
  end(kind: OutcomeKind): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#kind = kind;
    this.#stopLimit?.();
    this.report();
  }

  /** From then on the attempt is not in flight. Once. */
  report(): void {
    if (this.#reported) return;
    this.#reported = true;
    if (this.#rttMs === undefined) this.#service.gradient?.record(this.#kind, undefined, this.#service.bulkhead.inFlight());
    this.#ticket.report({ kind: this.#kind, rttMs: this.#rttMs, retryAfterMs: this.#retryAfterMs });
  }

  /** What the head says counts at once, for the balancer and for the adaptive limit: the body may take long. */
  #learn(now: number): void {
    this.#service.gradient?.record(this.#kind, this.#rttMs, this.#service.bulkhead.inFlight());
    this.#ticket.answered({ kind: this.#kind, rttMs: this.#rttMs, retryAfterMs: this.#retryAfterMs }, now);
  }
}

function kindOf(status: number): OutcomeKind {
  if (status < 500) return status === 429 ? 'limited' : 'ok';
  return status === 503 ? 'overloaded' : 'failed';
}
