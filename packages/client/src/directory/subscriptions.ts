import { invalid, quoted } from '../arguments.ts';
import { MikoError } from '../problem.ts';
import { isServiceName, SERVICE_NAME } from '../service-name.ts';

/** The services that a client watches: those it asked for once. */
export type Subscriptions = {
  readonly all: () => readonly string[];
  /** All of them or none. Answers whether any is new. Throws `invalid_argument` or `too_many`. */
  readonly add: (services: readonly string[]) => boolean;
};

/** All names stand in the address of the stream, of which Miko takes 8192 characters; the rest is room for its other parts. */
const MAX_NAMES_CHARS = 7_000;

export function createSubscriptions(): Subscriptions {
  const services = new Set<string>();
  let chars = 0;
  return {
    all: () => [...services],
    add: (names) => {
      const fresh = [...new Set(names)].filter((name) => !services.has(name));
      if (fresh.length === 0) return false;
      for (const name of fresh) if (!isServiceName(name)) throw invalid(`service ${quoted(name)}`, `must match ${SERVICE_NAME.source}`);
      const more = fresh.reduce((sum, name) => sum + name.length + 1, 0);
      if (chars + more > MAX_NAMES_CHARS) throw new MikoError('too_many', `the names of all services that one client watches have at most ${MAX_NAMES_CHARS} characters`);
      chars += more;
      for (const name of fresh) services.add(name);
      return true;
    },
  };
}
