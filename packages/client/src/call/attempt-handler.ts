import type { IncomingHttpHeaders } from 'node:http';
import type { Duplex } from 'node:stream';
import { errors } from 'undici';
import type { Dispatcher } from 'undici';
import { MikoError } from '../problem.ts';
import type { Runtime } from '../runtime.ts';
import type { Attempt } from './attempt.ts';
import { connectionFailure, neverConnected } from './connection-failure.ts';
import { retryAfterMs } from './headers.ts';
import type { HttpCall } from './http-call.ts';

/** The body of an answer that nobody wants is read to its end, to keep the connection, unless it is longer. */
const MAX_DRAINED_BYTES = 64 * 1024;
/** Nor does it hold a connection for longer than opening another one would take. */
const MAX_DRAINING_MS = 1_000;

/**
 * What undici tells of one attempt. Passed on to the caller's handler once, and only if, its answer is taken. At its end
 * it lets go of the call: undici keeps handlers longer than they are needed, and with them would be kept all they know.
 */
export class AttemptHandler implements Dispatcher.DispatchHandler {
  /** Undici's own, from the moment at which the request is written to a connection. */
  controller: Dispatcher.DispatchController | null = null;
  /** Null when nothing more is to be told. */
  #call: HttpCall | null;
  /** Null when it is over. */
  #attempt: Attempt | null;
  readonly #runtime: Pick<Runtime, 'wallNow' | 'after'>;
  #taken = false;
  #drainedBytes = 0;
  #stopDraining: (() => void) | null = null;

  constructor(call: HttpCall, attempt: Attempt, runtime: Pick<Runtime, 'wallNow' | 'after'>) {
    this.#call = call;
    this.#attempt = attempt;
    this.#runtime = runtime;
  }

  /** The connection is cut, for the answer on it may take as long as it likes. */
  abandon(): void {
    this.#letGo();
    this.#cut();
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller;
    // It was not wanted any more while it still waited for a connection.
    if (this.#call === null) this.#cut();
  }

  onBodySent(chunk: Buffer): void {
    this.#call?.handler.onBodySent?.(chunk);
  }

  onRequestSent(): void {
    this.#call?.handler.onRequestSent?.();
  }

  onResponseStarted(): void {
    this.#call?.handler.onResponseStarted?.();
  }

  onRequestUpgrade(controller: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders, socket: Duplex): void {
    const call = this.#takenBy(status, headers);
    if (call === null) return void socket.destroy();
    socket.once('close', () => this.#end(false));
    return call.handler.onRequestUpgrade?.(controller, status, headers, socket);
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders, message?: string): void {
    // Heads that only inform (RFC 9110, 15.2) are not the answer.
    const call = status < 200 ? this.#call : this.#takenBy(status, headers);
    call?.handler.onResponseStart?.(controller, status, headers, message);
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#call !== null) return this.#call.handler.onResponseData?.(controller, chunk);
    this.#drainedBytes += chunk.length;
    if (this.#drainedBytes > MAX_DRAINED_BYTES) this.#cut();
  }

  onResponseEnd(controller: Dispatcher.DispatchController, trailers: IncomingHttpHeaders): void {
    this.#endDraining();
    this.#end(false)?.handler.onResponseEnd?.(controller, trailers);
  }

  onResponseError(controller: Dispatcher.DispatchController | null, error: Error): void {
    this.#endDraining();
    if (this.#taken) {
      const call = this.#end(controller?.aborted !== true);
      call?.handler.onResponseError?.(controller ?? call, error);
    } else if (this.#attempt !== null) {
      const attempt = this.#attempt;
      const isOwn = this.#call?.isOwnFailure(error) === true;
      this.#letGo();
      if (isOwn) attempt.refuse(error);
      else this.#tellFailure(attempt, error);
    }
  }

  /** The call, if the answer with this head is its answer. */
  #takenBy(status: number, headers: IncomingHttpHeaders): HttpCall | null {
    const call = this.#call;
    if (call === null || this.#attempt === null) return null;
    this.#taken = this.#attempt.head(status, this.#retryAfterMs(status, headers));
    if (this.#taken) call.take(this);
    else this.#drain();
    return this.#call;
  }

  /** Of an answer that was taken: the call, for its last word. */
  #end(broken: boolean): HttpCall | null {
    const call = this.#call;
    const attempt = this.#attempt;
    this.#letGo();
    attempt?.over(broken);
    call?.over();
    return call;
  }

  /** Nobody wants the answer, but the connection it is on. */
  #drain(): void {
    this.#letGo();
    this.#stopDraining = this.#runtime.after(MAX_DRAINING_MS, () => this.#cut());
  }

  #endDraining(): void {
    this.#stopDraining?.();
    this.#stopDraining = null;
  }

  #letGo(): void {
    this.#call = null;
    this.#attempt = null;
  }

  #retryAfterMs(status: number, headers: IncomingHttpHeaders): number | undefined {
    return status === 429 || status === 503 ? retryAfterMs(headers, this.#runtime.wallNow()) : undefined;
  }

  #tellFailure(attempt: Attempt, error: Error): void {
    const code = 'code' in error ? error.code : undefined;
    if (code === 'UND_ERR_HEADERS_TIMEOUT') return attempt.failed('timeout', error);
    // Only the end of the client destroys its connections.
    if (code === 'UND_ERR_DESTROYED') return attempt.refuse(new MikoError('closed', 'the client is closed', { cause: error }));
    if (this.controller === null) {
      // Nothing was written to a connection. Where there might have been one, the request itself is at fault.
      if (neverConnected(error)) attempt.failed('refused', error);
      else attempt.refuse(error);
    } else if (connectionFailure(error) === null) attempt.refuse(error);
    else attempt.failed('broken', error);
  }

  #cut(): void {
    this.controller?.abort(new errors.RequestAbortedError());
  }
}
