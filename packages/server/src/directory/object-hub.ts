import { setImmediate } from 'node:timers/promises';
import { permit, type Action, type Actor } from '@miko/model';
import type { ObjectChange, ObjectChanges, ObjectChangesAsked } from '@miko/store';
import type { Sink } from '../api/call.ts';
import { objectSubscriptionOf, revisionOf } from './cursor.ts';
import { ObjectTopic, type ObjectSnapshot, type ObjectSubscription, type Step } from './object-topic.ts';
import { admitReader, BOOKMARK_MS, endFrame, lostCredential, Reader } from './reader.ts';
import { Turns } from './turns.ts';
import type { View } from './view.ts';

/** Changes of a kind that one read of rows looks at. */
const MOST_READ = 500;
/** A reader that has been told so many changes from rows and is still behind begins anew: the newest state is nearer. */
const MOST_RESUMED = 10_000;
/** Reads of rows at a time, of all readers together: writers need the database too. */
const MOST_READS = 2;

interface Watcher {
  readonly reader: Reader;
  /** It is not told the steps as they happen: it is being brought to where the others are, or too slow to be. */
  isBehind: boolean;
  isBeingBrought: boolean;
  /** What it has to be told before any step, and how much of it was. */
  snapshot: { readonly of: ObjectSnapshot; told: number } | null;
  /** Since it was last at the present. */
  toldFromRows: number;
  hasSpoken: boolean;
}

export interface ObjectHubParts {
  /** Changes of objects as they were written; null: not kept any more. */
  readChanges(asked: ObjectChangesAsked): Promise<ObjectChanges | null>;
  /** Waits a bounded time for the view to hold a revision that a cursor names. */
  reached(revision: number): Promise<boolean> | boolean;
  /** Why the view cannot be asked now; null once it can. */
  notReady(): string | null;
  /** Told at most once a tick how many readers were disconnected because they took nothing. */
  cut(readers: number): void;
  /** A stream that could not go on: its reader comes back with its cursor. */
  failed(error: unknown): void;
}

/**
 * Streams of objects: each change of what is watched is told in one frame, in the order of revisions, once to each stream.
 *
 * A reader that comes back with a cursor, or was too slow for a while, is told what it missed from the rows of changes,
 * then from the latest steps in memory, and then stands where the others are; there is no gap and no repetition, since
 * each of these sources says up to which revision it is complete. Where the rows are not kept any more, are too many or
 * cannot be read, and where the cursor says nothing here, it is told a snapshot in the same stream.
 */
export class ObjectHub {
  readonly #view: View;
  readonly #parts: ObjectHubParts;
  readonly #now: () => number;
  readonly #watchers = new Map<ObjectTopic, Set<Watcher>>();
  /** Topics by kind and project. */
  readonly #topics = new Map<string, Map<string, ObjectTopic>>();
  readonly #reads = new Turns(MOST_READS);
  readonly #ticker: NodeJS.Timeout;
  #count = 0;
  #closed = false;

