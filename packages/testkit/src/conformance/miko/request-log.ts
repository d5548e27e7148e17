/** Every request that a server of a scenario got, in the order of arrival. */

export interface Logged {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  /** Parsed where it is JSON, else the text. */
  readonly body: unknown;
  /** Since the server began. */
  readonly at_ms: number;
  /** Of the answer; null while there is none, and when the connection was broken in its place. */
  status: number | null;
  ended_ms: number | null;
}

/** Which requests are meant: of a method, with a path that fits, from a place in the log on. */
export interface Wanted {
  readonly method: string | null;
  readonly path: string | null;
  readonly from: number;
}

/** What the steps of a scenario see of them. */
export interface Seen {
  readonly count: number;
  /** Without an answer up to now. */
  readonly open: number;
  /** How many were there at once, at most. */
  readonly most_at_once: number;
  /** Between the arrivals. */
  readonly gaps_ms: readonly number[];
  readonly first: Logged | null;
  readonly last: Logged | null;
  readonly all: readonly Logged[];
}

/** Far more than any scenario makes; beyond it a scenario has run wild. */
const MOST = 200_000;

export class RequestLog {
  readonly #all: Logged[] = [];
  readonly #began = performance.now();

  get length(): number {
    return this.#all.length;
  }

  add(request: Omit<Logged, 'at_ms' | 'status' | 'ended_ms'>): Logged {
    if (this.#all.length >= MOST) throw new Error(`a server of the scenario got more than ${MOST} requests`);
    const logged: Logged = { ...request, at_ms: this.#now(), status: null, ended_ms: null };
    this.#all.push(logged);
    return logged;
  }

  ended(logged: Logged, status: number | null): void {
    logged.status = status;
    logged.ended_ms = this.#now();
  }

  seen({ method, path, from }: Wanted): Seen {
    const pattern = path === null ? null : new RegExp(path);
    const all = this.#all.slice(from).filter(one => (method === null || one.method === method) && (pattern === null || pattern.test(one.path)));
    return {
      count: all.length, open: all.filter(one => one.ended_ms === null).length, most_at_once: mostAtOnce(all),
      gaps_ms: all.slice(1).map((one, i) => one.at_ms - all[i]!.at_ms), first: all[0] ?? null, last: all.at(-1) ?? null, all,
    };
  }

  #now(): number {
    return Math.round(performance.now() - this.#began);
  }
}

function mostAtOnce(all: readonly Logged[]): number {
  const turns = all.flatMap(one => [[one.at_ms, 1], ...(one.ended_ms === null ? [] : [[one.ended_ms, -1]])] as [number, number][]);
  let now = 0;
  let most = 0;
  // An end counts before a beginning of the same moment.
  for (const [, by] of turns.sort(([a, first], [b, second]) => a - b || first - second)) most = Math.max(most, now += by);
  return most;
}

export const parsedBody = (text: string): unknown => {
  try {
    return text === '' ? null : JSON.parse(text);
  } catch {
    return text;
  }
};
