const DECAY_MS = 10_000;
const NEVER_MEASURED_MS = 1_000;

/** 3.4: a latency that rises at once and falls slowly. */
export class PeakEwma {
  #latency: number | null = null;
  #last = 0;

  add(rtt: number, now: number): void {
    const kept = Math.exp(-(now - this.#last) / DECAY_MS);
    this.#latency = this.#latency === null || rtt > this.#latency ? rtt : this.#latency * kept + rtt * (1 - kept);
    this.#last = now;
  }

  at(now: number, inFlight: number): number {
    if (this.#latency === null) return inFlight === 0 ? 0 : NEVER_MEASURED_MS;
    return this.#latency * Math.exp(-(now - this.#last) / DECAY_MS);
  }
}
