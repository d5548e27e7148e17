import type { Runtime } from '../runtime.ts';

/** A runtime whose clock and dice belong to the test; the network is the real one. */
export type World = {
  readonly runtime: Runtime;
  readonly warnings: readonly string[];
  /** Lets `ms` pass at once, with every timer that falls due on the way. */
  readonly advance: (ms: number) => void;
  /** The wall clock alone jumps, as when an operator or a time server sets it. */
  readonly jumpWallClock: (ms: number) => void;
  /** Lets time pass, in steps of 50 ms whenever no call is under way, until the condition holds; at most 4 s of real time. */
  readonly until: (condition: () => boolean, what: string) => Promise<void>;
};

type Timer = { readonly at: number; readonly act: () => void };

const STEP_MS = 50;

/** What the monotonic clock shows at first. */
export const WORLD_START = 1_000_000;
/** What the wall clock shows at first. */
export const WORLD_DATE = Date.UTC(2030, 0, 1);

/** `random` answers the dice of each call; by default the middle. */
export function createWorld(random: () => number = () => 0.5): World {
  let now = WORLD_START;
  let wallOffset = WORLD_DATE - WORLD_START;
  let calls = 0;
  const timers = new Set<Timer>();
  const warnings: string[] = [];

  const runtime: Runtime = {
    now: () => now,
    wallNow: () => now + wallOffset,
    random,
    after: (ms, act) => {
      const timer = { at: now + ms, act };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    fetch: async (input, init) => {
      calls += 1;
      try {
        return await fetch(input, init);
      } finally {
        calls -= 1;
      }
    },
    warn: (message) => void warnings.push(message),
  };
  return { runtime, warnings, advance, jumpWallClock: (ms) => void (wallOffset += ms), until: (condition, what) => eventually(condition, what, step) };

  function advance(ms: number): void {
    const end = now + ms;
    for (;;) {
      const next = [...timers].filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at)[0];
      if (next === undefined) break;
      timers.delete(next);
      now = Math.max(now, next.at);
      next.act();
    }
    now = end;
  }

  function step(): void {
    if (calls === 0) advance(STEP_MS);
  }
}

const MOST_REAL_MS = 4_000;

/** Waits in real time, in short turns, until the condition holds; `turn` runs in each of them. */
export async function eventually(condition: () => boolean, what: string, turn: () => void = () => undefined): Promise<void> {
  const end = performance.now() + MOST_REAL_MS;
  while (!condition()) {
    if (performance.now() > end) throw new Error(`waited ${MOST_REAL_MS} ms in vain: ${what}`);
    await new Promise((resolve) => {
      setTimeout(resolve, 2);
    });
    turn();
  }
}
