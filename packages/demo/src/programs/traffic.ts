import { setTimeout as sleep } from 'node:timers/promises';

/** Whether callers still come: a process that leaves waits until they have let go of it. */
export class Traffic {
  #lastAt = performance.now();
  #underway = 0;

  /** Counts one request as under way until the function it answers is called. */
  begin(): () => void {
    this.#underway += 1;
    this.#lastAt = performance.now();
    return () => {
      this.#underway -= 1;
      this.#lastAt = performance.now();
    };
  }

  /** Resolves when nothing was under way for `quietMs`, and after `limitMs` in any case. */
  async quiet(quietMs: number, limitMs: number): Promise<void> {
    const began = performance.now();
    for (let now = began; now - began < limitMs; now = performance.now()) {
      if (this.#underway === 0 && now - Math.max(this.#lastAt, began) >= quietMs) return;
      await sleep(20);
    }
  }
}
