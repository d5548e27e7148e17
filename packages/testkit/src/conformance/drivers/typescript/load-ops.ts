import { bad, number, type Args } from './args.ts';
import type { HeldClient } from './held-client.ts';
import type { Ops } from './line-protocol.ts';
import { callOnce } from './one-call.ts';
import { Tally } from './tally.ts';

const TICK_MS = 5;

/** Calls at a fixed rate, until they are stopped. */
export function loadOps(held: HeldClient): Ops {
  let load: Load | null = null;
  return {
    load_start: (args) => {
      if (load !== null) throw bad('load_start', 'stopped first');
      load = new Load(held, args);
    },
    load_stop: async () => {
      const stopped = load;
      load = null;
      return stopped?.stop();
    },
  };
}

class Load {
  readonly #tally = new Tally();
  readonly #underWay = new Set<Promise<void>>();
  readonly #timer: NodeJS.Timeout;

  constructor(held: HeldClient, args: Args) {
    const [concurrency, perSecond, began] = [number(args, 'concurrency'), number(args, 'per_second'), performance.now()];
    let made = 0;
    this.#timer = setInterval(() => {
      const due = Math.floor(((performance.now() - began) * perSecond) / 1_000);
      // What cannot be made now, because so many are under way, is made later.
      for (; made < due && this.#underWay.size < concurrency; made += 1) this.#launch(callOnce(held, args));
    }, TICK_MS);
  }

  async stop(): Promise<unknown> {
    clearInterval(this.#timer);
    await Promise.all(this.#underWay);
    return this.#tally.words;
  }

  #launch(call: ReturnType<typeof callOnce>): void {
    const counted = this.#tally.count(call).finally(() => this.#underWay.delete(counted));
    this.#underWay.add(counted);
  }
}
