import type { Picked } from '@miko/client';
import { maybeText, numberOr, text } from './args.ts';
import type { HeldClient } from './held-client.ts';
import type { Ops } from './line-protocol.ts';

/** Choosing endpoints without calling them; with `hold` they stay in flight. */
export function pickOps(held: HeldClient): Ops {
  const picks = new Set<Picked>();
  const releaseAll = (): void => {
    for (const picked of picks) picked.release();
    picks.clear();
  };
  return {
    pick: async (args) => {
      const hashKey = maybeText(args, 'hash_key');
      const instances: string[] = [];
      for (let i = 0; i < numberOr(args, 'times', 1); i++) {
        const picked = await held.client.pick(text(args, 'service'), { hashKey });
        instances.push(picked.endpoint.instance);
        if (args['hold'] === true) picks.add(picked);
        else picked.release();
      }
      if (picks.size > 0) held.atEnd(releaseAll);
      return { instances };
    },
    release_all: releaseAll,
  };
}
