import { asMikoError } from '../problem.ts';
import type { MikoError } from '../problem.ts';
import type { Runtime } from '../runtime.ts';
import type { Cache } from './cache.ts';
import type { Lists } from './lists.ts';

/** Keeps the lists of this run on disk, and takes over those of an earlier one. */
export type SavedLists = {
  /** When the lists taken over were written, Unix ms; null without any. */
  readonly savedAt: number | null;
  readonly changed: () => void;
  /** Writes what there is to write, and nothing afterwards. */
  readonly close: () => void;
};

export type SavedListsOptions = {
  readonly cache: Cache | null;
  readonly lists: Lists;
  readonly runtime: Runtime;
  readonly onFailed: (error: MikoError) => void;
};

const STORE_DELAY_MS = 500;

export function createSavedLists({ cache, lists, runtime, onFailed }: SavedListsOptions): SavedLists {
  let cancel: (() => void) | null = null;
  return { savedAt: restore(), changed, close };

  function restore(): number | null {
    try {
      const saved = cache?.load() ?? null;
      if (saved === null) return null;
      lists.restore(saved.lists);
      return saved.savedAt;
    } catch (thrown) {
      const error = asMikoError(thrown, 'cache_failed', 'the endpoint cache cannot be read');
      // In the next turn, when the caller of `connect` could say who listens.
      queueMicrotask(() => onFailed(error));
      return null;
    }
  }

  function changed(): void {
    if (cache !== null) cancel ??= runtime.after(STORE_DELAY_MS, store);
  }

  function store(): void {
    cancel?.();
    cancel = null;
    const kept = lists.save();
    if (kept.size === 0) return;
    try {
      cache?.store(kept, runtime.wallNow());
    } catch (error) {
      onFailed(asMikoError(error, 'cache_failed', 'the endpoint cache cannot be written'));
    }
  }

  function close(): void {
    if (cache !== null) store();
    cache = null;
  }
}
