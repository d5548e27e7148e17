import type { Endpoint } from '../directory/endpoint.ts';
import { describe, MikoError } from '../problem.ts';
import { attemptBackoffMs } from '../survive/backoff.ts';
import type { OutcomeKind } from '../survive/outcome.ts';
import { Attempt } from './attempt.ts';
import type { CalledService } from './called-service.ts';
import type { Due } from './deadlines.ts';

/**
 * One call over attempts: bulkhead, pick, attempt, and then the answer, another attempt or the end (docs/protocol.md,
 * section 4). It knows nothing of HTTP but the status; how an attempt is made is the sender's affair. Callbacks rather
 * than promises, and timers only where they are needed, for this is what every call pays.
 */
export type Sender = {
  /** Begins the attempt. What fails at once is told to the attempt like what fails later. */
  readonly send: (attempt: Attempt) => Sent;
  /** The call ended without an answer. Said at most once, and never after an answer was taken. */
  readonly fail: (error: unknown) => void;
};

/** An attempt under way. */
export type Sent = {
  /** It is not wanted any more: nothing of it must reach the caller. */
  readonly abandon: () => void;
};

/** What the call is like, the service's policy included. */
export type CallTerms = {
  /** Only endpoints with TLS will do. */
  readonly secure: boolean;
  /** Sending it twice does no harm, and its body can be sent twice. */
  readonly repeatable: boolean;
  readonly timeoutMs: number | null;
  readonly hedgeAfterMs: number | null;
  readonly hashKey: string | undefined;
};

type Cancel = () => void;

const NONE_TRIED: ReadonlySet<string> = new Set();
const REPEATED_STATUS: ReadonlySet<number> = new Set([429, 502, 503, 504]);

export class Call implements Due {
  dueAt = Number.POSITIVE_INFINITY;
  before: Due | null = null;
  after: Due | null = null;
  lane: Due['lane'] = null;
  readonly #service: CalledService;
  readonly #terms: CallTerms;
  readonly #sender: Sender;
  /** Waits for the first list or for room; the signal ends that. */
  #entering: AbortController | null = null;
  /** It has a place in the bulkhead. */
  #isInside = false;
  /** Of the hedge that is due, or the pause before a repetition: the two never run at once. */
  #stopNext: Cancel | null = null;
  /** At most two: a hedge and what it backs. */
  #flying: Attempt | null = null;
  #hedge: Attempt | null = null;
  #tried: Set<string> | null = null;
  #made = 0;
  #paid = 0;
  #waits = 0;
  #settled = false;

  constructor(service: CalledService, terms: CallTerms, sender: Sender) {
    this.#service = service;
    this.#terms = terms;
    this.#sender = sender;
  }

