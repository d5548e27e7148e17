export { beginFile, dropPlan, fileWith, findFiles, keepFile, unfinished, waitingBlocks, type Block, type FileFilter, type KeptFile, type Stretch } from './archive/files.ts';
export { sweepRows, sweepTombstones, type Swept } from './archive/sweep.ts';
export { readAudit, type AuditFilter, type AuditPage, type AuditRow } from './audit/change-list.ts';
export { projectLife, type ProjectLife } from './audit/project-life.ts';
export { readRefusals, writeRefusals, type RefusalEntry, type RefusalFilter, type RefusalPage, type RefusalRow } from './audit/refusals.ts';
export { archivedUpto, newestOf, readLines, sealAfter, sealBefore, sealNext, streams, type Stream } from './audit/seals.ts';
export type { Change, EndpointPatch, Snapshot } from './change.ts';
export type { CallClaim, Claim, KeptAnswer } from './claims/kept-answer.ts';
export type { Connection } from './client.ts';
export { StoreError } from './error.ts';
export { Feed } from './feed.ts';
export type { Lease } from './lease.ts';
export { readObjectChanges, type ObjectChange, type ObjectChanges, type ObjectChangesAsked } from './objects/changes.ts';
export type { Attribution, Decide, ObjectResult, ObjectTransaction, ObjectWrite, Replay, WriteHow } from './objects/decision.ts';
export {
  deregister, endSession, holdSession, openSession, register, setHealth,
  type DeregisterOutcome, type EndOutcome, type RegisterOutcome,
} from './record-operations.ts';
export { overdueQuery, pruneQuery, silentQuery, type Holder, type OverdueRow, type SilentRow } from './sessions.ts';
export { Store } from './store.ts';
