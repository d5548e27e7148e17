import { backoffMs, PATIENT, QUICK, waitAfter } from '../backoff.ts';
import type { ErrorCode } from '../generated/error-codes.ts';
import type { Http } from '../http.ts';
import { asMikoError, MikoError } from '../problem.ts';
import { createWaker, pause } from '../runtime.ts';
import type { Runtime, Waker } from '../runtime.ts';
import { readSession } from '../wire.ts';
import type { WireSession } from '../wire.ts';
import { sayWriter } from './needs-writer.ts';

/**
 * The one session of a client: opened at once, renewed, and opened again for ever when Miko no longer knows it. Its
 * registrations live as long as it does.
 */
export type Session = {
  /** The id of the open session; null while there is none. */
  readonly current: () => string | null;
  /** Ends when the first attempt to open it has ended, well or not. */
  readonly firstAttempt: Promise<void>;
  /** Some other call was told that session `id` is over (`session_not_found`, `fenced`). */
  readonly lost: (id: string, error: MikoError) => void;
  /** Tells Miko at once what was applied, instead of with the next renewal. */
  readonly acknowledge: () => void;
  /** Deliberate departure: its endpoints leave the directory now. Never rejects; ends within some seconds. */
  readonly close: () => Promise<void>;
};

export type SessionOptions = {
  readonly http: Http;
  readonly runtime: Runtime;
  readonly project: string;
  readonly owner: string;
  readonly name: string;
  readonly ttlSeconds: number;
  /** The revision that this client has applied; null before the first frame. */
  readonly applied: () => number | null;
  readonly onOpen: (id: string) => void;
  /** It was opened or renewed. */
  readonly onWorks: () => void;
  readonly onError: (error: MikoError) => void;
};

/** A session that lived this long was not part of a fight between two processes. */
const CALM_MS = 60_000;
const CLOSE_TIMEOUT_MS = 2_000;

/** Whether the error says that the session is over, whatever call it answered. */
export function endsSession(error: MikoError): boolean {
  return SESSION_IS_OVER.has(error.code);
}

const SESSION_IS_OVER: ReadonlySet<string> = new Set<ErrorCode>(['session_not_found', 'fenced']);

export function createSession(options: SessionOptions): Session {
  const { http, runtime, project, onError } = options;
  const sessions = `/v1/projects/${encodeURIComponent(project)}/sessions`;
  const closing = new AbortController();
  const waker: Waker = createWaker(runtime);
  const first = Promise.withResolvers<void>();
  let id: string | null = null;
  let fenced = false;
  let acknowledgeNow = false;
  const running = run();

  return { current: () => id, firstAttempt: first.promise, lost, acknowledge, close };

  async function run(): Promise<void> {
    let failures = 0;
    let fences = 0;
    while (!closing.signal.aborted) {
      const opened = await open();
      first.resolve();
      if (opened instanceof MikoError) {
        await pause(runtime, waitAfter(opened, QUICK, failures++, runtime), closing.signal);
        continue;
      }
      failures = 0;
      const openedAt = runtime.now();
      id = opened.id;
      fenced = false;
      if (!closing.signal.aborted) options.onOpen(opened.id);
      await hold(opened);
      if (closing.signal.aborted) break;
      if (runtime.now() - openedAt > CALM_MS) fences = 0;
      const wait = fenced ? backoffMs(PATIENT, fences++, runtime.random) : backoffMs(QUICK, 0, runtime.random);
      await pause(runtime, wait, closing.signal);
    }
  }

  async function open(): Promise<WireSession | MikoError> {
    try {
      const body = { name: options.name, owner: options.owner, ttl_seconds: options.ttlSeconds };
      const opened = readSession(await http.call('POST', sessions, { body }));
      options.onWorks();
      return opened;
    } catch (error) {
      return report(error);
    }
  }

  /** Renews until the session is lost or the client closes. */
  async function hold(opened: WireSession): Promise<void> {
    let everyMs = renewalMs(opened);
    let nextAt = runtime.now() + everyMs;
    /** Until then Miko asked to be left alone. */
    let quietUntil = 0;
    let failures = 0;
    while (id === opened.id && !closing.signal.aborted) {
      await waker.wait(Math.max(0, nextAt - runtime.now()));
      if (id !== opened.id || closing.signal.aborted) return;
      if (runtime.now() < (acknowledgeNow ? quietUntil : nextAt)) continue;
      acknowledgeNow = false;
      try {
        everyMs = renewalMs(await renew(opened.id, everyMs));
        nextAt = runtime.now() + everyMs;
        failures = 0;
        options.onWorks();
      } catch (thrown) {
        const error = report(thrown);
        if (endsSession(error)) lost(opened.id, error);
        const waitMs = waitAfter(error, QUICK, failures++, runtime);
        nextAt = runtime.now() + (error.retryAfterMs === null ? Math.min(everyMs, waitMs) : waitMs);
        if (error.retryAfterMs !== null) quietUntil = nextAt;
      }
    }
  }

  async function renew(session: string, everyMs: number): Promise<WireSession> {
    const body = { applied: options.applied() };
    return readSession(await http.call('PUT', `${sessions}/${session}`, { body, timeoutMs: Math.min(5_000, everyMs) }));
  }

  /** A little early each time, and not together with the sessions that were opened at the same moment. */
  function renewalMs(session: WireSession): number {
    return Math.max(1, session.renew_every_seconds) * 1000 * (0.8 + 0.2 * runtime.random());
  }

  function lost(session: string, error: MikoError): void {
    if (session !== id) return;
    id = null;
    fenced = error.code === 'fenced';
    if (fenced) runtime.warn(`another process holds a session as owner "${options.owner}"; two processes must never share one`, 'MIKO_FENCED');
    waker.wake();
  }

  function acknowledge(): void {
    if (id === null) return;
    acknowledgeNow = true;
    waker.wake();
  }

  async function close(): Promise<void> {
    closing.abort();
    waker.wake();
    await running;
    if (id === null) return;
    const leaving = id;
    id = null;
    try {
      await http.call('DELETE', `${sessions}/${leaving}`, { timeoutMs: CLOSE_TIMEOUT_MS });
    } catch (error) {
      report(error);
    }
  }

  function report(thrown: unknown): MikoError {
    const error = sayWriter(asMikoError(thrown, 'bad_answer', "Miko's answer about the session cannot be used"));
    onError(error);
    return error;
  }
}
