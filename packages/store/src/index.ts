export type { Change, EndpointPatch, Snapshot } from './change.ts';
export type { Connection } from './client.ts';
export { StoreError } from './error.ts';
export { Feed } from './feed.ts';
export type { Lease } from './lease.ts';
export type { Attribution, ObjectResult, ObjectTransaction, ObjectWrite } from './objects.ts';
export {
  deregister, endSession, holdSession, openSession, register, setHealth,
  type DeregisterOutcome, type EndOutcome, type RegisterOutcome,
} from './record-operations.ts';
export { overdueQuery, pruneQuery, silentQuery, type Holder, type OverdueRow, type SilentRow } from './sessions.ts';
export { Store } from './store.ts';
