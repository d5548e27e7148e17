import { connectionFailure } from './connection-failure.ts';
import type { Endpoint } from './endpoint.ts';
import type { Picked, Picker } from './picker.ts';
import { describe, MikoError } from './problem.ts';
import type { Runtime } from './runtime.ts';
import { parseTarget, urlAt } from './target.ts';
import type { ParsedTarget, Target } from './target.ts';

/**
 * `fetch` by the name of a service, with fail-over to other endpoints of it:
 *
 * - the connection was never established: any method is sent elsewhere
 * - the connection broke, or the endpoint answered 502 or 503: only methods that may be repeated (RFC 9110, 9.2.2); for
 *   the two answers once, and the answer itself is handed on when there is nowhere else to go
 * - a body that is a stream is sent once
 *
 * A request goes to at most `attempts` endpoints, each once. It counts as in flight until the head of its answer is
 * there. Throws `endpoints_unreachable` with the last failure as its cause; what the signal was aborted with; and what
 * `fetch` throws for wrong arguments.
 */
export type FailoverFetch = (target: Target, init?: RequestInit) => Promise<Response>;

export type FailoverOptions = {
  readonly runtime: Pick<Runtime, 'fetch'>;
  readonly picker: Picker;
  /** The usable endpoints of a service, waited for the first time; throws where there are none. */
  readonly endpoints: (service: string) => Promise<readonly Endpoint[]>;
  /** Those of this moment, none included. */
  readonly current: (service: string) => readonly Endpoint[];
  readonly attempts: number;
};

const REPEATABLE: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE', 'TRACE']);

export function createFailoverFetch(options: FailoverOptions): FailoverFetch {
  const { runtime, picker, attempts } = options;

  return async (to, init = {}) => {
    const target = parseTarget(to);
    const repeatable = REPEATABLE.has((init.method ?? 'GET').toUpperCase());
    const sendAgain = isReplayable(init.body);
    const tried = new Set<string>();
    let sentOn = false;
    let left = fetchable(await withSignal(options.endpoints(target.service), init.signal ?? null), target);
    for (;;) {
      init.signal?.throwIfAborted();
      const picked = picker.pick(left, tried.size === 0 ? undefined : (endpoint) => !tried.has(endpoint.id));
      if (picked === null) throw new MikoError('no_endpoint', `no endpoint of ${target.service} can be fetched over ${target.secure ? 'https' : 'http'}`);
      const outcome = await send(picked, target, init);
      tried.add(picked.endpoint.id);
      // The list of now, not of the beginning: what fails has often just left it.
      left = fetchable(options.current(target.service), target);
      const mayGoOn = sendAgain && tried.size < attempts && left.some((endpoint) => !tried.has(endpoint.id));
      if (outcome instanceof Response) {
        if (!mayGoOn || !repeatable || sentOn || !isUnavailable(outcome)) return outcome;
        sentOn = true;
        await outcome.body?.cancel();
      } else if (!mayGoOn || (outcome.failure === 'broken' && !repeatable)) {
        throw unreachable(target, tried.size, outcome.error);
      }
    }
  };

  /** One request to one endpoint: its answer, or what became of the connection; anything else is thrown. */
  async function send(picked: Picked, target: ParsedTarget, init: RequestInit): Promise<Response | Failed> {
    const { endpoint } = picked;
    try {
      const response = await runtime.fetch(urlAt(endpoint, target) ?? '', init);
      picker.answered(endpoint.id);
      return response;
    } catch (error) {
      const failure = init.signal?.aborted === true ? null : connectionFailure(error);
      if (failure === null) throw error;
      // A connection that broke may only have been an idle one that was closed: the next request will tell.
      if (failure === 'refused') picked.refused();
      return { failure, error };
    } finally {
      picked.release();
    }
  }
}

type Failed = { readonly failure: 'refused' | 'broken'; readonly error: unknown };

/** Those that can be fetched from; the same list gives the same object, which the picker prepares only once. */
function fetchable(endpoints: readonly Endpoint[], target: ParsedTarget): readonly Endpoint[] {
  const known = target.secure ? overHttps : overHttp;
  const before = known.get(endpoints);
  if (before !== undefined) return before;
  const list = endpoints.filter((endpoint) => urlAt(endpoint, target) !== null);
  known.set(endpoints, list);
  return list;
}

const overHttp = new WeakMap<readonly Endpoint[], readonly Endpoint[]>();
const overHttps = new WeakMap<readonly Endpoint[], readonly Endpoint[]>();

function isUnavailable(response: Response): boolean {
  return response.status === 502 || response.status === 503;
}

/** Whether the body can be sent a second time; a stream is spent by the first. */
function isReplayable(body: RequestInit['body']): boolean {
  if (body === undefined || body === null || typeof body === 'string') return true;
  return body instanceof URLSearchParams || body instanceof FormData || body instanceof Blob || body instanceof ArrayBuffer || ArrayBuffer.isView(body);
}

function unreachable(target: ParsedTarget, tried: number, error: unknown): MikoError {
  const where = tried === 1 ? '1 endpoint' : `${tried} endpoints`;
  return new MikoError('endpoints_unreachable', `${target.service}: ${where} tried, none answered: ${describe(error)}`, { cause: error });
}

/** The promise's value, unless the signal is aborted before. */
async function withSignal<T>(promise: Promise<T>, signal: AbortSignal | null): Promise<T> {
  if (signal === null) return promise;
  const aborted = Promise.withResolvers<never>();
  const abort = (): void => aborted.reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([promise, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
