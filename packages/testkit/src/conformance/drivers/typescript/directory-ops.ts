import { number, text } from './args.ts';
import type { HeldClient } from './held-client.ts';
import type { Ops } from './line-protocol.ts';
import { answerWords } from './words.ts';

/** Looking up, and watching. */
export function directoryOps(held: HeldClient): Ops {
  const watches = new Map<number, () => void>();
  let count = 0;
  return {
    endpoints: async (args) => answerWords(await held.client.endpoints(text(args, 'service'))),
    watch: (args) => {
      const watch = ++count;
      const stop = held.client.watch(text(args, 'service'), (answer) => held.say({ event: 'answer', watch, service: answer.service, ...answerWords(answer) }));
      watches.set(watch, stop);
      held.atEnd(() => watches.delete(watch));
      return { watch };
    },
    unwatch: (args) => {
      watches.get(number(args, 'watch'))?.();
      watches.delete(number(args, 'watch'));
    },
  };
}
