import { setTimeout as sleep } from 'node:timers/promises';
import { Problem, type EndpointKey } from '@miko/model';
import type { Holder, Store } from '@miko/store';
import type { Query } from '../api/query.ts';

const FIRST_POLL_MS = 25;
const POLL_MS = 100;
const MOST_WAITING = 500;
const MOST_WAIT_SECONDS = 300;

/** How long a call that takes an endpoint out waits for its callers; 0 unless asked. */
export function waitSecondsOf(query: Query): number {
  const seconds = (query['wait_seconds'] as number | undefined) ?? 0;
  if (seconds <= MOST_WAIT_SECONDS) return seconds;
  const flaw = { pointer: 'wait_seconds', code: 'too_large', detail: `must be at most ${MOST_WAIT_SECONDS}` };
  throw new Problem('invalid_request', `wait_seconds ${flaw.detail}`, { flaws: [flaw] });
}

/**
 * Waiting for the callers of a service to let go. The database knows the watchers of every Miko; however many drains
 * wait for one service, it is asked for them once.
 */
export class Drains {
  readonly #store: Store;
  readonly #asking = new Map<string, Promise<Holder[]>>();
  #waiting = 0;

  constructor(store: Store) {
    this.#store = store;
  }

  /** Resolves to the sessions that watch the service and have not applied `revision`: none, or those left after `waitMs`. */
  async released(key: EndpointKey, revision: number, waitMs: number): Promise<readonly Holder[]> {
    if (this.#waiting >= MOST_WAITING) throw new Problem('overloaded', `${MOST_WAITING} drains are waiting`, { headers: { 'retry-after': '5' } });
    this.#waiting++;
    try {
      const end = performance.now() + waitMs;
      for (let pause = FIRST_POLL_MS; ; pause = POLL_MS) {
        const holding = (await this.#watchers(key)).filter(({ applied }) => applied < revision);
        const left = end - performance.now();
        if (holding.length === 0 || left <= 0) return holding;
        await sleep(Math.min(pause, left));
      }
    } finally {
      this.#waiting--;
    }
  }

  #watchers({ project, service }: EndpointKey): Promise<Holder[]> {
    const name = `${project}/${service}`;
    let asking = this.#asking.get(name);
    if (asking === undefined) {
      asking = this.#store.watchers(project, service).finally(() => this.#asking.delete(name));
      this.#asking.set(name, asking);
    }
    return asking;
  }
}
