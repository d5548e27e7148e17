import { number, numberOr } from './args.ts';
import type { HeldClient } from './held-client.ts';
import type { Ops } from './line-protocol.ts';
import { callOnce } from './one-call.ts';
import { Tally } from './tally.ts';

/** Calling services by name: once, or many times. */
export function callOps(held: HeldClient): Ops {
  return {
    call: (args) => callOnce(held, args),
    calls: async (args) => {
      const tally = new Tally();
      let left = number(args, 'count');
      const worker = async (): Promise<void> => {
        while (left-- > 0) await tally.count(callOnce(held, args));
      };
      await Promise.all(Array.from({ length: numberOr(args, 'concurrency', 1) }, worker));
      return tally.words;
    },
  };
}
