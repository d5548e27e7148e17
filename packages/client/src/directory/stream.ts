import { backoffMs, QUICK, waitAfter } from '../backoff.ts';
import type { Http } from '../http.ts';
import type { MikoError } from '../problem.ts';
import { createWaker, pause } from '../runtime.ts';
import type { Runtime } from '../runtime.ts';
import type { Frame } from '../wire.ts';
import { startPolling } from './polling.ts';
import type { Polling } from './polling.ts';
import { readStream } from './read-stream.ts';
import type { Ending } from './read-stream.ts';

/**
 * The one event stream of a client, for all its subscriptions. It reconnects for ever, with jitter; it resumes by the
 * cursor of the last frame that was applied; where the cursor no longer serves, Miko sends a snapshot in its place.
 * Where something cuts every stream, the endpoint list is polled instead, until a stream brings a frame again.
 */
export type Stream = {
  /** The subscriptions or the session are others now: the stream is opened anew, at once when it runs. */
  readonly reopen: () => void;
  readonly close: () => Promise<void>;
};

export type StreamOptions = {
  readonly http: Http;
  readonly runtime: Runtime;
  readonly project: string;
  readonly firstFrameMs: number;
  readonly pollMs: number;
  /** The services to watch; with none, no stream is opened. */
  readonly services: () => readonly string[];
  /** The session whose acknowledgements speak for this stream; null without one. */
  readonly session: () => Promise<string | null>;
  /** The revision that is applied; null before the first frame. */
  readonly applied: () => number | null;
  readonly onFrame: (frame: Frame) => void;
  /** A list that was polled: as a snapshot, but its revision is that of its services alone. */
  readonly onPolled: (frame: Frame & { type: 'snapshot' }) => void;
  readonly onConnected: (by: 'stream' | 'polling') => void;
  /** The stream ended; it is not yet known whether it can be had again. */
  readonly onLost: () => void;
  /** An attempt to open or read the stream, under `session`, or a poll failed. `down`: nothing brings the lists now. */
  readonly onFailed: (error: MikoError, session: string | null, down: boolean) => void;
};

/** A stream that lived this long was a good one: the next attempt starts with the shortest wait. */
const SETTLED_MS = 10_000;
/** So many streams in a row that brought nothing are no accident. */
const CUTS_UNTIL_POLLING = 2;
const STREAM_WHILE_POLLING_MS = 60_000;

export function createStream(options: StreamOptions): Stream {
  const { http, runtime, services } = options;
  const closing = new AbortController();
  const waker = createWaker(runtime);
  let cursor: { readonly id: string; readonly services: string } | null = null;
  let reading: AbortController | null = null;
  let polling: Polling | null = null;
  let polled = false;
  let reopening = false;
  const running = run();

  return {
    reopen: () => {
      reopening = true;
      // Calls of one turn are joined: three subscriptions in a row open one stream.
      setImmediate(() => {
        if (!reopening) return;
        reading?.abort();
        polling?.again();
        waker.wake();
      });
    },
    close: async () => {
      closing.abort();
      reading?.abort();
      stopPolling();
      waker.wake();
      await running;
    },
  };

  async function run(): Promise<void> {
    let failures = 0;
    let shortLived = 0;
    let cuts = 0;
    while (!closing.signal.aborted) {
      if (services().length === 0) {
        await waker.wait(Number.POSITIVE_INFINITY);
        continue;
      }
      const ending = await readOne();
      if (closing.signal.aborted) break;
      // Both count: a Miko that cannot be reached, and one whose streams end as soon as they are opened.
      if (ending.livedMs !== null) failures = 0;
      else if (ending.error !== null) failures += 1;
      if (reopening && ending.error === null) continue;
      if (ending.livedMs !== null) shortLived = ending.livedMs >= SETTLED_MS ? 0 : shortLived + 1;
      cuts = ending.cut ? cuts + 1 : 0;
      if (cuts >= CUTS_UNTIL_POLLING) polling ??= poll();
      if (polling === null) await pause(runtime, waitBeforeNext(ending, Math.max(failures, shortLived, 1) - 1), closing.signal);
      else await pause(runtime, STREAM_WHILE_POLLING_MS, polling.over);
      if (polling?.over.aborted === true) [polling, cuts] = [null, 0];
    }
  }

  function waitBeforeNext(ending: Ending, attempt: number): number {
    const own = ending.error === null ? backoffMs(QUICK, attempt, runtime.random) : waitAfter(ending.error, QUICK, attempt, runtime);
    return Math.max(own, ending.retryMs * (1 + runtime.random() / 5));
  }

  /** Opens the stream and applies its frames until it ends; never throws. */
  async function readOne(): Promise<Ending> {
    const session = await options.session();
    reopening = false;
    const controller = new AbortController();
    if (closing.signal.aborted) controller.abort();
    reading = controller;
    let live = false;
    const wanted = [...services()].sort().join(',');
    const path = pathOf(wanted, session);
    const ending = await readStream({ http, runtime, path, headers: headersOf(wanted), firstFrameMs: options.firstFrameMs, onLive, onFrame }, controller);
    reading = null;
    if (live && !reopening) options.onLost();
    if (ending.error !== null && !closing.signal.aborted) options.onFailed(ending.error, session, !polled);
    return ending;

    function onLive(): void {
      live = true;
      stopPolling();
      options.onConnected('stream');
    }

    function onFrame(frame: Frame, id: string | null): void {
      options.onFrame(frame);
      if (id !== null) cursor = { id, services: wanted };
    }
  }

  function poll(): Polling {
    return startPolling({
      http,
      runtime,
      project: options.project,
      pollMs: options.pollMs,
      services,
      applied: options.applied,
      onList: options.onPolled,
      onAnswered: () => {
        if (!polled) options.onConnected('polling');
        polled = true;
      },
      onFailed: (error) => {
        polled = false;
        options.onFailed(error, null, true);
      },
    });
  }

  function stopPolling(): void {
    polling?.stop();
    polling = null;
    polled = false;
  }

  function pathOf(wanted: string, session: string | null): string {
    const bound = session === null ? '' : `&session=${encodeURIComponent(session)}`;
    return `/v1/projects/${encodeURIComponent(options.project)}/endpoints:watch?service=${wanted}${bound}`;
  }

  /** A cursor holds its subscription: for other services it would only cost Miko the reading. */
  function headersOf(wanted: string): Record<string, string> {
    return cursor !== null && cursor.services === wanted ? { 'last-event-id': cursor.id } : {};
  }
}
