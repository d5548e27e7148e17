import type { Runtime } from '../runtime.ts';

/** Something with a deadline; the links are for `Deadlines` alone. */
export type Due = {
  dueAt: number;
  before: Due | null;
  after: Due | null;
  /** Null when it is not among them. */
  lane: Lane | null;
  readonly expire: () => void;
};

/**
 * The deadlines of the calls of one service: those with the same time limit end in the order of their beginning, so
 * each limit is a list of its own with one timer, for its first. Most calls end long before and touch no timer.
 */
export type Deadlines = {
  readonly add: (due: Due, limitMs: number, now: number) => void;
  /** Harmless when it expired, or was never added. */
  readonly remove: (due: Due) => void;
};

/** Those with one limit, in the order of their beginning. */
type Lane = { readonly limitMs: number; first: Due | null; last: Due | null; cancel: (() => void) | null };

export function createDeadlines(runtime: Pick<Runtime, 'now' | 'after'>): Deadlines {
  const lanes = new Map<number, Lane>();
  return { add, remove };

  function add(due: Due, limitMs: number, now: number): void {
    let lane = lanes.get(limitMs);
    if (lane === undefined) {
      lane = { limitMs, first: null, last: null, cancel: null };
      lanes.set(limitMs, lane);
    }
    due.dueAt = now + limitMs;
    due.lane = lane;
    due.before = lane.last;
    if (lane.last === null) lane.first = due;
    else lane.last.after = due;
    lane.last = due;
    lane.cancel ??= watch(lane, limitMs);
  }

  function remove(due: Due): void {
    const { lane } = due;
    if (lane === null) return;
    if (due.before === null) lane.first = due.after;
    else due.before.after = due.after;
    if (due.after === null) lane.last = due.before;
    else due.after.before = due.before;
    due.before = null;
    due.after = null;
    due.lane = null;
    if (lane.first !== null) return;
    // An idle service keeps no timer, and so no process alive.
    lane.cancel?.();
    lanes.delete(lane.limitMs);
  }

  /** The timer is not moved when the first one leaves: it looks again then, and goes on with who is first now. */
  function watch(lane: Lane, ms: number): () => void {
    return runtime.after(ms, () => {
      lane.cancel = null;
      const now = runtime.now();
      while (lane.first !== null && lane.first.dueAt - now < 1) {
        const { first } = lane;
        remove(first);
        first.expire();
      }
      if (lane.first === null) return;
      // What expired may have added another, and with it a timer that is too late for those before it.
      (lane.cancel as (() => void) | null)?.();
      lane.cancel = watch(lane, lane.first.dueAt - now);
    });
  }
}
