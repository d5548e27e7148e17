import { Agent, fetch as undiciFetch } from 'undici';
import type { Dispatcher, RequestInit as UndiciInit } from 'undici';
import type { CallOptions } from '../call/call-options.ts';
import type { HttpCall } from '../call/http-call.ts';
import type { HttpCalls } from '../call/http-calls.ts';
import { checkCallOptions } from '../call/request-terms.ts';
import { urlOf } from '../call/target.ts';
import type { Target } from '../call/target.ts';
import { MikoError } from '../problem.ts';
import { fetchBody } from './fetch-body.ts';

/** What `fetch` of a client is; its own words are at `Client.fetch`. */
export type FetchLike = (target: Target | Request, init?: FetchInit) => Promise<Response>;

export type FetchInit = RequestInit & {
  /** For this call alone: `timeoutMs`, `hedgeAfterMs`, `hashKey`, `idempotent`. What is left out is the service's policy. */
  readonly miko?: CallOptions | undefined;
};

/** Nothing said for the call itself. */
const AS_POLICY: CallOptions = {};

export type ServiceFetch = { readonly fetch: FetchLike; readonly close: () => Promise<void> };

export function createFetch(calls: HttpCalls): ServiceFetch {
  /** Where a redirect leads away from the services, there is nothing to balance. */
  let outside: Agent | null = null;

  return { fetch, close: async () => outside?.destroy() };

  function fetch(target: Target | Request, init: FetchInit = {}): Promise<Response> {
    try {
      if (isRequest(target)) return send(urlOf(target.url), { ...partsOf(target), ...saidIn(init) });
      return send(urlOf(target), init);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  function send(url: string, init: FetchInit): Promise<Response> {
    const options = init.miko ?? AS_POLICY;
    if (options !== AS_POLICY) checkCallOptions(options, 'miko');
    const body = fetchBody(init.body);
    let first: HttpCall | null = null;
    const given = { ...init, body: body.init, dispatcher: { dispatch } };
    // Undici's types know only its own classes; what is left of Node's among these it takes as well.
    return undiciFetch(url, given as unknown as UndiciInit).catch(rethrow);

    /** The call, and those that redirects make of it, within its time. Fetch asks nothing else of a dispatcher. */
    function dispatch(request: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
      const called = calls.calledAt(request.origin);
      if (called === null) return leave(request, handler);
      // A redirect may have taken the body away.
      const again = request.body === null || request.body === undefined ? null : body.again;
      const call = calls.begin({ called, request, handler, options, mostMs: first === null ? null : first.leftMs(), body: again, ended: null });
      first ??= call;
      return true;
    }
  }

  function leave(request: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    outside ??= new Agent();
    return outside.dispatch(request, handler);
  }
}

/** Node's, or that of any undici. */
function isRequest(target: Target | Request): target is Request {
  return typeof target === 'object' && target !== null && 'headers' in target && 'url' in target;
}

/** Undici's fetch knows only its own Request, and callers have that of Node. */
function partsOf(request: Request): RequestInit {
  const { method, headers, body, signal, redirect } = request;
  return { method, headers, signal, redirect, ...(body === null ? {} : { body, duplex: 'half' as const }) };
}

/** As fetch reads it: what is undefined is not said, and leaves the Request's own. */
function saidIn(init: FetchInit): FetchInit {
  return Object.fromEntries(Object.entries(init).filter(([, value]) => value !== undefined));
}

/** Fetch puts whatever its dispatcher says into the cause of a TypeError. */
function rethrow(error: unknown): never {
  throw error instanceof TypeError && error.cause instanceof MikoError ? error.cause : error;
}
