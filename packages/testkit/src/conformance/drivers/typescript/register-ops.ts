import type { RegisterOptions, Registration } from '@miko/client';
import { bad, number, numberOr, type Args } from './args.ts';
import type { HeldClient } from './held-client.ts';
import type { Ops } from './line-protocol.ts';
import { camelled } from './words.ts';

type Held = { readonly registration: Registration; readonly open: () => void };

const REGISTERED_MS = 30_000;

/** Putting endpoints into the directory, and taking them out. */
export function registerOps(held: HeldClient): Ops {
  const all = new Map<number, Held>();
  let count = 0;

  const one = (args: Args): Held => {
    const found = all.get(number(args, 'registration'));
    if (found === undefined) throw bad('registration', 'one that there is');
    return found;
  };
  return {
    register: (args) => {
      let isOpen = false;
      const { check, readiness, tags, labels, ...plain } = args;
      const gate = readiness === 'gate' ? { readiness: () => isOpen } : {};
      // Labels and tags are the user's own words.
      const spec = { ...(camelled(plain) as object), tags, labels, check: camelled(check), ...gate };
      const registration = held.client.register(defined(spec) as RegisterOptions);
      all.set(++count, { registration, open: () => void (isOpen = true) });
      return { registration: count };
    },
    open_gate: (args) => one(args).open(),
    registered: async (args) => {
      const { id } = await within(numberOr(args, 'timeout_ms', REGISTERED_MS), one(args).registration.ready);
      return { id };
    },
    deregister: (args) => one(args).registration.close(),
  };
}

const defined = (spec: object): object => Object.fromEntries(Object.entries(spec).filter(([, value]) => value !== undefined));

async function within<T>(ms: number, promise: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(Object.assign(new Error(`not registered within ${ms} ms`), { code: 'timeout' })), ms);
  try {
    return await Promise.race([promise, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
