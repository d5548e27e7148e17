import type { Frame, WireChange, WireList } from '../wire.ts';
import { endpointFromWire, endpointToWire, isUsable } from './endpoint.ts';
import type { Answer, Endpoint } from './endpoint.ts';

/** What one frame did. */
export type Applied = {
  /** The services whose answer is another one now. */
  readonly changed: readonly string[];
  /** An endpoint was taken away, replaced or drained: whoever waits for that should hear of it at once. */
  readonly released: boolean;
  /** The services said to be empty all of a sudden: what was held stays until that is confirmed. */
  readonly doubted: readonly string[];
};

/**
 * The lists that this client holds: the stream's frames applied in order, over what the disk remembered. A good list is
 * replaced by better knowledge only.
 */
export type Lists = {
  /** The answer held for the service; null when nobody said anything yet. */
  readonly answer: (service: string) => Answer | null;
  /** Whether Miko itself has spoken of the service in this run. */
  readonly heard: (service: string) => boolean;
  readonly applySnapshot: (frame: Frame & { type: 'snapshot' }) => Applied;
  readonly applyDelta: (frame: Frame & { type: 'delta' }) => Applied;
  /** Whether the service is said to be empty, and that is not confirmed yet. */
  readonly isDoubted: (service: string) => boolean;
  /** What a second question answered for services that are doubted; of the others it says nothing new. */
  readonly applyConfirmation: (services: ReadonlyMap<string, WireList>) => Applied;
  readonly restore: (saved: ReadonlyMap<string, WireList>) => void;
  /** What is worth keeping over a restart: the known and empty lists that Miko told in this run. */
  readonly save: () => Map<string, WireList>;
};

type Held = {
  state: WireList['state'];
  cause: string | null;
  revision: number;
  readonly byInstance: Map<string, Endpoint>;
  source: 'miko' | 'disk';
  heard: boolean;
  /** The empty list that Miko told, while it is not believed. */
  doubted: WireList | null;
  answer: Answer | null;
};

/** Somebody meant the service to be empty: such a list is believed at once. */
const DELIBERATE: ReadonlySet<string | null> = new Set(['departed', 'deregistered', 'draining', 'denied']);
const NEVER_NAMED: WireList = { state: 'unknown', cause: null, revision: 0, endpoints: [] };

export function createLists(): Lists {
  const held = new Map<string, Held>();

  return {
    answer: (service) => {
      const list = held.get(service);
      return list === undefined ? null : (list.answer ??= answerOf(service, list));
    },
    heard: (service) => held.get(service)?.heard === true,
    applySnapshot,
    applyDelta,
    isDoubted,
    applyConfirmation: (services) => {
      const asked = [...services].filter(([service]) => isDoubted(service));
      const changed = asked.filter(([service, list]) => takeList(service, list)).map(([service]) => service);
      return { changed, released: changed.length > 0, doubted: [] };
    },
    restore: (saved) => {
      for (const [service, list] of saved) held.set(service, hold(service, list, 'disk'));
    },
    save: () => {
      const worth = [...held].filter(([, list]) => list.source === 'miko' && list.state !== 'unknown');
      return new Map(worth.map(([service, list]) => [service, toWire(list)]));
    },
  };

  function isDoubted(service: string): boolean {
    return (held.get(service)?.doubted ?? null) !== null;
  }

  function applySnapshot(frame: Frame & { type: 'snapshot' }): Applied {
    const changed: string[] = [];
    const doubted: string[] = [];
    for (const [service, list] of frame.services) {
      const before = held.get(service);
      if (before !== undefined && isSudden(before, list)) {
        if (before.doubted === null) doubted.push(service);
        before.doubted = list;
        before.heard = true;
      } else if (takeList(service, list)) changed.push(service);
    }
    return { changed, released: true, doubted };
  }

  function applyDelta(frame: Frame & { type: 'delta' }): Applied {
    const changes = [...frame.services];
    for (const [service, change] of changes) takeChange(service, change);
    return { changed: changes.map(([service]) => service), released: changes.some(([, change]) => releases(change)), doubted: [] };
  }

  /** Takes a whole list. Answers whether it says anything new. */
  function takeList(service: string, list: WireList): boolean {
    const before = held.get(service);
    // "No such service" never wipes a good list: it is what a Miko says that lost its data.
    if (list.state === 'unknown' && before !== undefined && before.byInstance.size > 0) {
      before.heard = true;
      before.doubted = null;
      return false;
    }
    const after = hold(service, list, 'miko');
    held.set(service, after);
    return before === undefined || fingerprint(before) !== fingerprint(after);
  }

  function takeChange(service: string, change: WireChange): void {
    const list = baseOf(service);
    held.set(service, list);
    // The id decides: a late "gone" of an older registration must not take away the one that followed it.
    for (const gone of change.gone) {
      if (list.byInstance.get(gone.instance)?.id === gone.id) list.byInstance.delete(gone.instance);
    }
    for (const set of change.set) list.byInstance.set(set.instance, endpointFromWire(service, set));
    list.source = 'miko';
    list.heard = true;
    list.answer = null;
    if (change.state === 'unknown' && list.byInstance.size > 0) return;
    if (change.state === 'empty') list.byInstance.clear();
    list.state = change.state;
    list.cause = change.cause;
    list.revision = change.revision;
  }

  /** What a delta is applied to. It names each departure, so after one the empty list before it is no longer doubted. */
  function baseOf(service: string): Held {
    const list = held.get(service);
    if (list === undefined) return hold(service, NEVER_NAMED, 'miko');
    return list.doubted === null ? list : hold(service, list.doubted, 'miko');
  }
}

