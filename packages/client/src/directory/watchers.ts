import type { Answer } from './endpoint.ts';

/** Who wants to hear of each new answer for a service. */
export type Watchers = {
  /** `held` is asked once, soon, and told where there is an answer. The function it answers ends the watch. */
  readonly add: (service: string, take: (answer: Answer) => void, end: () => void, held: () => Answer | null) => () => void;
  readonly tell: (answer: Answer) => void;
  /** Nothing more will come. */
  readonly end: () => void;
};

type Watcher = { readonly take: (answer: Answer) => void; readonly end: () => void };

/** `failed` hears what a watcher threw; the others are still told. */
export function createWatchers(failed: (answer: Answer, thrown: unknown) => void): Watchers {
  const byService = new Map<string, Set<Watcher>>();

  return {
    add: (service, take, end, held) => {
      const watcher = { take, end };
      const group = byService.get(service) ?? new Set();
      byService.set(service, group.add(watcher));
      // Later than this turn, so that the caller holds what `watch` answers when its listener runs.
      queueMicrotask(() => {
        const answer = held();
        if (answer !== null && group.has(watcher)) tellOne(watcher, answer);
      });
      return () => void group.delete(watcher);
    },
    tell: (answer) => {
      for (const watcher of byService.get(answer.service) ?? []) tellOne(watcher, answer);
    },
    end: () => {
      for (const group of byService.values()) for (const watcher of group) watcher.end();
      byService.clear();
    },
  };

  function tellOne(watcher: Watcher, answer: Answer): void {
    try {
      watcher.take(answer);
    } catch (error) {
      failed(answer, error);
    }
  }
}
