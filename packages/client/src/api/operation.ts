/** What every operation of the API takes beside its own parameters. */
export type ApiCall = {
  /** Gives the call up; what was written may have happened all the same. */
  readonly signal?: AbortSignal | undefined;
};

/** What Miko answered. `body` is as on the wire: names in snake_case, times as RFC 3339 text. */
export type ApiAnswer<T> = {
  readonly status: number;
  readonly body: T;
  /** Goes back as `ifMatch` to change just this; null where the operation shows none. */
  readonly etag: string | null;
  /** The revision that this answer shows or made; null where it has none. */
  readonly revision: number | null;
  /** The path of what was made. */
  readonly location: string | null;
  /** Where to watch from without a gap. */
  readonly cursor: string | null;
  /** Names the call in Miko's log and audit. */
  readonly requestId: string | null;
};

/** One frame of a stream; `cursor` resumes after it, as `since`. */
export type ApiFrame<Event extends string, Data> = { readonly event: Event; readonly data: Data; readonly cursor: string | null };

/** How an operation looks on the wire: what the generated code tells of each. */
export type ApiOperation = {
  readonly method: string;
  /** With `{parameters}` in braces, by the names that callers use. */
  readonly path: string;
  /** The project around it is the client's own where none is given. */
  readonly ownProject?: true;
  /** By the caller's name, the one on the wire. */
  readonly query?: Readonly<Record<string, string>>;
  /** Lists of the query whose values come as a pair each; others are joined by commas. */
  readonly repeated?: readonly string[];
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: 'json' | 'form' | 'patch' | 'lines';
  /** Statuses of 400 and more that are an answer, not a refusal. */
  readonly alsoAnswers?: readonly number[];
};

/** The few ways to make a call, which the generated operations are built on. */
export type ApiSender = {
  readonly json: <T>(operation: ApiOperation, call?: ApiCall) => Promise<ApiAnswer<T>>;
  readonly text: (operation: ApiOperation, call?: ApiCall) => Promise<ApiAnswer<string>>;
  /** NDJSON, each line read. */
  readonly lines: <T>(operation: ApiOperation, call?: ApiCall) => AsyncIterable<T>;
  /** NDJSON, each line as it came. */
  readonly rawLines: (operation: ApiOperation, call?: ApiCall) => AsyncIterable<string>;
  /** Server-sent events of these names, of one connection: it ends when Miko ends it. */
  readonly frames: <T>(operation: ApiOperation, events: readonly string[], call?: ApiCall) => AsyncIterable<T>;
};
