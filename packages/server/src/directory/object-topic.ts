import type { Kind, Stored } from '@miko/model';
import type { ObjectChange } from '@miko/store';
import { asciiJson } from '../api/ascii-json.ts';
import { shownObject } from '../api/objects/shown.ts';
import { cursorOf, objectSubscriptionOf } from './cursor.ts';
import { frame, partFrame } from './frames.ts';
import type { View } from './view.ts';

export interface ObjectSubscription {
  readonly kind: Kind;
  readonly project: string | null;
  readonly apiDate: string;
  /** The one project that a caller bound to it sees among projects; null: all there is. */
  readonly own: string | null;
}

/** A frame that tells one change. */
export interface Step {
  readonly revision: number;
  readonly bytes: Buffer;
}

/** A collection as it stood at a revision. Objects never change, so holding it holds only references. */
export interface ObjectSnapshot {
  readonly revision: number;
  readonly items: readonly Stored[];
}

/** Of a snapshot, in one frame. */
const MOST_IN_PART = 500;
const MOST_PART_CHARACTERS = 512 * 1024;
/** The latest steps that are kept: what a reader coming back a moment later, or one that reads rows meanwhile, has missed. */
const MOST_RECENT = 200;
const MOST_RECENT_BYTES = 64 * 1024;

/**
 * What is told to all who watch the same objects in the same API date, encoded once for them:
 *
 * - `snapshot {"revision", "items": [object], "more"}`: the collection at that revision, in parts of at most 500 objects;
 *   `more` is true in all but the last, and only the last has a cursor.
 * - `delta {"revision", "items": {"set": [object], "gone": [{"id", "name"}]}}`: one for each change, in their order.
 * - `bookmark {"revision"}`.
 */
export class ObjectTopic {
  readonly subscription: ObjectSubscription;
  /** Its part of a cursor; too short to tell topics apart by. */
  readonly hash: string;
  readonly #view: View;
  #recent: Step[] = [];
  #recentBytes = 0;
  /** `#recent` is all there was after this revision. */
  #floor: number;
  #snapshot: ObjectSnapshot | null = null;
  /** All of the snapshot, where that is one frame: many readers may begin at once. */
  #encoded: { readonly of: ObjectSnapshot; readonly bytes: Buffer } | null = null;

  constructor(view: View, subscription: ObjectSubscription) {
    const { kind, project, apiDate, own } = subscription;
    this.#view = view;
    this.subscription = subscription;
    this.hash = objectSubscriptionOf(kind.name, project, apiDate, own);
    this.#floor = view.revision;
  }

  shows({ name }: Stored): boolean {
    return this.subscription.own === null || this.subscription.own === name;
  }

  /** A change that the view has just taken. */
  take(change: ObjectChange): Step {
    const step = this.step(change);
    this.#recent.push(step);
    this.#recentBytes += step.bytes.length;
    while (this.#recent.length > MOST_RECENT || this.#recentBytes > MOST_RECENT_BYTES) {
      const { revision, bytes } = this.#recent.shift()!;
      this.#recentBytes -= bytes.length;
      this.#floor = revision;
    }
    return step;
  }

  step({ object, deleted, revision }: ObjectChange): Step {
    const set = deleted ? '' : this.#encode(object);
    const gone = deleted ? asciiJson({ id: object.id, name: object.name }) : '';
    return { revision, bytes: frame('delta', this.#cursor(revision), `{"revision":${revision},"items":{"set":[${set}],"gone":[${gone}]}}`) };
  }

  /** Every step after a revision, or null where not all of them are kept. */
  stepsAfter(revision: number): readonly Step[] | null {
    return revision < this.#floor ? null : this.#recent.filter(step => step.revision > revision);
  }

  bookmark(): Step {
    const { revision } = this.#view;
    return { revision, bytes: frame('bookmark', this.#cursor(revision), `{"revision":${revision}}`) };
  }

  /** As the collection stands; of a large one, also as it stood lately, where the steps since are kept. */
  snapshot(): ObjectSnapshot {
    const kept = this.#snapshot;
    const since = kept === null ? null : this.stepsAfter(kept.revision);
    if (kept !== null && since !== null && (since.length === 0 || kept.items.length > MOST_IN_PART)) return kept;
    const { kind, project } = this.subscription;
    const items = [...this.#view.objects.of(kind.name, project)].filter(object => this.shows(object));
    this.#snapshot = { revision: this.#view.revision, items };
    return this.#snapshot;
  }

  /** The frame that begins at an item, and the item at which the next begins: that of a last one is their number. */
  part(snapshot: ObjectSnapshot, from: number): { readonly bytes: Buffer; readonly next: number } {
    const { items, revision } = snapshot;
    if (from === 0 && this.#encoded?.of === snapshot) return { bytes: this.#encoded.bytes, next: items.length };
    const encoded: string[] = [];
    let characters = 0;
    let next = from;
    while (next < items.length && encoded.length < MOST_IN_PART && characters < MOST_PART_CHARACTERS) {
      const one = this.#encode(items[next]!);
      encoded.push(one);
      characters += one.length;
      next++;
    }
    const isLast = next === items.length;
    const data = `{"revision":${revision},"items":[${encoded.join(',')}],"more":${!isLast}}`;
    const bytes = isLast ? frame('snapshot', this.#cursor(revision), data) : partFrame(data);
    if (from === 0 && isLast) this.#encoded = { of: snapshot, bytes };
    return { bytes, next };
  }

  #encode(object: Stored): string {
    return asciiJson(shownObject(this.subscription.kind, object, this.subscription.apiDate));
  }

  #cursor(revision: number): string {
    return cursorOf(this.#view.installation, revision, this.hash);
  }
}
