import type { Audience } from '@miko/model';
import type { Sink } from '../api/call.ts';
import { asciiJson } from '../api/ascii-json.ts';
import { cursorOf, revisionOf, subscriptionOf } from './cursor.ts';
import { causeOf, encodedFor, renderList, stampOf } from './endpoint-list.ts';
import { frame } from './frames.ts';
import { admitReader, BOOKMARK_MS, endFrame, lostCredential, Reader } from './reader.ts';
import type { ServiceView, Touched, View } from './view.ts';

/** What follows the first change within this time may be joined; removals never wait. */
const JOIN_MS = 50;

export interface Subscription {
  readonly project: string;
  readonly services: readonly string[] | null;
  readonly audience: Audience;
}

interface Watcher {
  readonly reader: Reader;
  readonly session: string | null;
  /** It is too far behind for every step: the newest state waits until it has taken what it was sent. */
  isSlow: boolean;
}

/** All watchers of one subscription: a change is encoded once for them. */
interface Topic {
  readonly subscription: Subscription;
  readonly key: string;
  /** Its part of a cursor; too short to tell topics apart by. */
  readonly hash: string;
  readonly watchers: Set<Watcher>;
  readonly dirty: Map<ServiceView, Set<string>>;
  /** The last snapshot, as long as nothing it shows has changed: many readers may begin at once. */
  snapshot: { readonly stamp: number; readonly revision: number; readonly bytes: Buffer } | null;
  /** Up to where its frames tell. */
  revision: number;
  lastSent: number;
  timer: NodeJS.Timeout | null;
}

export class WatchHub {
  readonly #view: View;
  readonly #cut: (readers: number) => void;
  readonly #now: () => number;
  readonly #topics = new Map<string, Topic>();
  /** Topics by project and service name; `*` for those of all services. */
  readonly #byService = new Map<string, Set<Topic>>();
  readonly #ticker: NodeJS.Timeout;
  #count = 0;
  #closed = false;