  begin(): void {
    const { runtime, bulkhead, budget, deadlines } = this.#service;
    const { timeoutMs, secure } = this.#terms;
    const now = runtime.now();
    if (timeoutMs !== null) deadlines.add(this, timeoutMs, now);
    budget.call();
    this.#isInside = this.#service.endpoints(secure) !== null && bulkhead.tryEnter();
    if (this.#isInside) this.#attempt(now);
    else void this.#enterLater();
  }

  /** The caller gave up before an answer was taken. */
  cancel(): void {
    this.#end('cancelled');
  }

  /** The deadline is past. */
  expire(): void {
    const { timeoutMs } = this.#terms;
    if (this.#end('timeout')) this.#sender.fail(new MikoError('timeout', `${this.#service.name} did not answer within ${timeoutMs} ms`));
  }

  /** Whether the answer is the call's. If not, the sender lets go of it. */
  answered(attempt: Attempt, status: number): boolean {
    if (this.#settled) return false;
    if (!this.#terms.repeatable || !REPEATED_STATUS.has(status)) return this.#take(attempt);
    const waitMs = this.#isAlone(attempt) ? this.#repetition(attempt) : 0;
    if (waitMs === null) return this.#take(attempt);
    this.#leave(attempt);
    if (this.#isIdle()) this.#repeat(attempt, waitMs);
    return false;
  }

  /** There was no answer; the attempt has reported its kind. */
  failed(attempt: Attempt, error: unknown): void {
    if (this.#settled) return;
    const alone = this.#isAlone(attempt);
    this.#leave(attempt);
    if (!alone) return;
    const again = attempt.kind === 'refused' || this.#terms.repeatable;
    const waitMs = again ? this.#repetition(attempt) : null;
    if (waitMs === null) this.#fail(this.#unreachable(error));
    else this.#repeat(attempt, waitMs);
  }

  /** The request itself is wrong: it would fail anywhere. */
  refuse(error: unknown): void {
    this.#fail(error);
  }

  /** The attempt whose answer was taken is over. */
  done(): void {
    if (!this.#isInside) return;
    this.#isInside = false;
    this.#service.bulkhead.leave();
  }

  async #enterLater(): Promise<void> {
    this.#entering = new AbortController();
    const { signal } = this.#entering;
    try {
      if (this.#service.endpoints(this.#terms.secure) === null) await this.#service.firstList(this.#terms.secure);
      // The deadline's own timer ends the wait with the signal.
      await this.#service.bulkhead.enter({ signal });
      this.#isInside = true;
    } catch (error) {
      return this.#fail(error);
    }
    this.#entering = null;
    if (this.#settled) this.done();
    else this.#attempt(this.#service.runtime.now());
  }

  #attempt(now: number): void {
    if (this.#made === 0) this.#service.called();
    const attempt = this.#pick(now, true);
    if (attempt === null) return;
    this.#flying = attempt;
    const { hedgeAfterMs, repeatable } = this.#terms;
    if (this.#made === 1 && hedgeAfterMs !== null && repeatable) this.#stopNext = this.#service.runtime.after(hedgeAfterMs, () => this.#backUp());
    this.#send(attempt);
  }

  /** A second attempt beside the one that keeps the caller waiting. */
  #backUp(): void {
    this.#stopNext = null;
    const first = this.#flying;
    if (this.#settled || first === null || this.#made >= this.#service.policy.retry.attempts) return;
    this.#exclude(first.endpoint);
    if (!this.#isElsewhere() || !this.#service.budget.take()) return;
    const hedge = this.#pick(this.#service.runtime.now(), false);
    if (hedge === null) return;
    this.#hedge = hedge;
    this.#service.observe.hedged(hedge.endpoint);
    this.#send(hedge);
  }

  #pick(now: number, sameAgain: boolean): Attempt | null {
    const { balancer, observe } = this.#service;
    const { secure, hashKey } = this.#terms;
    const list = this.#service.endpoints(secure);
    const exclude = this.#tried ?? undefined;
    let ticket = list === null ? null : balancer.pick(list, exclude === undefined && hashKey === undefined ? undefined : { exclude, hashKey }, now);
    if (ticket === null && list !== null && sameAgain && exclude !== undefined) ticket = balancer.pick(list, { hashKey }, now);
    if (ticket === null) {
      if (sameAgain) this.#fail(this.#service.nowhere(secure));
      return null;
    }
    this.#made += 1;
    observe.picked(ticket.endpoint);
    return new Attempt(this, this.#service, ticket, this.#made, now, this.dueAt - now);
  }

  #send(attempt: Attempt): void {
    const { attemptTimeoutMs } = this.#service.policy;
    if (attemptTimeoutMs !== null) attempt.limit(attemptTimeoutMs, () => this.#outOfTime(attempt, attemptTimeoutMs));
    try {
      attempt.sent = this.#sender.send(attempt);
    } catch (error) {
      // Half of the attempts begin in timers: there is nobody above who could be told.
      attempt.refuse(error);
    }
  }

  #outOfTime(attempt: Attempt, ms: number): void {
    attempt.sent?.abandon();
    attempt.failed('timeout', new MikoError('timeout', `${attempt.endpoint.instance} did not answer within ${ms} ms`));
  }

  /** How long to wait before another attempt, which is paid for then; null: there must be none. */
  #repetition(after: Attempt): number | null {
    const { policy, balancer, budget, runtime } = this.#service;
    const list = this.#service.endpoints(this.#terms.secure);
    if (this.#made >= policy.retry.attempts || list === null) return null;
    this.#exclude(after.endpoint);
    const elsewhere = this.#isElsewhere();
    if (after.kind === 'refused' && elsewhere) return 0;
    const now = runtime.now();
    const pausedUntil = balancer.pausedUntil(list, elsewhere ? (this.#tried ?? undefined) : undefined);
    const paused = pausedUntil === null ? 0 : pausedUntil - now;
    const backsOff = paused <= 0 && (!elsewhere || this.#paid > 0);
    const waitMs = backsOff ? attemptBackoffMs(policy.retry, this.#waits, runtime.random) : Math.max(0, paused);
    if (paused > policy.retry.maxRetryAfterMs || now + waitMs >= this.dueAt) return null;
    if (!budget.take()) return null;
    this.#paid += 1;
    if (backsOff) this.#waits += 1;
    return waitMs;
  }

  #repeat(after: Attempt, waitMs: number): void {
    this.#service.observe.retried(after.endpoint, after.kind, this.#made + 1);
    this.#stopNext?.();
    this.#stopNext = null;
    const { runtime } = this.#service;
    if (waitMs === 0) return this.#attempt(runtime.now());
    this.#stopNext = runtime.after(waitMs, () => {
      this.#stopNext = null;
      this.#attempt(runtime.now());
    });
  }

  #exclude(endpoint: Endpoint): void {
    this.#tried ??= new Set();
    this.#tried.add(endpoint.id);
  }

  #isElsewhere(): boolean {
    const list = this.#service.endpoints(this.#terms.secure);
    return list !== null && this.#service.balancer.isLeft(list, this.#tried ?? NONE_TRIED);
  }

  #isAlone(attempt: Attempt): boolean {
    return attempt === this.#flying ? this.#hedge === null : this.#flying === null;
  }

  #isIdle(): boolean {
    return this.#flying === null && this.#hedge === null;
  }

  #leave(attempt: Attempt): void {
    attempt.end(attempt.kind);
    this.#exclude(attempt.endpoint);
    if (attempt === this.#flying) this.#flying = null;
    else this.#hedge = null;
  }

  #take(attempt: Attempt): true {
    this.#settled = true;
    this.#stopTimers();
    const loser = attempt === this.#flying ? this.#hedge : this.#flying;
    if (loser !== null) this.#drop(loser, 'cancelled');
    return true;
  }

  #fail(error: unknown): void {
    if (this.#end('cancelled')) this.#sender.fail(error);
  }

  /** Without an answer. False when there was one, or an end, before. */
  #end(kind: OutcomeKind): boolean {
    if (this.#settled) return false;
    this.#settled = true;
    this.#stopTimers();
    if (this.#flying !== null) this.#drop(this.#flying, kind);
    if (this.#hedge !== null) this.#drop(this.#hedge, kind);
    this.#entering?.abort();
    this.done();
    return true;
  }

  #drop(attempt: Attempt, kind: OutcomeKind): void {
    attempt.end(kind);
    attempt.sent?.abandon();
  }

  #stopTimers(): void {
    this.#service.deadlines.remove(this);
    this.#stopNext?.();
    this.#stopNext = null;
  }

  #unreachable(cause: unknown): MikoError {
    const attempts = this.#made === 1 ? '1 attempt' : `${this.#made} attempts`;
    return new MikoError('endpoints_unreachable', `${this.#service.name}: ${attempts}, no answer: ${describe(cause)}`, { cause });
  }
}
