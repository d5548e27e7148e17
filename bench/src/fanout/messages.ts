/** What the bench and its watcher processes say to each other. Times are of the system's monotonic clock, which all processes share. */

export type WatchOrder = {
  readonly kind: 'sse' | 'grpc' | 'frames';
  readonly port: number;
  /** Watchers of this process. */
  readonly watchers: number;
  /** TCP connections they share; the watchers are spread evenly. */
  readonly connections: number;
  /** SSE: path with query. etcd: prefix of the keys. */
  readonly target: string;
};

export type WatchReport =
  /** All watchers are open and have what was there before. */
  | { readonly type: 'open' }
  /** All watchers of this process have this revision. */
  | { readonly type: 'seen'; readonly revision: number; readonly firstMs: number; readonly lastMs: number }
  | { readonly type: 'failed'; readonly why: string };

/** The child is ours, so its reports need no more than to be told from other messages. */
export function isReport(message: unknown): message is WatchReport {
  return typeof message === 'object' && message !== null && 'type' in message;
}

export function nowMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** Counts deliveries and reports a revision when the last watcher has it. */
export function tally(watchers: number, report: (seen: WatchReport) => void): (revision: number) => void {
  const open = new Map<number, { count: number; firstMs: number }>();
  return (revision) => {
    const lastMs = nowMs();
    const entry = open.get(revision) ?? { count: 0, firstMs: lastMs };
    entry.count += 1;
    if (entry.count < watchers) {
      open.set(revision, entry);
    } else {
      open.delete(revision);
      report({ type: 'seen', revision, firstMs: entry.firstMs, lastMs });
    }
  };
}
