import type { Http } from '../http.ts';
import type { Events } from '../observe/events.ts';
import { createRefusalWarning } from '../observe/refusal-warning.ts';
import { asMikoError, isRefusal, MikoError } from '../problem.ts';
import type { Runtime } from '../runtime.ts';
import type { Frame } from '../wire.ts';
import type { Cache } from './cache.ts';
import { createEmptyConfirmation } from './confirm-empty.ts';
import type { Answer } from './endpoint.ts';
import type { FixedConnections } from './fixed.ts';
import { createLists } from './lists.ts';
import type { Applied } from './lists.ts';
import { createSavedLists } from './saved-lists.ts';
import { createStream } from './stream.ts';
import { createSubscriptions } from './subscriptions.ts';
import { createWatchers } from './watchers.ts';

/**
 * This process's copy of the directory: what it asked for once is watched until it closes. What it holds is replaced
 * by better knowledge only, never by an outage, however long.
 */
export type Directory = {
  /** Watches the services from now on. Throws `invalid_argument` or `too_many`. */
  readonly subscribe: (services: readonly string[]) => void;
  /** The answer held; the first time, waits a bounded time for Miko's, and falls back to the disk's. */
  readonly answer: (service: string) => Promise<Answer>;
  /** The answer held at this moment, the same object until it changes; null when there is none. */
  readonly current: (service: string) => Answer | null;
  /** The same, once waiting would not better it: Miko has spoken, or cannot be asked. */
  readonly settled: (service: string) => Answer | null;
  /** Calls `take` with the answer held, when there is one, and with each new one. `end` is called when all closes. */
  readonly watch: (service: string, take: (answer: Answer) => void, end: () => void) => () => void;
  /** The session is another one: the stream must say so to Miko. */
  readonly sessionChanged: () => void;
  /** The revision up to which everything was applied; null before the first frame. */
  readonly applied: () => number | null;
  /** The stream runs, or polling in its place. */
  readonly connected: () => boolean;
  /** Why nothing brings the lists at this moment; null while something does, and before the first attempt ended. */
  readonly failure: () => MikoError | null;
  /** Ends when Miko refuses the lists for a reason that waiting does not mend, at once when it does already; or with the signal. */
  readonly untilRefused: (signal: AbortSignal) => Promise<void>;
  /** Since when the lists may be old; null while they are current, and while there are none. */
  readonly staleSince: () => Date | null;
  readonly close: () => Promise<void>;
};

export type DirectoryOptions = {
  readonly http: Http;
  readonly runtime: Runtime;
  readonly url: string;
  readonly project: string;
  readonly firstAnswerMs: number;
  readonly confirmEmptyMs: number;
  readonly firstFrameMs: number;
  readonly pollMs: number;
  readonly cache: Cache | null;
  readonly fixed: FixedConnections;
  readonly events: Events;
  readonly session: () => Promise<string | null>;
  /** The stream was refused or ended with an error, under that session. */
  readonly onStreamFailed: (error: MikoError, session: string | null) => void;
  /** Something was taken away or drained, or a whole list came: Miko should hear at once that it was applied. */
  readonly onReleased: () => void;
};