/** Whether a service that had usable endpoints is said to be empty, for a reason that nobody meant. */
function isSudden(before: Held, list: WireList): boolean {
  if (list.state === 'unknown' || list.endpoints.length > 0 || DELIBERATE.has(list.cause)) return false;
  return before.byInstance.values().some(isUsable);
}

function hold(service: string, list: WireList, source: Held['source']): Held {
  const byInstance = new Map(list.endpoints.map((wire) => [wire.instance, endpointFromWire(service, wire)]));
  const { state, cause, revision } = list;
  return { state, cause, revision, byInstance, source, heard: source === 'miko', doubted: null, answer: null };
}

function toWire(list: Held): WireList {
  const endpoints = [...list.byInstance.values()].map(endpointToWire);
  return { state: list.state, cause: list.cause, revision: list.revision, endpoints };
}

/** The same endpoints in the same revisions are the same list: every field that is shown moves the revision. */
function fingerprint(list: Held): string {
  const endpoints = [...list.byInstance.values()].map((endpoint) => `${endpoint.id}@${endpoint.revision}`).sort();
  return [list.state, list.cause, list.source, ...endpoints].join(' ');
}

function releases(change: WireChange): boolean {
  return change.gone.length > 0 || change.state !== 'known' || change.set.some((wire) => wire.state !== 'active');
}

function answerOf(service: string, list: Held): Answer {
  if (list.state === 'unknown') return { state: 'unknown', service };
  const all = [...list.byInstance.values()].sort(byInstanceName);
  const unusable = all.filter((endpoint) => !isUsable(endpoint));
  const { revision, source } = list;
  if (unusable.length === all.length) {
    return { state: 'empty', service, revision, cause: list.cause ?? latestCause(unusable), unusable, source };
  }
  return { state: 'known', service, revision, endpoints: all.filter(isUsable), unusable, source };
}

/** Instance names are ASCII, so that this is the order of their bytes. */
function byInstanceName(a: Endpoint, b: Endpoint): number {
  return a.instance < b.instance ? -1 : 1;
}

/** The stream counts every registered endpoint, so why none is usable is read from the one that changed last. */
function latestCause(unusable: readonly Endpoint[]): string | null {
  const latest = unusable.reduce<Endpoint | null>((a, b) => (a === null || b.revision >= a.revision ? b : a), null);
  if (latest === null) return null;
  return latest.state === 'active' ? latest.health : latest.state;
}
