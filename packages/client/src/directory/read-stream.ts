import type { Http } from '../http.ts';
import { asMikoError, errorFromProblem, MikoError } from '../problem.ts';
import type { Runtime } from '../runtime.ts';
import { readFrame } from '../wire.ts';
import type { Frame } from '../wire.ts';
import { createSseDecoder } from './sse.ts';

/** How one stream ended. */
export type Ending = {
  /** Null when it was ended on purpose, or by Miko without a word. */
  readonly error: MikoError | null;
  /** How long Miko asked to stay away. */
  readonly retryMs: number;
  /** Null when it could not be opened. */
  readonly livedMs: number | null;
  /** It was taken, and brought nothing: something between here and Miko cuts streams. */
  readonly cut: boolean;
};

export type ReadStreamOptions = {
  readonly http: Http;
  readonly runtime: Runtime;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Miko begins each stream with a frame: one that brings none for so long is cut. */
  readonly firstFrameMs: number;
  /** The first whole frame is here; called before `onFrame`. */
  readonly onLive: () => void;
  /** `id` is the cursor that the frame came with. */
  readonly onFrame: (frame: Frame, id: string | null) => void;
};

/** Bookmarks come at least each 10 s: two and a half of them missed is a dead connection. */
const SILENCE_MS = 25_000;
const MAX_EVENT_CHARS = 64 * 1024 * 1024;
/** Miko's `retry:` is obeyed up to here. */
const MAX_RETRY_MS = 300_000;
const MEDIA_TYPE = 'text/event-stream';

/** Opens one stream and hands on its frames until it ends, or `controller` ends it; never throws. */
export async function readStream(options: ReadStreamOptions, controller: AbortController): Promise<Ending> {
  const { http, runtime } = options;
  const decoder = createSseDecoder(MAX_EVENT_CHARS);
  let openedAt: number | null = null;
  let live = false;
  let cancelFirst = (): void => undefined;
  const ending = (error: MikoError | null, cut: boolean): Ending => ({
    error,
    retryMs: Math.min(decoder.retryMs() ?? 0, MAX_RETRY_MS),
    livedMs: openedAt === null ? null : runtime.now() - openedAt,
    cut,
  });
  try {
    const response = await http.openStream(options.path, options.headers, controller);
    if (!isEventStream(response)) return ending(new MikoError('bad_answer', `the stream from Miko came as ${response.headers.get('content-type') ?? 'no media type'}`), true);
    openedAt = runtime.now();
    cancelFirst = runtime.after(options.firstFrameMs, () => controller.abort(silent('brought no frame', options.firstFrameMs)));
    for await (const text of textOf(response, runtime, controller)) {
      for (const event of decoder.push(text)) {
        cancelFirst();
        const frame = readFrame(event.event, event.data);
        if (frame.type === 'error') return ending(errorFromProblem(frame.problem), false);
        if (!live) options.onLive();
        live = true;
        options.onFrame(frame, event.id === '' ? null : event.id);
      }
    }
    return ending(null, !live && !isStopped(controller));
  } catch (thrown) {
    if (isStopped(controller)) return ending(null, false);
    const error = asMikoError(thrown, 'unreachable', 'the stream from Miko broke off');
    // No head of an answer in time is a stream that somebody keeps to himself; no connection is an outage.
    const taken = openedAt !== null || error.code === 'timeout';
    return ending(error, taken && !live && error.code !== 'bad_answer');
  } finally {
    cancelFirst();
    controller.abort();
  }
}

/** Ended by the client itself, for a reason that is no failure. */
function isStopped(controller: AbortController): boolean {
  return controller.signal.aborted && !(controller.signal.reason instanceof MikoError);
}

function isEventStream(response: Response): boolean {
  return (response.headers.get('content-type') ?? '').toLowerCase().startsWith(MEDIA_TYPE);
}

/** The body as text pieces; throws `timeout` after 25 s of silence. */
async function* textOf(response: Response, runtime: Runtime, controller: AbortController): AsyncGenerator<string> {
  if (response.body === null) return;
  const decoder = new TextDecoder();
  let heardAt = runtime.now();
  let cancel = runtime.after(SILENCE_MS, listen);
  function listen(): void {
    const quiet = runtime.now() - heardAt;
    if (quiet >= SILENCE_MS) controller.abort(silent('was silent', SILENCE_MS));
    else cancel = runtime.after(SILENCE_MS - quiet, listen);
  }
  try {
    for await (const chunk of response.body) {
      heardAt = runtime.now();
      yield decoder.decode(chunk, { stream: true });
    }
  } catch (error) {
    throw controller.signal.reason instanceof MikoError ? controller.signal.reason : error;
  } finally {
    cancel();
  }
}

function silent(how: string, ms: number): MikoError {
  return new MikoError('timeout', `the stream from Miko ${how} for ${ms} ms`);
}
