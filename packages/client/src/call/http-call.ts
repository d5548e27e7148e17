import { AsyncLocalStorage } from 'node:async_hooks';
import { errors } from 'undici';
import type { Dispatcher } from 'undici';
import type { Connection } from '../pool/service-pool.ts';
import { AttemptHandler } from './attempt-handler.ts';
import type { Attempt } from './attempt.ts';
import type { CallOptions } from './call-options.ts';
import { Call } from './call.ts';
import type { CallTerms, Sender, Sent } from './call.ts';
import type { CalledService } from './called-service.ts';
import type { Propagate } from './calls.ts';
import { headersFor } from './headers.ts';
import { ownBody } from './own-body.ts';
import type { OwnBody } from './own-body.ts';
import type { Called } from './target.ts';

const NOTHING_SENT: Sent = { abandon: () => undefined };

/** In the forms that undici takes. */
export type CallBody = Exclude<Dispatcher.DispatchOptions['body'], undefined>;

export type CallRequest = {
  readonly called: Called;
  /** As the caller gave it. Its origin names the service; the endpoint's takes its place. */
  readonly request: Dispatcher.DispatchOptions;
  readonly handler: Dispatcher.DispatchHandler;
  readonly options: CallOptions;
  /** What the call that led here by a redirect has left of its time; null: none did, or it has no limit. */
  readonly mostMs: number | null;
  /** Makes the body of each attempt anew; null: it is as `request` has it. */
  readonly body: (() => CallBody) | null;
  /** Told once, when the handler hears nothing more. */
  readonly ended: ((call: HttpCall) => void) | null;
};

/**
 * One HTTP call for an undici handler, which sees it as a single request: `onRequestStart` once, at the beginning, and
 * then only what belongs to the answer that was taken. It is the controller that the handler gets until then.
 */
export class HttpCall implements Sender, Dispatcher.DispatchController {
  readonly handler: Dispatcher.DispatchHandler;
  /** Neighbours in whatever list keeps it. */
  previous: HttpCall | null = null;
  next: HttpCall | null = null;
  readonly #service: CalledService;
  readonly #given: CallRequest;
  readonly #hasDeadline: boolean;
  readonly #propagate: Propagate | null;
  readonly #call: Call;
  readonly #ownBody: OwnBody | null;
  /** Traces are told in the context of the caller, not in that of the connection whose failure led to a repetition. */
  readonly #inContext: ReturnType<typeof AsyncLocalStorage.snapshot> | null;
  #taken: AttemptHandler | null = null;
  #aborted = false;
  #reason: Error | null = null;
  #paused = false;
  #over = false;

  constructor(service: CalledService, given: CallRequest, terms: CallTerms, hasDeadline: boolean, propagate: Propagate | null) {
    this.handler = given.handler;
    this.#service = service;
    this.#given = given;
    // The caller set `Miko-Timeout-Ms` itself.
    this.#hasDeadline = hasDeadline;
    this.#propagate = propagate;
    this.#inContext = propagate === null ? null : AsyncLocalStorage.snapshot();
    this.#call = new Call(service, terms, this);
    this.#ownBody = given.body === null ? ownBody(given.request.body) : null;
  }

  begin(): void {
    try {
      this.handler.onRequestStart?.(this, null);
    } catch (error) {
      return this.fail(error);
    }
    if (!this.#aborted) this.#call.begin();
  }

  /** What is left of its time, in whole ms, at least 1; null: there is no limit. */
  leftMs(): number | null {
    const { dueAt } = this.#call;
    return dueAt === Number.POSITIVE_INFINITY ? null : Math.max(1, Math.ceil(dueAt - this.#service.runtime.now()));
  }

  send(attempt: Attempt): Sent {
    const { request, body } = this.#given;
    const connection = this.#connectionFor(attempt);
    if (connection === null) return NOTHING_SENT;
    const { dispatcher, basePath } = connection;
    const handler = new AttemptHandler(this, attempt, this.#service.runtime);
    const headers = headersFor(request.headers ?? null, this.#hasDeadline ? null : attempt.leftMs, this.#traced());
    const sent = { ...request, headers };
    if (basePath !== '') sent.path = basePath + request.path;
    if (body !== null) sent.body = body();
    else if (this.#ownBody !== null) sent.body = this.#ownBody.body;
    dispatcher.dispatch(sent, handler);
    return handler;
  }

  fail(error: unknown): void {
    if (this.#over) return;
    this.over();
    this.handler.onResponseError?.(this, error instanceof Error ? error : new Error(String(error)));
  }

  /** Whether the caller's own body failed with this error: no endpoint is to blame for it. */
  isOwnFailure(error: unknown): boolean {
    return this.#ownBody?.failedWith(error) === true;
  }

  /** From now on the handler belongs to this attempt. */
  take(attempt: AttemptHandler): void {
    this.#taken = attempt;
    if (this.#paused) attempt.controller?.pause();
  }

  get isOver(): boolean {
    return this.#over;
  }

  /** The last word of the answer is said, or its last error. */
  over(): void {
    this.#over = true;
    this.#ownBody?.drop();
    this.#given.ended?.(this);
  }

  get aborted(): boolean {
    return this.#taken?.controller?.aborted ?? this.#aborted;
  }

  get reason(): Error | null {
    return this.#taken?.controller?.reason ?? this.#reason;
  }

  get paused(): boolean {
    return this.#taken?.controller?.paused ?? this.#paused;
  }

  get rawHeaders(): NonNullable<Dispatcher.DispatchController['rawHeaders']> | null {
    return this.#taken?.controller?.rawHeaders ?? null;
  }

  get rawTrailers(): NonNullable<Dispatcher.DispatchController['rawTrailers']> | null {
    return this.#taken?.controller?.rawTrailers ?? null;
  }

  abort(reason: Error): void {
    if (this.#taken !== null) return this.#taken.controller?.abort(reason);
    if (this.#over) return;
    this.#aborted = true;
    this.#reason = reason ?? new errors.RequestAbortedError();
    this.#call.cancel();
    this.fail(this.#reason);
  }

  pause(): void {
    this.#paused = true;
    this.#taken?.controller?.pause();
  }

  resume(): void {
    this.#paused = false;
    this.#taken?.controller?.resume();
  }

  /** Null: with such an address there is no connecting, so the attempt is refused. */
  #connectionFor(attempt: Attempt): Connection | null {
    try {
      return this.#service.pool.at(attempt.endpoint);
    } catch (error) {
      attempt.failed('refused', error);
      return null;
    }
  }

  #traced(): Record<string, string> | null {
    if (this.#propagate === null || this.#inContext === null) return null;
    const headers: Record<string, string> = {};
    this.#inContext(this.#propagate, headers);
    return headers;
  }
}
