import type { BulkheadPolicy } from '../policy.ts';
import { MikoError } from '../problem.ts';
import type { Runtime } from '../runtime.ts';

/**
 * Keeps one service that hangs from taking the whole process with it: so many calls at once, so many more wait in
 * order for a bounded time, and every further one is refused at once.
 */
export type Bulkhead = {
  /** Enters where there is room and nobody waits; answers whether it did. Costs no promise: ask this first. */
  readonly tryEnter: () => boolean;
  /**
   * Enters, or waits in order for at most `maxWaitMs` and until `deadline` (monotonic ms). Rejects with `overloaded`
   * when the queue is full or the wait was in vain, and with the reason of the signal when that ends it.
   */
  readonly enter: (options?: EnterOptions) => Promise<void>;
  /** The call is over. Once for each that entered. */
  readonly leave: () => void;
  readonly inFlight: () => number;
  readonly queued: () => number;
};

export type EnterOptions = { readonly signal?: AbortSignal | null | undefined; readonly deadline?: number | null | undefined };

export type BulkheadOptions = {
  readonly service: string;
  readonly policy: BulkheadPolicy;
  /** `now` on the monotonic clock. */
  readonly runtime: Pick<Runtime, 'now' | 'after'>;
  /** A limit that is learned, at least 1, in place of `maxInFlight`. */
  readonly limit?: (() => number) | undefined;
  /** Hears of each call that was refused. */
  readonly overloaded?: (() => void) | undefined;
};

type Waiter = { readonly admit: () => void };

export function createBulkhead(options: BulkheadOptions): Bulkhead {
  const { policy, runtime } = options;
  const limit = options.limit ?? (() => policy.maxInFlight);
  /** In the order of their coming. */
  const waiters = new Set<Waiter>();
  let inFlight = 0;

  return { tryEnter, enter, leave, inFlight: () => inFlight, queued: () => waiters.size };

  function tryEnter(): boolean {
    if (waiters.size > 0 || !hasRoom()) return false;
    inFlight += 1;
    return true;
  }

  async function enter({ signal = null, deadline = null }: EnterOptions = {}): Promise<void> {
    signal?.throwIfAborted();
    if (tryEnter()) return;
    if (waiters.size >= policy.maxQueue) throw refuse(`${inFlight} calls are in flight and ${waiters.size} wait`);
    const patience = Math.min(policy.maxWaitMs, deadline === null ? policy.maxWaitMs : deadline - runtime.now());
    if (patience <= 0) throw refuse(`${inFlight} calls are in flight and this one must not wait`);
    return waitInOrder(patience, signal);
  }

  function waitInOrder(patience: number, signal: AbortSignal | null): Promise<void> {
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        admit: () => {
          leaveQueue();
          inFlight += 1;
          resolve();
        },
      };
      const cancel = runtime.after(patience, () => {
        leaveQueue();
        reject(refuse(`waited ${Math.round(patience)} ms behind ${inFlight} calls`));
      });
      const abort = (): void => {
        leaveQueue();
        reject(signal?.reason);
      };
      const leaveQueue = (): void => {
        waiters.delete(waiter);
        cancel();
        signal?.removeEventListener('abort', abort);
      };
      waiters.add(waiter);
      signal?.addEventListener('abort', abort, { once: true });
    });
  }

  function leave(): void {
    inFlight -= 1;
    if (waiters.size > 0) admitWaiters();
  }

  function admitWaiters(): void {
    for (const waiter of waiters) {
      if (!hasRoom()) return;
      waiter.admit();
    }
  }

  function hasRoom(): boolean {
    return inFlight + 1 <= limit();
  }

  function refuse(why: string): MikoError {
    options.overloaded?.();
    return new MikoError('overloaded', `${options.service} is called too much: ${why}`);
  }
}
