/** What the processes of the demo tell their supervisor. They are told things by signals alone. */
export type ChildMessage =
  /** It answers on this port of 127.0.0.1. */
  | { readonly type: 'listening'; readonly port: number }
  /** It stands in the directory. */
  | { readonly type: 'registered' }
  /** The client's sums since its start, each second. */
  | { readonly type: 'totals'; readonly totals: Totals };

export interface Totals {
  readonly calls: number;
  readonly errors: number;
  /** Calls that were due and not made, because too many were under way. */
  readonly skipped: number;
  /** The client has Miko's stream; otherwise it works on its last list. */
  readonly connected: boolean;
}

export function isChildMessage(value: unknown): value is ChildMessage {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string' && types.has(value.type);
}

const types: ReadonlySet<string> = new Set<ChildMessage['type']>(['listening', 'registered', 'totals']);
