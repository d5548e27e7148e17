import { errors } from 'undici';
import type { Dispatcher } from 'undici';
import { MikoError } from '../problem.ts';
import { createCalledService } from './called-service.ts';
import type { CalledService } from './called-service.ts';
import type { CallsOptions } from './calls.ts';
import { factsOf } from './headers.ts';
import { HttpCall } from './http-call.ts';
import type { CallRequest } from './http-call.ts';
import { termsOf } from './request-terms.ts';
import { calledAt } from './target.ts';
import type { Called } from './target.ts';

/** The HTTP calls of one client, by service. */
export type HttpCalls = {
  /** Null: the origin is no name of a service. */
  readonly calledAt: (origin: Dispatcher.DispatchOptions['origin']) => Called | null;
  /** Begins a call; whatever comes of it, the handler is told. Throws for arguments that undici would throw for. */
  readonly begin: (request: CallRequest) => HttpCall | null;
  /** The state of a service, made at its first call. Throws `closed` and `too_many`. */
  readonly service: (name: string) => CalledService;
  readonly close: (drainMs: number) => Promise<void>;
};

const MAX_SERVICES = 10_000;

export function createHttpCalls(clientOptions: CallsOptions): HttpCalls {
  const { directory, propagate, policyOf, ...shared } = clientOptions;
  const services = new Map<string, CalledService>();
  const origins = new Map<string, Called>();
  /** Most calls go where the one before went; to compare is cheaper than to hash. */
  let newest: { readonly origin: string; readonly called: Called } | null = null;
  let closing: Promise<void> | null = null;

  return { calledAt: at, begin, service, close };

  function at(origin: Dispatcher.DispatchOptions['origin']): Called | null {
    if (origin === undefined) return null;
    const text = typeof origin === 'string' ? origin : origin.origin;
    if (newest !== null && newest.origin === text) return newest.called;
    const called = origins.get(text) ?? calledAt(text);
    if (called === null) return null;
    newest = { origin: text, called };
    if (origins.size < MAX_SERVICES) origins.set(text, called);
    return called;
  }

  function begin(given: CallRequest): HttpCall | null {
    const { called, request, handler, options, mostMs, body } = given;
    let call: HttpCall;
    try {
      if (typeof request.method !== 'string') throw new errors.InvalidArgumentError('method must be a string');
      const state = service(called.service);
      const facts = factsOf(request.headers ?? null);
      const terms = termsOf(request, facts, body !== null || canSendAgain(request.body), called.secure, options, state.policy, mostMs);
      call = new HttpCall(state, given, terms, facts.hasDeadline, propagate);
    } catch (error) {
      if (handler.onResponseError === undefined || !(error instanceof Error)) throw error;
      // Nothing began, so there is no controller, as with undici's own dispatchers.
      handler.onResponseError(NO_CONTROLLER, error);
      return null;
    }
    call.begin();
    return call;
  }

  function service(name: string): CalledService {
    if (closing !== null) throw new MikoError('closed', 'the client is closed');
    const there = services.get(name);
    if (there !== undefined) return there;
    if (services.size >= MAX_SERVICES) throw new MikoError('too_many', `one client calls at most ${MAX_SERVICES} services`);
    const made = createCalledService({ ...shared, name, policy: policyOf(name), directory });
    services.set(name, made);
    return made;
  }

  function close(drainMs: number): Promise<void> {
    closing ??= Promise.all([...services.values()].map((state) => state.close(drainMs))).then(() => undefined);
    return closing;
  }
}

/** Undici's handlers take none as well, though their type does not say so. */
const NO_CONTROLLER = null as unknown as Dispatcher.DispatchController;

/** A stream, or anything else that is read piece by piece, is spent by the first time. */
function canSendAgain(body: unknown): boolean {
  if (body === undefined || body === null || typeof body === 'string') return true;
  return ArrayBuffer.isView(body) || body instanceof ArrayBuffer || body instanceof Blob;
}
