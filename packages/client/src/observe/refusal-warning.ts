import { isRefusal } from '../problem.ts';
import type { MikoError } from '../problem.ts';
import type { Runtime } from '../runtime.ts';

/**
 * Says on stderr that Miko refuses something for a reason that waiting does not mend, whether anybody listens to `error`
 * or not. Once, until it works again: it is asked for again and again meanwhile.
 */
export type RefusalWarning = { readonly failed: (error: MikoError) => void; readonly works: () => void };

/** `what` as in "Miko at https://… refuses `what`". */
export function createRefusalWarning(runtime: Pick<Runtime, 'warn'>, url: string, what: string): RefusalWarning {
  let warned = false;
  return {
    failed: (error) => {
      if (warned || !isRefusal(error)) return;
      warned = true;
      const hint = error.status === 401 ? '; MIKO_TOKEN, or the option token, must be a token of this Miko' : '';
      runtime.warn(`Miko at ${url} refuses ${what}: ${error.message}${hint}`, 'MIKO_REFUSED');
    },
    works: () => {
      warned = false;
    },
  };
}
