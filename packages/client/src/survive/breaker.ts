import type { BreakerPolicy } from '../policy.ts';
import { AttemptWindow } from './attempt-window.ts';
import { spread } from './backoff.ts';
import { isFailure } from './outcome.ts';
import type { OutcomeKind } from './outcome.ts';

export type BreakerState = 'closed' | 'open' | 'half_open';

/**
 * The circuit breaker of one endpoint: opens when it refuses a connection or fails too large a share of its attempts,
 * stays open a while that doubles each time in a row, and is then half open: one real attempt is the probe.
 *
 * Only the probe decides there. Attempts that began before it opened, or that go there because nothing else is left,
 * say nothing new.
 */
export class Breaker {
  readonly #policy: BreakerPolicy;
  readonly #random: () => number;
  readonly #window: AttemptWindow;
  #state: BreakerState = 'closed';
  #openUntil = 0;
  /** How often it opened since it was closed. */
  #timesInRow = 0;
  #isProbing = false;

  constructor(policy: BreakerPolicy, random: () => number) {
    this.#policy = policy;
    this.#random = random;
    this.#window = new AttemptWindow(policy.windowMs);
  }

  get state(): BreakerState {
    return this.#state;
  }

  /** Until when it is open, monotonic ms; of no meaning in the other states. */
  get openUntil(): number {
    return this.#openUntil;
  }

  /** Whether an attempt may go there. */
  get isAvailable(): boolean {
    return this.#state === 'closed' || (this.#state === 'half_open' && !this.#isProbing);
  }

  /** Half opens it when its time has come; answers whether it did. */
  wake(now: number): boolean {
    if (this.#state !== 'open' || now < this.#openUntil) return false;
    this.#state = 'half_open';
    return true;
  }

  /** An attempt goes there; answers whether it is the probe. */
  begin(): boolean {
    if (this.#state !== 'half_open' || this.#isProbing) return false;
    this.#isProbing = true;
    return true;
  }

  /** An attempt that was not the probe is over; answers whether that opened the breaker. */
  end(kind: OutcomeKind, now: number): boolean {
    if (this.#state !== 'closed' || kind === 'cancelled') return false;
    this.#window.add(isFailure(kind), now);
    if (kind !== 'refused' && !this.#failsTooMuch(now)) return false;
    this.#open(now);
    return true;
  }

  /** The probe is over; answers what it became. One that was cancelled leaves it half open, for the next one. */
  endProbe(kind: OutcomeKind, now: number): BreakerState {
    this.#isProbing = false;
    if (isFailure(kind)) this.#open(now);
    else if (kind !== 'cancelled') this.#close();
    return this.#state;
  }

  #failsTooMuch(now: number): boolean {
    const attempts = this.#window.attempts(now);
    return attempts >= this.#policy.minRequests && this.#window.failures(now) / attempts >= this.#policy.failureShare;
  }

  #open(now: number): void {
    const { openMs, maxOpenMs } = this.#policy;
    const forMs = spread(Math.min(maxOpenMs, openMs * 2 ** Math.min(this.#timesInRow, 30)), this.#random);
    this.#state = 'open';
    this.#openUntil = now + forMs;
    this.#timesInRow += 1;
  }

  #close(): void {
    this.#state = 'closed';
    this.#timesInRow = 0;
    this.#window.clear();
  }
}
