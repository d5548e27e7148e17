const SLICES = 10;

/** How the attempts of the last `windowMs` ended, counted in ten slices of it. Times are monotonic ms, not negative. */
export class AttemptWindow {
  readonly #sliceMs: number;
  /** Of each slice the attempts, and then of each the failures: in one array, for it is read with every report. */
  readonly #counts: number[] = Array.from({ length: 2 * SLICES }, () => 0);
  /** The sums of all slices. */
  #allAttempts = 0;
  #allFailures = 0;
  /** The number of the newest slice, counted from the beginning of the clock; -1 before the first. */
  #newest = -1;

  constructor(windowMs: number) {
    this.#sliceMs = windowMs / SLICES;
  }

  add(failed: boolean, now: number): void {
    this.#moveTo(now);
    const slice = this.#newest % SLICES;
    this.#counts[slice] = (this.#counts[slice] ?? 0) + 1;
    this.#allAttempts += 1;
    if (!failed) return;
    this.#counts[SLICES + slice] = (this.#counts[SLICES + slice] ?? 0) + 1;
    this.#allFailures += 1;
  }

  attempts(now: number): number {
    this.#moveTo(now);
    return this.#allAttempts;
  }

  failures(now: number): number {
    this.#moveTo(now);
    return this.#allFailures;
  }

  clear(): void {
    for (let slice = 0; slice < SLICES; slice += 1) this.#empty(slice);
  }

  /** Empties the slices that went by. */
  #moveTo(now: number): void {
    const current = Math.floor(now / this.#sliceMs);
    if (current <= this.#newest) return;
    for (let slice = Math.max(this.#newest + 1, current - SLICES + 1); slice <= current; slice += 1) this.#empty(slice % SLICES);
    this.#newest = current;
  }

  #empty(slice: number): void {
    this.#allAttempts -= this.#counts[slice] ?? 0;
    this.#allFailures -= this.#counts[SLICES + slice] ?? 0;
    this.#counts[slice] = 0;
    this.#counts[SLICES + slice] = 0;
  }
}
