import type { EndpointKey, EndpointRecord, GoneCause, Health, SessionRecord, Stored } from '@miko/model';

/**
 * What a revision changed, as a view takes it. A replica that made the change itself offers it at once; one that reads
 * it later takes the record as it stands by then, and `superseded` where a later revision carries it.
 */
export type Change =
  | { readonly revision: number; readonly type: 'object'; readonly object: Stored; readonly deleted: boolean; readonly secretHash: string | null }
  | { readonly revision: number; readonly type: 'endpoint'; readonly record: EndpointRecord }
  | { readonly revision: number; readonly type: 'endpoint_patch'; readonly key: EndpointKey; readonly patch: EndpointPatch }
  | { readonly revision: number; readonly type: 'session'; readonly record: SessionRecord }
  | { readonly revision: number; readonly type: 'session_ended'; readonly id: string }
  | { readonly revision: number; readonly type: 'superseded' };

export type EndpointPatch =
  | { readonly health: Health }
  | { readonly held: boolean }
  | { readonly gone: GoneCause; readonly goneAt: number };

/** Everything a view is built from, read at one revision. */
export interface Snapshot {
  readonly revision: number;
  readonly horizon: number;
  readonly installation: string;
  /** Deleted endpoint overrides are among them: their revision is still shown by the endpoint they spoke of. */
  readonly objects: readonly { readonly object: Stored; readonly deleted: boolean; readonly secretHash: string | null }[];
  readonly sessions: readonly SessionRecord[];
}
