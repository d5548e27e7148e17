import type { Endpoint } from './endpoint.ts';
import type { Runtime } from './runtime.ts';

/**
 * Chooses endpoints by power of two choices: two are drawn by weight, and the one with fewer requests in flight for its
 * weight is taken (Mitzenmacher 2001; gRPC A48 with weights). While nothing is in flight the weights alone decide.
 */
export type Picker = {
  /**
   * One of `endpoints` that `allowed` lets pass; those that lately refused a connection, and those of weight 0, only
   * when nothing else is left. Null when none is. The pick counts as a request in flight until `release`.
   */
  readonly pick: (endpoints: readonly Endpoint[], allowed?: (endpoint: Endpoint) => boolean) => Picked | null;
  /** The endpoint could not be connected to: avoided for 1 s, then 2 s, up to 8 s while it goes on refusing. */
  readonly refused: (id: string) => void;
  /** It answered: what it refused before is forgotten. */
  readonly answered: (id: string) => void;
  readonly inFlight: (id: string) => number;
};

/** An endpoint chosen for one request. Release it when the request is over; more than once does no harm. */
export type Picked = Disposable & {
  readonly endpoint: Endpoint;
  readonly release: () => void;
  /** It did not take the connection: avoid it for a moment. For callers that send by their own means, as gRPC. */
  readonly refused: () => void;
};

type Refusal = { readonly until: number; readonly times: number };
type Table = { readonly endpoints: readonly Endpoint[]; readonly starts: readonly number[]; readonly total: number };

const AVOID_MS = 1_000;
const MAX_DOUBLINGS = 3;
/** Refusals of endpoints that are long gone are swept when so many are kept. */
const MAX_REFUSALS = 1_000;

export function createPicker(runtime: Pick<Runtime, 'now' | 'random'>): Picker {
  const flying = new Map<string, number>();
  const refusals = new Map<string, Refusal>();
  /** From then on nothing is avoided. */
  let calmAt = 0;
  /** The table of a whole list, made once for each list. */
  const tables = new WeakMap<readonly Endpoint[], Table>();

  return { pick, refused, answered: (id) => void refusals.delete(id), inFlight: (id) => flying.get(id) ?? 0 };

  function pick(endpoints: readonly Endpoint[], allowed?: (endpoint: Endpoint) => boolean): Picked | null {
    const table = tableFor(endpoints, allowed);
    const chosen = choose(table);
    return chosen === null ? null : hold(chosen);
  }

  function tableFor(endpoints: readonly Endpoint[], allowed: ((endpoint: Endpoint) => boolean) | undefined): Table {
    if (allowed === undefined && runtime.now() >= calmAt) {
      const known = tables.get(endpoints) ?? tableOf(endpoints);
      tables.set(endpoints, known);
      return known;
    }
    const candidates = allowed === undefined ? endpoints : endpoints.filter(allowed);
    const willing = candidates.filter((endpoint) => !isAvoided(endpoint.id));
    return tableOf(willing.length > 0 ? willing : candidates);
  }

  function choose(table: Table): Endpoint | null {
    const first = draw(table, null);
    const second = draw(table, first);
    if (first === null || second === null) return first === null ? null : (table.endpoints[first] ?? null);
    const [a, b] = [table.endpoints[first], table.endpoints[second]];
    if (a === undefined || b === undefined) return a ?? b ?? null;
    return load(b) < load(a) ? b : a;
  }

  /** The index of an endpoint drawn by weight, never `other`. */
  function draw(table: Table, other: number | null): number | null {
    const width = other === null ? 0 : widthAt(table, other);
    const range = table.total - width;
    if (range <= 0) return null;
    const at = runtime.random() * range;
    return lastStartingBy(table.starts, other !== null && at >= (table.starts[other] ?? 0) ? at + width : at);
  }

  function load(endpoint: Endpoint): number {
    return (flying.get(endpoint.id) ?? 0) / Math.max(1, endpoint.weight);
  }

  function hold(endpoint: Endpoint): Picked {
    const { id } = endpoint;
    flying.set(id, (flying.get(id) ?? 0) + 1);
    let held = true;
    const release = (): void => {
      if (!held) return;
      held = false;
      const left = (flying.get(id) ?? 1) - 1;
      if (left > 0) flying.set(id, left);
      else flying.delete(id);
    };
    return { endpoint, release, refused: () => refused(id), [Symbol.dispose]: release };
  }

  function refused(id: string): void {
    const times = refusals.get(id)?.times ?? 0;
    const until = runtime.now() + AVOID_MS * 2 ** Math.min(times, MAX_DOUBLINGS);
    refusals.set(id, { until, times: times + 1 });
    calmAt = Math.max(calmAt, until);
    if (refusals.size > MAX_REFUSALS) sweep();
  }

  function isAvoided(id: string): boolean {
    const refusal = refusals.get(id);
    return refusal !== undefined && runtime.now() < refusal.until;
  }

  function sweep(): void {
    for (const [id, refusal] of refusals) if (refusal.until <= runtime.now()) refusals.delete(id);
  }
}

/** Each endpoint takes its weight in width on a line; those of weight 0 only when all are. */
function tableOf(candidates: readonly Endpoint[]): Table {
  const weighted = candidates.filter((endpoint) => endpoint.weight > 0);
  const endpoints = weighted.length > 0 ? weighted : candidates;
  const starts: number[] = [];
  let total = 0;
  for (const endpoint of endpoints) {
    starts.push(total);
    total += Math.max(1, endpoint.weight);
  }
  return { endpoints, starts, total };
}

function widthAt(table: Table, index: number): number {
  return (table.starts[index + 1] ?? table.total) - (table.starts[index] ?? 0);
}

/** The last index whose start is not beyond `at`. */
function lastStartingBy(starts: readonly number[], at: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= at) low = middle;
    else high = middle - 1;
  }
  return low;
}
