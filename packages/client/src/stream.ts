import { backoffMs, QUICK, waitAfter } from './backoff.ts';
import type { Http } from './http.ts';
import { asMikoError, errorFromProblem, MikoError } from './problem.ts';
import { createWaker, pause } from './runtime.ts';
import type { Runtime } from './runtime.ts';
import { createSseDecoder } from './sse.ts';
import { readFrame } from './wire.ts';
import type { Frame } from './wire.ts';

/**
 * The one event stream of a client, for all its subscriptions. It reconnects for ever, with jitter; it resumes by the
 * cursor of the last frame that was applied; where the cursor no longer serves, Miko sends a snapshot in its place.
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
  /** The services to watch; with none, no stream is opened. */
  readonly services: () => readonly string[];
  /** The session whose acknowledgements speak for this stream; null without one. */
  readonly session: () => Promise<string | null>;
  readonly onFrame: (frame: Frame) => void;
  readonly onConnected: () => void;
  /** The stream ended; it is not yet known whether it can be had again. */
  readonly onLost: () => void;
  /** An attempt to open or read the stream, under `session`, failed. */
  readonly onFailed: (error: MikoError, session: string | null) => void;
};

/** Bookmarks come at least each 10 s: two and a half of them missed is a dead connection. */
const SILENCE_MS = 25_000;
/** A stream that lived this long was a good one: the next attempt starts with the shortest wait. */
const SETTLED_MS = 10_000;
const MAX_EVENT_CHARS = 64 * 1024 * 1024;
/** Miko's `retry:` is obeyed up to here. */
const MAX_RETRY_MS = 300_000;

/** `livedMs` is null when the stream could not be opened. */
type Ending = { readonly session: string | null; readonly error: MikoError | null; readonly retryMs: number; readonly livedMs: number | null };

export function createStream(options: StreamOptions): Stream {
  const { http, runtime, services } = options;
  const closing = new AbortController();
  const waker = createWaker(runtime);
  let cursor: { readonly id: string; readonly services: string } | null = null;
  let reading: AbortController | null = null;
  let reopening = false;
  const running = run();

  return {
    reopen: () => {
      reopening = true;
      // Calls of one turn are joined: three subscriptions in a row open one stream.
      setImmediate(() => {
        if (!reopening) return;
        reading?.abort();
        waker.wake();
      });
    },
    close: async () => {
      closing.abort();
      reading?.abort();
      waker.wake();
      await running;
    },
  };

  async function run(): Promise<void> {
    let failures = 0;
    let shortLived = 0;
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
      if (ending.error !== null) options.onFailed(ending.error, ending.session);
      if (ending.livedMs !== null) shortLived = ending.livedMs >= SETTLED_MS ? 0 : shortLived + 1;
      await pause(runtime, waitBeforeNext(ending, Math.max(failures, shortLived, 1) - 1), closing.signal);
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
    reading = controller;
    const wanted = [...services()].sort().join(',');
    const decoder = createSseDecoder(MAX_EVENT_CHARS);
    let openedAt: number | null = null;
    const ending = (error: MikoError | null): Ending => ({
      session,
      error,
      retryMs: Math.min(decoder.retryMs() ?? 0, MAX_RETRY_MS),
      livedMs: openedAt === null ? null : runtime.now() - openedAt,
    });
    try {
      if (closing.signal.aborted) return ending(null);
      const response = await http.openStream(pathOf(wanted, session), headersOf(wanted), controller);
      if (response.body === null) return ending(null);
      openedAt = runtime.now();
      options.onConnected();
      for await (const text of textOf(response.body, controller)) {
        for (const event of decoder.push(text)) {
          const frame = readFrame(event.event, event.data);
          if (frame.type === 'error') return ending(errorFromProblem(frame.problem));
          options.onFrame(frame);
          if (event.id !== null && event.id !== '') cursor = { id: event.id, services: wanted };
        }
      }
      return ending(null);
    } catch (error) {
      const stopped = controller.signal.aborted && !(controller.signal.reason instanceof MikoError);
      return ending(stopped ? null : asMikoError(error, 'unreachable', 'the stream from Miko broke off'));
    } finally {
      reading = null;
      controller.abort();
      if (openedAt !== null && !reopening) options.onLost();
    }
  }

  function pathOf(wanted: string, session: string | null): string {
    const bound = session === null ? '' : `&session=${encodeURIComponent(session)}`;
    return `/v1/projects/${encodeURIComponent(options.project)}/endpoints:watch?service=${wanted}${bound}`;
  }

  /** A cursor holds its subscription: for other services it would only cost Miko the reading. */
  function headersOf(wanted: string): Record<string, string> {
    return cursor !== null && cursor.services === wanted ? { 'last-event-id': cursor.id } : {};
  }

  /** The body as text pieces; throws `timeout` after 25 s of silence. */
  async function* textOf(body: AsyncIterable<Uint8Array>, controller: AbortController): AsyncGenerator<string> {
    const decoder = new TextDecoder();
    let heardAt = runtime.now();
    let cancel = runtime.after(SILENCE_MS, listen);
    function listen(): void {
      const silent = runtime.now() - heardAt;
      if (silent >= SILENCE_MS) controller.abort(new MikoError('timeout', `the stream from Miko was silent for ${SILENCE_MS} ms`));
      else cancel = runtime.after(SILENCE_MS - silent, listen);
    }
    try {
      for await (const chunk of body) {
        heardAt = runtime.now();
        yield decoder.decode(chunk, { stream: true });
      }
    } catch (error) {
      throw controller.signal.reason instanceof MikoError ? controller.signal.reason : error;
    } finally {
      cancel();
    }
  }
}