  /** `cut`: told at most once a tick how many readers were disconnected because they took nothing. */
  constructor(view: View, cut: (readers: number) => void, now: () => number = () => performance.now()) {
    this.#view = view;
    this.#cut = cut;
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
    admitReader(this.#closed, this.#count);
    return { open: sink => this.#start(subscription, cursor, { reader: new Reader(sink, allowed), session, isSlow: false }) };
  }

  /** Ends every stream, telling its reader to come back. */
  close(): void {
    this.#closed = true;
    clearInterval(this.#ticker);
    this.endAll('Miko is stopping');
  }

  endAll(reason: string): void {
    const last = endFrame('not_ready', reason);
    for (const topic of this.#topics.values()) for (const watcher of topic.watchers) this.#end(topic, watcher, last);
  }

  /** Left first: what comes after the end of a stream must not be written to it. */
  #end(topic: Topic, watcher: Watcher, last: Buffer): void {
    this.#leave(topic, watcher);
    watcher.reader.sink.end(last);
  }

  #start(subscription: Subscription, cursor: string | null, watcher: Watcher): void {
    const topic = this.#topic(subscription);
    // What waits to be joined goes to those who were here before; it is in whatever this watcher begins with.
    this.#flush(topic);
    topic.watchers.add(watcher);
    this.#count++;
    watcher.reader.sink.onClosed(() => this.#leave(topic, watcher));
    watcher.reader.sink.onDrained(() => this.#drained(topic, watcher));
    const since = cursor === null ? null : revisionOf(cursor, this.#view.installation, topic.hash);
    if (since !== null && since >= this.#view.horizon && since <= this.#view.revision) {
      watcher.reader.revision = since;
      this.#catchUp(topic, watcher);
      if (watcher.reader.revision === since) this.#send(watcher, frame('bookmark', this.#cursor(topic), `{"revision":${this.#view.revision}}`), this.#view.revision);
    } else {
      const { bytes, revision } = this.#snapshot(topic);
      this.#send(watcher, bytes, revision);
    }
  }

  #snapshot(topic: Topic): { readonly bytes: Buffer; readonly revision: number } {
    const { subscription } = topic;
    const stamp = stampOf(this.#view.project(subscription.project), subscription.services);
    if (topic.snapshot?.stamp === stamp) return topic.snapshot;
    const { body } = renderList(this.#view, { ...subscription, zones: null, tags: [], health: 'any' });
    topic.snapshot = { stamp, revision: this.#view.revision, bytes: frame('snapshot', this.#cursor(topic), body) };
    return topic.snapshot;
  }

  #leave(topic: Topic, watcher: Watcher): void {
    if (!topic.watchers.delete(watcher)) return;
    this.#count--;
    if (topic.watchers.size > 0) return;
    if (topic.timer !== null) clearTimeout(topic.timer);
    this.#topics.delete(topic.key);
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
    const { revision } = this.#view;
    const services = [...topic.dirty].map(([service, instances]) => this.#delta(topic, service, instances, topic.revision));
    topic.dirty.clear();
    topic.revision = revision;
    const bytes = frame('delta', this.#cursor(topic), `{"revision":${revision},"services":{${services.join(',')}}}`);
    for (const watcher of topic.watchers) if (!watcher.isSlow) this.#send(watcher, bytes, revision);
  }

  /** What moved of a service after `since`, for the audience of the topic. */
  #delta({ subscription: { audience } }: Topic, service: ServiceView, instances: Iterable<string>, since: number): string {
    const set: string[] = [];
    const gone: string[] = [];
    for (const instance of instances) {
      const entry = service.entries.get(instance);
      const tombstone = service.gone.get(instance);
      const encoded = entry === undefined ? null : encodedFor(audience, entry);
      if (encoded !== null) set.push(encoded);
      else if (entry !== undefined && (entry.hiddenAt ?? 0) > since) gone.push(asciiJson({ instance, id: entry.shown.id, cause: 'deregistered' }));
      else if (tombstone !== undefined && (audience === 'internal' || tombstone.wasPublic)) gone.push(asciiJson({ instance, id: tombstone.id, cause: tombstone.cause }));
    }
    return `${JSON.stringify(service.name)}:{${stateOf(service, audience)},"set":[${set.join(',')}],"gone":[${gone.join(',')}]}`;
  }

  /** The newest state of everything that moved after what the watcher has: however much it missed, one frame. */
  #catchUp(topic: Topic, watcher: Watcher): void {
    const { subscription } = topic;
    const { services } = this.#view.project(subscription.project);
    const names = subscription.services ?? services.keys();
    const deltas: string[] = [];
    for (const name of names) {
      const service = services.get(name);
      if (service === undefined || service.shownRevision <= watcher.reader.revision) continue;
      const moved: string[] = [];
      for (const [instance, { shown }] of service.entries) if (shown.revision > watcher.reader.revision) moved.push(instance);
      for (const [instance, { revision }] of service.gone) if (revision > watcher.reader.revision) moved.push(instance);
      deltas.push(this.#delta(topic, service, moved, watcher.reader.revision));
    }
    const { revision } = this.#view;
    if (deltas.length > 0) this.#send(watcher, frame('delta', this.#cursor(topic), `{"revision":${revision},"services":{${deltas.join(',')}}}`), revision);
  }

  #send(watcher: Watcher, bytes: Buffer, revision: number): void {
    if (!watcher.reader.send(bytes, revision)) watcher.isSlow = true;
  }

  #drained(topic: Topic, watcher: Watcher): void {
    if (!watcher.isSlow || !topic.watchers.has(watcher)) return;
    this.#flush(topic);
    watcher.isSlow = false;
    this.#catchUp(topic, watcher);
  }

  #tick(): void {
    let cut = 0;
    for (const topic of this.#topics.values()) {
      const bytes = frame('bookmark', this.#cursor(topic), `{"revision":${this.#view.revision}}`);
      const clean = topic.dirty.size === 0;
      for (const watcher of topic.watchers) {
        if (!watcher.reader.allowed()) this.#end(topic, watcher, lostCredential());
        else if (watcher.reader.isStuck(this.#now())) {
          watcher.reader.sink.destroy();
          cut++;
        } else if (!watcher.isSlow && clean) this.#send(watcher, bytes, this.#view.revision);
      }
    }
    if (cut > 0) this.#cut(cut);
  }

  #topic(subscription: Subscription): Topic {
    const key = JSON.stringify([subscription.project, subscription.audience, subscription.services?.toSorted() ?? null]);
    const known = this.#topics.get(key);
    if (known !== undefined) return known;
    const hash = subscriptionOf(subscription.project, subscription.services, subscription.audience);
    const topic: Topic = {
      subscription, key, hash, watchers: new Set(), dirty: new Map(), snapshot: null, revision: this.#view.revision, lastSent: -JOIN_MS, timer: null,
    };
    this.#topics.set(key, topic);
    for (const service of keysOf(subscription)) {
      const topics = this.#byService.get(service) ?? new Set();
      topics.add(topic);
      this.#byService.set(service, topics);
    }
    return topic;
  }

  #cursor(topic: Topic): string {
    return cursorOf(this.#view.installation, this.#view.revision, topic.hash);
  }
}

const keysOf = ({ project, services }: Subscription): string[] => [...new Set(services ?? ['*'])].map(name => `${project}/${name}`);

/** In the stream every registered endpoint counts, of those the audience sees. */
function stateOf(service: ServiceView, audience: Audience): string {
  if (!service.exists) return '"state":"unknown"';
  const revision = service.shownRevision;
  const isVisible = audience === 'internal' ? service.entries.size > 0 : service.sorted.some(entry => entry.publicJson !== null);
  if (isVisible) return `"state":"known","revision":${revision},"cause":null`;
  return `"state":"empty","revision":${revision},"cause":"${service.entries.size > 0 ? 'filtered' : causeOf(service)}"`;
}
