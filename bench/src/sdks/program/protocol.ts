/**
 * What a client program is told and answers: one JSON line each, one request at a time. There is one program for each
 * language (`typescript.ts` here, `bench/sdks/python/client.py`, `sdks/go/internal/benchmark`), and all speak this.
 *
 * `connect` comes first. A call is a GET that reads its whole answer; any other answer than the expected one has failed.
 */

export type Connect = {
  readonly op: 'connect';
  /** `bare` is the client library underneath, over fixed addresses in turn; `miko` is the SDK. */
  readonly side: 'bare' | 'miko';
  /** How to call: `fetch` and `request` (TypeScript), `async` and `sync` (Python), `http` (Go). */
  readonly way: string;
  readonly addresses: readonly string[];
  readonly url: string;
  readonly token: string;
  readonly service: string;
  /** Of an answer's body. */
  readonly bytes: number;
};

/** Calls without a pause for so long. */
export type Run = { readonly op: 'run'; readonly concurrency: number; readonly ms: number };

/** The same, each call timed. */
export type Flow = { readonly op: 'flow'; readonly concurrency: number; readonly ms: number };

/** Picks and gives back so many endpoints, with 64 in flight. */
export type Picks = { readonly op: 'picks'; readonly count: number };

/** Calls with a pause of `pause_ms` after each, and notes each attempt (`picked`). */
export type Load = { readonly op: 'load'; readonly concurrency: number; readonly ms: number; readonly pause_ms: number };

/** The attempts at one endpoint since a moment (Unix ms), of the last load. */
export type Attempts = { readonly op: 'attempts'; readonly instance: string; readonly after_ms: number };

export type ProgramRequest = Connect | Run | Flow | Picks | Load | Attempts;

/** What it runs on, for people: `Node 24.1.0, undici 8.12.4`. */
export type Connected = { readonly runtime: string };

type Called = { readonly calls: number; readonly failed: number; readonly first_error: string | null };

/** `cpu_us`: user and system time of the whole process (getrusage). */
export type RunResult = Called & { readonly wall_ms: number; readonly cpu_us: number };

/** `longest_gap_ms`: the longest time in which no call ended. `revision`: applied by the end. */
export type FlowResult = Called & { readonly p50_ms: number; readonly p99_ms: number; readonly longest_gap_ms: number; readonly revision: number };

export type PicksResult = { readonly ns_per_pick: number };

export type LoadResult = Called;

export type AttemptsResult = { readonly attempts: number; readonly last_ms: number | null };

export type ProgramAnswer = { readonly ok: object } | { readonly error: string };
