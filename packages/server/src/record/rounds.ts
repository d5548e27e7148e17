import type { Lease } from '@miko/store';
import type { Logger } from 'pino';

export interface Round {
  readonly name: string;
  readonly everyMs: number;
  /** What does not happen while it fails. */
  readonly standsStill: string;
  /** Bounded work; `more`: there is more to do at once. */
  runOnce(): Promise<{ readonly more: boolean }>;
}

/** Between two passes that follow at once: the connection that leads is needed for expiry as well. */
const BREATH_MS = 100;
/** After a failure, and while another Miko leads. */
const WAIT_MS = 5_000;
/** So many failures one after another are more than a hiccup. */
const STANDING_STILL = 3;
/** A pass may be left anywhere: whoever leads next repeats it. */
const GOODBYE_MS = 3_000;

/**
 * Work of whoever leads that may take its time: each round runs beside the leader's passes, never twice at once, and
 * its statements go through the lease, so that they fail once it is lost. What fails is told and tried again; from the third
 * time on as an error that says what stands still and since when.
 */
export class Rounds {
  readonly #lease: Lease;
  readonly #log: Logger;
  readonly #rounds: readonly Round[];
  readonly #stop = new AbortController();
  #running: Promise<unknown> | null = null;

  constructor(lease: Lease, log: Logger, rounds: readonly Round[]) {
    this.#lease = lease;
    this.#log = log;
    this.#rounds = rounds;
  }

  start(): void {
    this.#running ??= Promise.all(this.#rounds.map(round => this.#run(round)));
  }

  /** Resolves when nothing runs any more, or after 3 s: storage that does not answer holds up no end. */
  async close(): Promise<void> {
    this.#stop.abort();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>(resolve => { timer = setTimeout(resolve, GOODBYE_MS); });
    await Promise.race([this.#running, late]);
    clearTimeout(timer);
  }

  async #run(round: Round): Promise<void> {
    const failing: Failing = { passes: 0, since: new Date() };
    while (!this.#stop.signal.aborted) {
      if (!this.#lease.held) failing.passes = 0;
      const waitMs = this.#lease.held ? await this.#pass(round, failing) : Math.min(WAIT_MS, round.everyMs);
      await this.#pause(waitMs);
    }
  }

  #pause(ms: number): Promise<void> {
    const { signal } = this.#stop;
    return new Promise(resolve => {
      const done = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, signal.aborted ? 0 : ms);
      signal.addEventListener('abort', done);
    });
  }

  async #pass(round: Round, failing: Failing): Promise<number> {
    try {
      const { more } = await round.runOnce();
      failing.passes = 0;
      return more ? BREATH_MS : round.everyMs;
    } catch (error) {
      if (++failing.passes === 1) failing.since = new Date();
      if (!this.#stop.signal.aborted) this.#tell(round, error, failing);
      return Math.max(WAIT_MS, round.everyMs);
    }
  }
  #tell(round: Round, error: unknown, { passes, since }: Failing): void {
    const about = { err: error, round: round.name };
    if (passes < STANDING_STILL) this.#log.warn(about, 'a round of the record failed and is repeated');
    else this.#log.error({ ...about, failing_since: since.toISOString(), passes }, round.standsStill);
  }
}

/** Passes that failed one after another, and when the first of them did. */
interface Failing {
  passes: number;
  since: Date;
}