  constructor(view: View, parts: ObjectHubParts, now: () => number = () => performance.now()) {
    this.#view = view;
    this.#parts = parts;
    this.#now = now;
    this.#ticker = setInterval(() => this.#tick(), BOOKMARK_MS);
    view.onObjects(changes => this.#changed(changes));
  }

  get watchers(): number {
    return this.#count;
  }

  /**
   * A stream for a caller that may do `action` now; it ends when that does not hold any more. Throws Problem `overloaded`
   * at the bound. `cursor` null, unreadable, too old or of another subscription: it begins with a snapshot.
   */
  async open(subscription: ObjectSubscription, cursor: string | null, actor: Actor, action: Action): Promise<{ open(sink: Sink): void }> {
    admitReader(this.#closed, this.#count);
    const { kind, project, apiDate, own } = subscription;
    const known = cursor === null ? null : revisionOf(cursor, this.#view.installation, objectSubscriptionOf(kind.name, project, apiDate, own));
    // Another Miko may be ahead of this one: its reader waits rather than see an older state.
    if (known !== null) await this.#parts.reached(known);
    const target = { project: own ?? project };
    const allowed = () => this.#view.identities.knows(actor.id) && permit(actor, action, target) === 'allow';
    return { open: sink => this.#start(subscription, known, new Reader(sink, allowed)) };
  }

  /** Ends every stream, telling its reader to come back. */
  close(): void {
    this.#closed = true;
    clearInterval(this.#ticker);
    this.endAll('Miko is stopping');
  }

  endAll(reason: string): void {
    const last = endFrame('not_ready', reason);
    for (const [topic, watchers] of this.#watchers) for (const watcher of watchers) this.#end(topic, watcher, last);
  }

  #start(subscription: ObjectSubscription, since: number | null, reader: Reader): void {
    const topic = this.#topic(subscription);
    const watcher: Watcher = { reader, isBehind: true, isBeingBrought: false, snapshot: null, toldFromRows: 0, hasSpoken: false };
    this.#watchers.get(topic)!.add(watcher);
    this.#count++;
    const reason = this.#closed ? 'Miko is stopping' : this.#parts.notReady();
    if (reason !== null) return this.#end(topic, watcher, endFrame('not_ready', reason));
    reader.sink.onClosed(() => this.#leave(topic, watcher));
    reader.sink.onDrained(() => { if (watcher.isBehind) this.#bring(topic, watcher); });
    if (since !== null && since >= this.#view.horizon && since <= this.#view.revision) reader.revision = since;
    else watcher.snapshot = { of: topic.snapshot(), told: 0 };
    this.#bring(topic, watcher);
  }

  #changed(changes: readonly ObjectChange[]): void {
    for (const change of changes) {
      for (const topic of this.#topics.get(placeOf(change.object.kind, change.object.project))?.values() ?? []) {
        if (!topic.shows(change.object)) continue;
        const step = topic.take(change);
        for (const watcher of this.#watchers.get(topic)!) if (!watcher.isBehind) watcher.isBehind = !this.#tell(watcher, step);
      }
    }
  }

  #bring(topic: ObjectTopic, watcher: Watcher): void {
    if (watcher.isBeingBrought) return;
    watcher.isBeingBrought = true;
    this.#toPresent(topic, watcher)
      .catch((error: unknown) => {
        this.#parts.failed(error);
        this.#leave(topic, watcher);
        watcher.reader.sink.destroy();
      })
      .finally(() => { watcher.isBeingBrought = false; });
  }

  /** Tells it what it lacks as fast as it takes it: when it is full, the rest waits until it has drained. */
  async #toPresent(topic: ObjectTopic, watcher: Watcher): Promise<void> {
    const { reader } = watcher;
    while (this.#isOpen(topic, watcher) && watcher.isBehind && !reader.isFull) {
      const steps = watcher.snapshot === null ? topic.stepsAfter(reader.revision) : null;
      if (watcher.snapshot !== null) await this.#tellPart(topic, watcher, watcher.snapshot);
      else if (steps === null) await this.#tellRows(topic, watcher);
      else {
        for (const step of steps) this.#tell(watcher, step);
        if (!watcher.hasSpoken) this.#tell(watcher, topic.bookmark());
        watcher.isBehind = false;
        watcher.toldFromRows = 0;
      }
    }
  }

  async #tellPart(topic: ObjectTopic, watcher: Watcher, snapshot: NonNullable<Watcher['snapshot']>): Promise<void> {
    const { bytes, next } = topic.part(snapshot.of, snapshot.told);
    const isLast = next === snapshot.of.items.length;
    snapshot.told = next;
    if (isLast) watcher.snapshot = null;
    this.#tell(watcher, { bytes, revision: snapshot.of.revision });
    // A large collection must not keep everybody else waiting.
    if (!isLast) await setImmediate();
  }

  async #tellRows(topic: ObjectTopic, watcher: Watcher): Promise<void> {
    const { reader } = watcher;
    const { kind, project } = topic.subscription;
    const found = watcher.toldFromRows >= MOST_RESUMED ? null : await this.#reads.take(async () => {
      const after = reader.revision;
      return this.#isOpen(topic, watcher) ? await this.#parts.readChanges({ kind: kind.name, project, after, most: MOST_READ }).catch(() => null) : null;
    });
    if (!this.#isOpen(topic, watcher)) return;
    // Rows that end before what the view holds are those of a database that was put back: they lead nowhere.
    if (found === null || found.upTo <= reader.revision) {
      watcher.toldFromRows = 0;
      watcher.snapshot = { of: topic.snapshot(), told: 0 };
      return;
    }
    // What the view does not hold yet comes as a step, once it does.
    const held = this.#view.revision;
    for (const change of found.changes) {
      if (change.revision > held || reader.isFull) break;
      if (topic.shows(change.object)) this.#tell(watcher, topic.step(change));
      watcher.toldFromRows++;
    }
    if (!reader.isFull) reader.revision = Math.max(reader.revision, Math.min(found.upTo, held));
  }

  #tell(watcher: Watcher, { bytes, revision }: Step): boolean {
    watcher.hasSpoken = true;
    return watcher.reader.send(bytes, revision);
  }

  #tick(): void {
    let cut = 0;
    for (const [topic, watchers] of this.#watchers) {
      const bookmark = topic.bookmark();
      for (const watcher of watchers) {
        if (!watcher.reader.allowed()) this.#end(topic, watcher, lostCredential());
        else if (watcher.reader.isStuck(this.#now())) {
          watcher.reader.sink.destroy();
          cut++;
        } else if (!watcher.isBehind) this.#tell(watcher, bookmark);
      }
    }
    if (cut > 0) this.#parts.cut(cut);
  }

  #topic(subscription: ObjectSubscription): ObjectTopic {
    const place = placeOf(subscription.kind.name, subscription.project);
    const topics = this.#topics.get(place) ?? new Map<string, ObjectTopic>();
    this.#topics.set(place, topics);
    const known = topics.get(formOf(subscription));
    if (known !== undefined) return known;
    const topic = new ObjectTopic(this.#view, subscription);
    topics.set(formOf(subscription), topic);
    this.#watchers.set(topic, new Set());
    return topic;
  }

  #isOpen(topic: ObjectTopic, watcher: Watcher): boolean {
    return this.#watchers.get(topic)?.has(watcher) === true;
  }

  /** Left first: what comes after the end of a stream must not be written to it. */
  #end(topic: ObjectTopic, watcher: Watcher, last: Buffer): void {
    this.#leave(topic, watcher);
    watcher.reader.sink.end(last);
  }

  #leave(topic: ObjectTopic, watcher: Watcher): void {
    const watchers = this.#watchers.get(topic);
    if (watchers?.delete(watcher) !== true) return;
    this.#count--;
    if (watchers.size > 0) return;
    this.#watchers.delete(topic);
    const { subscription } = topic;
    const place = placeOf(subscription.kind.name, subscription.project);
    const topics = this.#topics.get(place)!;
    topics.delete(formOf(subscription));
    if (topics.size === 0) this.#topics.delete(place);
  }
}

const placeOf = (kind: string, project: string | null): string => `${kind}/${project ?? ''}`;
const formOf = ({ apiDate, own }: ObjectSubscription): string => `${apiDate}/${own ?? ''}`;
