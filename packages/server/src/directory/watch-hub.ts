import { problemDocument, Problem, type Audience, type ErrorCode } from '@miko/model';
import type { Sink } from '../api/call.ts';
import { newRequestId } from '../api/request-id.ts';
import { asciiJson } from '../api/ascii-json.ts';
import { cursorOf, revisionOf, subscriptionOf } from './cursor.ts';
import { causeOf, encodedFor, listEndpoints } from './endpoint-list.ts';
import { errorFrame, frame } from './frames.ts';
import type { ServiceView, Touched, View } from './view.ts';

/** What follows the first change within this time may be joined; removals never wait. */
const JOIN_MS = 50;
const BOOKMARK_MS = 5_000;
/** A reader that has taken nothing for this long is disconnected: it resumes with its cursor. */
const SLOW_MS = 15_000;
/** Bytes a reader may be behind before frames stop and only the newest state waits for it. */
const MOST_WAITING_BYTES = 1024 * 1024;
const MOST_WATCHERS = 50_000;

export interface Subscription {
  readonly project: string;
  readonly services: readonly string[] | null;
  readonly audience: Audience;
}

interface Watcher {
  readonly sink: Sink;
  readonly session: string | null;
  /** False once the caller may not watch any more. */
  readonly allowed: () => boolean;
  /** Everything up to it was written. */
  revision: number;
  /** Since when it has been behind; null: it takes what comes. */
  slowSince: number | null;
}

/** All watchers of one subscription: a change is encoded once for them. */
interface Topic {
  readonly subscription: Subscription;
  readonly hash: string;
  readonly watchers: Set<Watcher>;
  readonly dirty: Map<ServiceView, Set<string>>;
  lastSent: number;
  timer: NodeJS.Timeout | null;
}

export class WatchHub {
  readonly #view: View;
  readonly #now: () => number;
  readonly #topics = new Map<string, Topic>();
  /** Topics by project and service name; `*` for those of all services. */
  readonly #byService = new Map<string, Set<Topic>>();
  readonly #ticker: NodeJS.Timeout;
  #count = 0;