export function createDirectory(options: DirectoryOptions): Directory {
  const { http, runtime, project, fixed, events } = options;
  const lists = createLists();
  const subscriptions = createSubscriptions();
  const watchers = createWatchers(({ service }, thrown) => report('listener', asMikoError(thrown, 'listener_failed', `a listener of ${service} threw`)));
  const refusal = createRefusalWarning(runtime, options.url, 'to tell this client its endpoints');
  const saved = createSavedLists({ cache: options.cache, lists, runtime, onFailed: (error) => report('cache', error) });
  /** The services whose first question waited its time, and waits no more. */
  const waited = new Set<string>();
  /** Each looks again whether what it waits for is there. */
  const waiters = new Set<() => void>();
  let applied: number | null = null;
  let connected: 'stream' | 'polling' | null = null;
  let failure: MikoError | null = null;
  let told = false;
  let closed = false;
  let staleSince = saved.savedAt;

  const stream = createStream({
    http,
    runtime,
    project,
    firstFrameMs: options.firstFrameMs,
    pollMs: options.pollMs,
    services: subscriptions.all,
    session: options.session,
    applied: () => applied,
    onFrame,
    onPolled: (frame) => {
      applied = Math.max(applied ?? 0, frame.revision);
      take(lists.applySnapshot(frame));
    },
    onConnected,
    onLost,
    onFailed,
  });
  const confirmation = createEmptyConfirmation({
    http,
    runtime,
    project,
    confirmEmptyMs: options.confirmEmptyMs,
    isDoubted: lists.isDoubted,
    onAnswer: (services) => take(lists.applyConfirmation(services)),
    onFailed: (error) => report('stream', error),
  });

  return {
    subscribe,
    answer,
    current,
    settled,
    watch,
    sessionChanged: stream.reopen,
    applied: () => applied,
    connected: () => connected !== null,
    failure: () => failure,
    untilRefused,
    staleSince: () => (staleSince === null ? null : new Date(staleSince)),
    close,
  };

  function subscribe(services: readonly string[]): void {
    if (closed) throw new MikoError('closed', 'the client is closed');
    if (subscriptions.add(services)) stream.reopen();
  }

  function current(service: string): Answer | null {
    return fixed.under(service, lists.answer(service));
  }

  async function answer(service: string): Promise<Answer> {
    subscribe([service]);
    return settled(service) ?? firstAnswer(service);
  }

  function settled(service: string): Answer | null {
    const held = current(service);
    if (lists.heard(service)) return held;
    if (waited.has(service)) return held ?? { state: 'not_ready', service, error: failure };
    if (failure === null) return null;
    return held ?? (closed || isRefusal(failure) ? { state: 'not_ready', service, error: failure } : null);
  }

  function firstAnswer(service: string): Promise<Answer> {
    return new Promise((resolve) => {
      const finish = (found: Answer): void => {
        cancel();
        waiters.delete(look);
        resolve(found);
      };
      const look = (): void => {
        const found = settled(service);
        if (found !== null) finish(found);
      };
      const cancel = runtime.after(options.firstAnswerMs, () => {
        waited.add(service);
        look();
      });
      waiters.add(look);
    });
  }

  function untilRefused(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const end = (): void => {
        waiters.delete(look);
        signal.removeEventListener('abort', end);
        resolve();
      };
      const look = (): void => {
        if (signal.aborted || (failure !== null && isRefusal(failure))) end();
      };
      waiters.add(look);
      signal.addEventListener('abort', end, { once: true });
      look();
    });
  }

  function watch(service: string, listener: (answer: Answer) => void, end: () => void): () => void {
    subscribe([service]);
    return watchers.add(service, listener, end, () => current(service));
  }

  function onFrame(frame: Frame): void {
    if (frame.type === 'error' || frame.type === 'other') return;
    applied = frame.revision;
    if (frame.type === 'snapshot') take(lists.applySnapshot(frame));
    else if (frame.type === 'delta') take(lists.applyDelta(frame));
  }

  function take({ changed, doubted, released }: Applied): void {
    for (const service of changed) {
      const held = current(service);
      if (held === null) continue;
      watchers.tell(held);
      events.emit('changed', held);
    }
    for (const service of doubted) events.emit('held_empty', { service });
    if (doubted.length > 0) confirmation.begin(doubted);
    if (changed.length > 0) saved.changed();
    lookAgain();
    if (released) options.onReleased();
  }

  function onConnected(by: 'stream' | 'polling'): void {
    const before = connected;
    connected = by;
    staleSince = null;
    failure = null;
    told = false;
    refusal.works();
    if (by !== before) events.emit(by === 'stream' ? 'connected' : 'polling', { url: options.url });
  }

  function onLost(): void {
    if (connected !== null) staleSince = runtime.wallNow();
    connected = null;
  }

  function onFailed(error: MikoError, session: string | null, down: boolean): void {
    report('stream', error);
    refusal.failed(error);
    if (down) {
      // Also when it was given up for a new one on purpose, and that could not be opened.
      onLost();
      failure = error;
      if (!told) events.emit('stale', { since: staleSince === null ? null : new Date(staleSince), error });
      told = true;
    }
    options.onStreamFailed(error, session);
    lookAgain();
  }

  function lookAgain(): void {
    for (const look of waiters) look();
  }

  function report(during: 'stream' | 'cache' | 'listener', error: MikoError): void {
    events.emit('error', { during, error });
  }

  async function close(): Promise<void> {
    closed = true;
    failure = new MikoError('closed', 'the client is closed');
    lookAgain();
    confirmation.close();
    await stream.close();
    saved.close();
    watchers.end();
  }
}
