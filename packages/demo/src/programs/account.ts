import { statusLine, type StatusLine } from '../calls/status-line.ts';
import { Tally } from '../calls/tally.ts';
import { services } from '../plan.ts';
import { tellParent } from './parent.ts';

/** How the client stands with Miko. */
export interface Standing {
  readonly connected: boolean;
  /** For how long the lists may have been old; null while they are current, and while there are none. */
  readonly staleForMs: number | null;
}

/** Of one second; the sums count all. */
export const MOST_REASONS = 3;

/** What the client gives account of each second: a line for people, and its sums for the supervisor. */
export class Account {
  readonly tally = new Tally(services.map(({ service }) => service));
  #reasons: string[] = [];
  #wasThere = false;

  constructor() {
    // A terminal that went away is no reason to stop: the supervisor decides that.
    process.stdout.on('error', () => {});
  }

  /** The first few of a second are shown. */
  explain(reason: string): void {
    if (this.#reasons.length < MOST_REASONS) this.#reasons.push(reason);
  }

  /** `tookMs`: how long the second really was. */
  say(standing: Standing, tookMs: number): void {
    const { tally } = this;
    const line = statusLine({ at: new Date(), second: tally.take(), tookMs, totalErrors: tally.errors, away: this.#away(standing) });
    const why = this.#reasons.map(reason => `          failed: ${reason.slice(0, 300)}\n`).join('');
    this.#reasons = [];
    process.stdout.write(`${line}\n${why}`);
    const { calls, errors, skipped } = tally;
    tellParent({ type: 'totals', totals: { calls, errors, skipped, connected: standing.connected } });
  }

  #away({ connected, staleForMs }: Standing): StatusLine['away'] {
    this.#wasThere ||= connected;
    if (connected) return null;
    if (staleForMs === null) return 'not yet';
    return this.#wasThere ? staleForMs : 'not yet, lists from the disk';
  }
}
