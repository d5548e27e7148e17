import { QUICK, waitAfter } from '../backoff.ts';
import type { Http } from '../http.ts';
import { asMikoError, MikoError } from '../problem.ts';
import { createWaker } from '../runtime.ts';
import type { Runtime } from '../runtime.ts';
import { askEndpointList } from './endpoint-list.ts';
import type { ListedEndpoints } from './endpoint-list.ts';

/**
 * The endpoint list asked for again and again, where something between here and Miko lets no stream through. Each
 * question names the revision after the one held, so Miko answers it when something happened.
 */
export type Polling = {
  /** The subscriptions are others now: a question that is waiting for its answer is put anew. */
  readonly again: () => void;
  readonly stop: () => void;
  /** Aborted when it has ended: stopped, or because the first question never reached Miko at all. */
  readonly over: AbortSignal;
};

export type PollingOptions = {
  readonly http: Http;
  readonly runtime: Runtime;
  readonly project: string;
  /** Between the beginnings of two questions, at least; up to a fifth more. */
  readonly pollMs: number;
  readonly services: () => readonly string[];
  /** The revision that is applied; null before there is a list. */
  readonly applied: () => number | null;
  readonly onList: (frame: ListedEndpoints['frame']) => void;
  /** Miko answered, also when there was nothing new; called after `onList`. */
  readonly onAnswered: () => void;
  readonly onFailed: (error: MikoError) => void;
};

/** After so many questions without news Miko is asked for what it has: it may have lost its data, and count from below. */
const QUIET_QUESTIONS = 12;

export function startPolling(options: PollingOptions): Polling {
  const { http, runtime, project, pollMs } = options;
  const over = new AbortController();
  const waker = createWaker(runtime);
  let asking: AbortController | null = null;
  let held: { readonly services: string; readonly etag: string | null } | null = null;
  let answered = false;
  let quiet = 0;
  void run();

  return {
    again: () => asking?.abort(),
    stop: () => {
      over.abort();
      asking?.abort();
      waker.wake();
    },
    over: over.signal,
  };

  async function run(): Promise<void> {
    let failures = 0;
    while (!over.signal.aborted) {
      const nextAt = runtime.now() + pollMs * (1 + runtime.random() / 5);
      const error = await ask();
      if (over.signal.aborted) return;
      let wait = 0;
      if (error === null) failures = 0;
      else if (isNothingNew(error)) {
        wait = (error.retryAfterMs ?? 0) * (1 + runtime.random() / 5);
        failures = 0;
        hear();
      } else {
        if (!answered && error.status === null && error.code !== 'bad_answer') return over.abort();
        options.onFailed(error);
        wait = waitAfter(error, QUICK, failures++, runtime);
      }
      await waker.wait(Math.max(0, nextAt - runtime.now(), wait));
    }
  }

  /** One question; what it failed by, or null. */
  async function ask(): Promise<MikoError | null> {
    const services = [...options.services()].sort();
    const before = held?.services === services.join(',') ? held : null;
    const ended = new AbortController();
    asking = ended;
    try {
      const atLeast = before === null || quiet >= QUIET_QUESTIONS ? null : (options.applied() ?? -1) + 1;
      const listed = await askEndpointList(http, { project, services, atLeast, etag: before?.etag ?? null, ended });
      if (ended.signal.aborted) return null;
      if (listed !== null) {
        held = { services: services.join(','), etag: listed.etag };
        options.onList(listed.frame);
      }
      if (atLeast === null) quiet = 0;
      hear();
      return null;
    } catch (error) {
      const givenUp = ended.signal.aborted && !(ended.signal.reason instanceof MikoError);
      return givenUp ? null : asMikoError(error, 'bad_answer', "Miko's endpoint list cannot be used");
    } finally {
      asking = null;
    }
  }

  function hear(): void {
    answered = true;
    options.onAnswered();
  }

  /** What Miko says when nothing happened while it waited. */
  function isNothingNew(error: MikoError): boolean {
    const nothing = error.status === 503 && error.code === 'not_ready' && held !== null;
    if (nothing) quiet += 1;
    return nothing;
  }
}
