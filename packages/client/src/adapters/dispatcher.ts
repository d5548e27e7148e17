import { Dispatcher, Dispatcher1Wrapper, errors } from 'undici';
import type { CallOptions } from '../call/call-options.ts';
import type { HttpCall } from '../call/http-call.ts';
import type { HttpCalls } from '../call/http-calls.ts';
import { checkCallOptions } from '../call/request-terms.ts';
import { MikoError } from '../problem.ts';

/**
 * An undici dispatcher whose origins are names of services, for `undici.request`, `fetch` (also Node's own) and whatever
 * takes a dispatcher: `http://web/x` is called at an endpoint of `web`, `https://web/x` at one with TLS. Balancing,
 * repetitions, hedges and deadlines are those of `client.fetch`, and `options` hold for all calls made through it. A body
 * that is a string, bytes or a Blob can be sent again; any other is sent once. An origin that is no name of a service
 * fails with `invalid_argument`.
 *
 * `close` and `destroy` end this dispatcher alone; the connections are the client's. Throws `invalid_argument`.
 */
export function createDispatcher(calls: HttpCalls, options: CallOptions): Dispatcher {
  checkCallOptions(options, 'options');
  return new MikoDispatcher(calls, options);
}

class MikoDispatcher extends Dispatcher {
  readonly #calls: HttpCalls;
  readonly #options: CallOptions;
  /** Takes the handlers of older undicis, as Node's own fetch has them, and hands them on here in the new form. */
  readonly #legacy = new Dispatcher1Wrapper(this);
  /** Linked with each other: a set would cost each call more than this whole dispatcher. */
  #newest: HttpCall | null = null;
  readonly #ended = (call: HttpCall): void => this.#forget(call);
  #end: 'none' | 'closed' | 'destroyed' = 'none';
  #whenIdle: (() => void)[] = [];

  constructor(calls: HttpCalls, options: CallOptions) {
    super();
    this.#calls = calls;
    this.#options = options;
  }

  /** Always true: the bulkhead of the service, not the caller, bounds what is under way. */
  override dispatch(request: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    if (!isOfThisUndici(handler)) return this.#legacy.dispatch(request, handler);
    if (this.#end !== 'none') return refuse(handler, this.#end === 'closed' ? new errors.ClientClosedError() : new errors.ClientDestroyedError());
    const called = this.#calls.calledAt(request.origin);
    if (called === null) return refuse(handler, new MikoError('invalid_argument', `"${String(request.origin).slice(0, 200)}" is no name of a service; ports and addresses come from Miko`));
    const call = this.#calls.begin({ called, request, handler, options: this.#options, mostMs: null, body: null, ended: this.#ended });
    if (call !== null && !call.isOver) this.#keep(call);
    return true;
  }

  override close(callback: () => void): void;
  override close(): Promise<void>;
  override close(callback?: () => void): Promise<void> | void {
    if (this.#end === 'none') this.#end = 'closed';
    return whenDone(this.#idle(), callback);
  }

  override destroy(error: Error | null, callback: () => void): void;
  override destroy(callback: () => void): void;
  override destroy(error: Error | null): Promise<void>;
  override destroy(): Promise<void>;
  override destroy(error?: Error | null | (() => void), callback?: () => void): Promise<void> | void {
    this.#end = 'destroyed';
    const reason = error instanceof Error ? error : new errors.ClientDestroyedError();
    const underWay: HttpCall[] = [];
    for (let call = this.#newest; call !== null; call = call.next) underWay.push(call);
    for (const call of underWay) call.abort(reason);
    return whenDone(this.#idle(), typeof error === 'function' ? error : callback);
  }

  #idle(): Promise<void> {
    if (this.#newest === null) return Promise.resolve();
    return new Promise((resolve) => this.#whenIdle.push(resolve));
  }

  #keep(call: HttpCall): void {
    call.next = this.#newest;
    if (this.#newest !== null) this.#newest.previous = call;
    this.#newest = call;
  }

  #forget(call: HttpCall): void {
    if (call.next !== null) call.next.previous = call.previous;
    if (call.previous !== null) call.previous.next = call.next;
    else if (this.#newest === call) this.#newest = call.next;
    call.next = null;
    call.previous = null;
    if (this.#newest === null) for (const tell of this.#whenIdle.splice(0)) tell();
  }
}

/** Anything else is looked at by the wrapper, which also refuses what is no handler at all. */
function isOfThisUndici(handler: Dispatcher.DispatchHandler | null | undefined): boolean {
  return typeof handler?.onRequestStart === 'function';
}

function refuse(handler: Dispatcher.DispatchHandler, error: Error): false {
  if (handler.onResponseError === undefined) throw error;
  // Undici's own dispatchers give no controller either when nothing began, though the type does not say so.
  handler.onResponseError(null as unknown as Dispatcher.DispatchController, error);
  return false;
}

function whenDone(promise: Promise<void>, told: (() => void) | undefined): Promise<void> | void {
  if (told === undefined) return promise;
  void promise.then(told);
}