  constructor(view: View, now: () => number = () => performance.now()) {
    this.#view = view;
    this.#now = now;
    this.#ticker = setInterval(() => this.#tick(), BOOKMARK_MS);
    view.onChange(touched => this.#changed(touched));
  }

  get watchers(): number {
    return this.#count;
  }

  /** Streams on this Miko that see the service and are tied to no session. */
  unsessioned(project: string, service: string): number {
    let count = 0;
    for (const name of [service, '*']) {
      for (const topic of this.#byService.get(`${project}/${name}`) ?? []) {
        for (const watcher of topic.watchers) if (watcher.session === null) count++;
      }
    }
    return count;
  }

  /** Throws Problem `overloaded` at the bound. `cursor` null, unreadable or too old: the stream begins with a snapshot. */
  open(subscription: Subscription, cursor: string | null, session: string | null, allowed: () => boolean): { open(sink: Sink): void } {
    if (this.#count >= MOST_WATCHERS) throw new Problem('overloaded', `${MOST_WATCHERS} streams are open`, { headers: { 'retry-after': '5' } });
    return { open: sink => this.#start(subscription, cursor, { sink, session, allowed, revision: 0, slowSince: null }) };
  }

  /** Ends every stream, telling its reader to come back. */
  close(): void {
    clearInterval(this.#ticker);
    this.endAll('Miko is stopping');
  }

  endAll(reason: string): void {
    const last = endFrame('not_ready', reason);
    for (const topic of this.#topics.values()) {
      if (topic.timer !== null) clearTimeout(topic.timer);
      topic.timer = null;
      topic.dirty.clear();
      for (const watcher of topic.watchers) watcher.sink.end(last);
    }
  }

  #start(subscription: Subscription, cursor: string | null, watcher: Watcher): void {
    const topic = this.#topic(subscription);
    // What waits to be joined goes to those who were here before; it is in whatever this watcher begins with.
    this.#flush(topic);
    topic.watchers.add(watcher);
    this.#count++;
    watcher.sink.onClosed(() => this.#leave(topic, watcher));
    watcher.sink.onDrained(() => this.#drained(topic, watcher));
    const since = cursor === null ? null : revisionOf(cursor, this.#view.installation, topic.hash);
    if (since !== null && since >= this.#view.horizon && since <= this.#view.revision) {
      watcher.revision = since;
      this.#catchUp(topic, watcher);
      if (watcher.revision === since) this.#send(watcher, frame('bookmark', this.#cursor(topic), `{"revision":${this.#view.revision}}`), this.#view.revision);
    } else {
      const { body } = listEndpoints(this.#view, { ...subscription, zones: null, tags: [], health: 'any' });
      this.#send(watcher, frame('snapshot', this.#cursor(topic), body), this.#view.revision);
    }
  }

  #leave(topic: Topic, watcher: Watcher): void {
    if (!topic.watchers.delete(watcher)) return;
    this.#count--;
    if (topic.watchers.size > 0) return;
    if (topic.timer !== null) clearTimeout(topic.timer);
    this.#topics.delete(topic.hash);
    for (const key of keysOf(topic.subscription)) {
      const topics = this.#byService.get(key)!;
      topics.delete(topic);
      if (topics.size === 0) this.#byService.delete(key);
    }
  }

  #changed(touched: readonly Touched[]): void {
    const urgent = new Map<Topic, boolean>();
    for (const { service, instances, removal } of touched) {
      for (const name of [service.name, '*']) {
        for (const topic of this.#byService.get(`${service.project}/${name}`) ?? []) {
          const dirty = topic.dirty.get(service) ?? new Set<string>();
          for (const instance of instances) dirty.add(instance);
          topic.dirty.set(service, dirty);
          urgent.set(topic, removal || (urgent.get(topic) ?? false));
        }
      }
    }
    for (const [topic, now] of urgent) {
      const wait = topic.lastSent + JOIN_MS - this.#now();
      if (now || wait <= 0) this.#flush(topic);
      else topic.timer ??= setTimeout(() => this.#flush(topic), wait);
    }
  }

  #flush(topic: Topic): void {
    if (topic.timer !== null) clearTimeout(topic.timer);
    topic.timer = null;
    if (topic.dirty.size === 0) return;
    topic.lastSent = this.#now();
    const services = [...topic.dirty].map(([service, instances]) => this.#delta(topic, service, instances));
    topic.dirty.clear();
    const revision = this.#view.revision;
    const bytes = frame('delta', this.#cursor(topic), `{"revision":${revision},"services":{${services.join(',')}}}`);
    for (const watcher of topic.watchers) if (watcher.slowSince === null) this.#send(watcher, bytes, revision);
  }

  #delta({ subscription: { audience } }: Topic, service: ServiceView, instances: Iterable<string>): string {
    const set: string[] = [];
    const gone: string[] = [];
    for (const instance of instances) {
      const entry = service.entries.get(instance);
      if (entry !== undefined && (audience === 'internal' || entry.shown.public_url !== null)) {
        set.push(encodedFor(audience, entry));
        continue;
      }
      if (entry?.wasPublic === true) gone.push(asciiJson({ instance, id: entry.shown.id, cause: 'deregistered' }));
      const tombstone = service.gone.get(instance);
      if (tombstone !== undefined && (audience === 'internal' || tombstone.wasPublic)) gone.push(asciiJson({ instance, id: tombstone.id, cause: tombstone.cause }));
    }
    return `${JSON.stringify(service.name)}:{${stateOf(service)},"set":[${set.join(',')}],"gone":[${gone.join(',')}]}`;
  }

  /** The newest state of everything that moved after what the watcher has: however much it missed, one frame. */
  #catchUp(topic: Topic, watcher: Watcher): void {
    const { subscription } = topic;
    const { services } = this.#view.project(subscription.project);
    const names = subscription.services ?? services.keys();
    const deltas: string[] = [];
    for (const name of names) {
      const service = services.get(name);
      if (service === undefined || service.shownRevision <= watcher.revision) continue;
      const moved: string[] = [];
      for (const [instance, { shown }] of service.entries) if (shown.revision > watcher.revision) moved.push(instance);
      for (const [instance, { revision }] of service.gone) if (revision > watcher.revision) moved.push(instance);
      deltas.push(this.#delta(topic, service, moved));
    }
    const revision = this.#view.revision;
    if (deltas.length > 0) this.#send(watcher, frame('delta', this.#cursor(topic), `{"revision":${revision},"services":{${deltas.join(',')}}}`), revision);
  }

  #send(watcher: Watcher, bytes: Buffer, revision: number): void {
    watcher.revision = revision;
    if (!watcher.sink.write(bytes) && watcher.sink.waiting > MOST_WAITING_BYTES) watcher.slowSince ??= this.#now();
  }

  #drained(topic: Topic, watcher: Watcher): void {
    if (watcher.slowSince === null) return;
    this.#flush(topic);
    watcher.slowSince = null;
    this.#catchUp(topic, watcher);
  }

  #tick(): void {
    for (const topic of this.#topics.values()) {
      const bytes = frame('bookmark', this.#cursor(topic), `{"revision":${this.#view.revision}}`);
      const clean = topic.dirty.size === 0;
      for (const watcher of topic.watchers) {
        if (!watcher.allowed()) watcher.sink.end(endFrame('denied', 'the credential of this stream does not hold any more'));
        else if (watcher.slowSince !== null && this.#now() - watcher.slowSince > SLOW_MS) watcher.sink.destroy();
        else if (watcher.slowSince === null && clean) this.#send(watcher, bytes, this.#view.revision);
      }
    }
  }

  #topic(subscription: Subscription): Topic {
    const hash = subscriptionOf(subscription.project, subscription.services, subscription.audience);
    const known = this.#topics.get(hash);
    if (known !== undefined) return known;
    const topic: Topic = { subscription, hash, watchers: new Set(), dirty: new Map(), lastSent: -JOIN_MS, timer: null };
    this.#topics.set(hash, topic);
    for (const key of keysOf(subscription)) {
      const topics = this.#byService.get(key) ?? new Set();
      topics.add(topic);
      this.#byService.set(key, topics);
    }
    return topic;
  }

  #cursor(topic: Topic): string {
    return cursorOf(this.#view.installation, this.#view.revision, topic.hash);
  }
}

const keysOf = ({ project, services }: Subscription): string[] => [...new Set(services ?? ['*'])].map(name => `${project}/${name}`);

function stateOf(service: ServiceView): string {
  if (!service.exists) return '"state":"unknown"';
  if (service.entries.size > 0) return `"state":"known","revision":${service.shownRevision},"cause":null`;
  return `"state":"empty","revision":${service.shownRevision},"cause":"${causeOf(service)}"`;
}

const endFrame = (code: ErrorCode, detail: string): Buffer =>
  errorFrame(asciiJson(problemDocument(new Problem(code, detail), newRequestId())), code === 'not_ready' ? 1_000 : 10_000);
