import type { Cache } from './cache.ts';
import type { Answer } from './endpoint.ts';
import type { Events } from './events.ts';
import type { Http } from './http.ts';
import { createLists } from './lists.ts';
import type { Applied } from './lists.ts';
import { asMikoError, isRefusal, MikoError } from './problem.ts';
import type { Runtime } from './runtime.ts';
import { createStream } from './stream.ts';
import type { Frame } from './wire.ts';

/**
 * This process's copy of the directory: what it asked for once is watched until it closes. What it holds is replaced
 * by better knowledge only, never by an outage, however long.
 */
export type Directory = {
  /** The answer held; the first time, waits a bounded time for Miko's, and falls back to the disk's. */
  readonly answer: (service: string) => Promise<Answer>;
  /** The answer held at this moment; null when there is none. */
  readonly current: (service: string) => Answer | null;
  /** Calls `take` with the answer held, when there is one, and with each new one. `end` is called when all closes. */
  readonly watch: (service: string, take: (answer: Answer) => void, end: () => void) => () => void;
  /** The session is another one: the stream must say so to Miko. */
  readonly sessionChanged: () => void;
  /** The revision up to which everything was applied; null before the first frame. */
  readonly applied: () => number | null;
  readonly connected: () => boolean;
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
  readonly cache: Cache | null;
  readonly events: Events;
  readonly session: () => Promise<string | null>;
  /** The stream was refused or ended with an error, under that session. */
  readonly onStreamFailed: (error: MikoError, session: string | null) => void;
  /** Something was taken away or drained, or a whole list came: Miko should hear at once that it was applied. */
  readonly onReleased: () => void;
};

/** All names stand in the address of the stream, of which Miko takes 8192 characters; the rest is room for its other parts. */
const MAX_NAMES_CHARS = 7_000;
const STORE_DELAY_MS = 500;

export function createDirectory(options: DirectoryOptions): Directory {
  const { runtime, cache, events } = options;
  const lists = createLists();
  const services = new Set<string>();
  let namesChars = 0;
  const watchers = new Map<string, Set<{ readonly take: (answer: Answer) => void; readonly end: () => void }>>();
  /** Looks again whether a first answer is there. */
  const waiters = new Set<() => void>();
  let applied: number | null = null;
  let connected = false;
  let failure: MikoError | null = null;
  let told = false;
  let closed = false;
  let cancelStore: (() => void) | null = null;
  let staleSince = restore();

  const stream = createStream({
    http: options.http,
    runtime,
    project: options.project,
    services: () => [...services],
    session: options.session,
    onFrame,
    onConnected,
    onLost,
    onFailed,
  });

  return {
    answer,
    current: (service) => lists.answer(service),
    watch,
    sessionChanged: stream.reopen,
    applied: () => applied,
    connected: () => connected,
    staleSince: () => (staleSince === null ? null : new Date(staleSince)),
    close,
  };

  async function answer(service: string): Promise<Answer> {
    subscribe(service);
    return settled(service) ?? firstAnswer(service);
  }

  function subscribe(service: string): void {
    if (services.has(service)) return;
    if (closed) throw new MikoError('closed', 'the client is closed');
    if (!SERVICE_NAME.test(service)) throw new MikoError('invalid_argument', `service "${service.slice(0, 100)}" must match ${SERVICE_NAME.source}`);
    const chars = namesChars + service.length + 1;
    if (chars > MAX_NAMES_CHARS) throw new MikoError('too_many', `the names of all services that one client watches have at most ${MAX_NAMES_CHARS} characters`);
    namesChars = chars;
    services.add(service);
    stream.reopen();
  }

  /** An answer that waiting would not better; null while Miko may still give one. */
  function settled(service: string): Answer | null {
    const held = lists.answer(service);
    if (lists.heard(service)) return held;
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
      const cancel = runtime.after(options.firstAnswerMs, () =>
        finish(lists.answer(service) ?? { state: 'not_ready', service, error: failure }),
      );
      waiters.add(look);
    });
  }

  function watch(service: string, take: (answer: Answer) => void, end: () => void): () => void {
    subscribe(service);
    const watcher = { take, end };
    const group = watchers.get(service) ?? new Set();
    watchers.set(service, group.add(watcher));
    const held = lists.answer(service);
    // Later than this turn, so that the caller holds what `watch` answers when its listener runs.
    if (held !== null) queueMicrotask(() => group.has(watcher) && tell(watcher.take, lists.answer(service) ?? held));
    return () => void group.delete(watcher);
  }

  function onFrame(frame: Frame): void {
    if (frame.type === 'error' || frame.type === 'other') return;
    const done = frame.type === 'bookmark' ? NOTHING : frame.type === 'snapshot' ? lists.applySnapshot(frame) : lists.applyDelta(frame);
    applied = frame.revision;
    publish(done.changed);
    if (done.released) options.onReleased();
  }

  function publish(changed: readonly string[]): void {
    for (const service of changed) {
      const held = lists.answer(service);
      if (held === null) continue;
      for (const watcher of watchers.get(service) ?? []) tell(watcher.take, held);
      events.emit('change', held);
    }
    if (changed.length > 0) storeSoon();
    lookAgain();
  }

  function tell(take: (answer: Answer) => void, held: Answer): void {
    try {
      take(held);
    } catch (error) {
      report('listener', asMikoError(error, 'listener_failed', `a listener of ${held.service} threw`));
    }
  }

  function onConnected(): void {
    connected = true;
    staleSince = null;
    failure = null;
    told = false;
    events.emit('connected', { url: options.url });
  }

  function onLost(): void {
    if (connected) staleSince = runtime.now();
    connected = false;
  }

  function onFailed(error: MikoError, session: string | null): void {
    // Also when it was given up for a new one on purpose, and that could not be opened.
    onLost();
    failure = error;
    report('stream', error);
    if (!told) events.emit('stale', { since: staleSince === null ? null : new Date(staleSince), error });
    told = true;
    options.onStreamFailed(error, session);
    lookAgain();
  }

  function lookAgain(): void {
    for (const look of waiters) look();
  }

  /** Takes over what the disk remembers; answers since when that may be old. */
  function restore(): number | null {
    try {
      const saved = cache?.load() ?? null;
      if (saved === null) return null;
      lists.restore(saved.lists);
      return saved.savedAt;
    } catch (error) {
      // In the next turn, when the caller of `connect` could say who listens.
      queueMicrotask(() => report('cache', asMikoError(error, 'cache_failed', 'the endpoint cache cannot be read')));
      return null;
    }
  }

  function storeSoon(): void {
    if (cache !== null) cancelStore ??= runtime.after(STORE_DELAY_MS, store);
  }

  function store(): void {
    cancelStore?.();
    cancelStore = null;
    try {
      cache?.store(lists.save(), runtime.now());
    } catch (error) {
      report('cache', asMikoError(error, 'cache_failed', 'the endpoint cache cannot be written'));
    }
  }

  function report(during: 'stream' | 'cache' | 'listener', error: MikoError): void {
    events.emit('error', { during, error });
  }

  async function close(): Promise<void> {
    closed = true;
    failure = new MikoError('closed', 'the client is closed');
    lookAgain();
    await stream.close();
    if (cancelStore !== null) store();
    for (const group of watchers.values()) for (const watcher of group) watcher.end();
    watchers.clear();
  }
}

const SERVICE_NAME = /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/;

const NOTHING: Applied = { changed: [], released: false };
