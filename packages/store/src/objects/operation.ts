import type { Stored } from '@miko/model';
import { StoreError } from '../error.ts';
import type { Attribution, ObjectResult, ObjectWrite } from './decision.ts';
import type { Operation } from '../record-operations.ts';

/** A decided write, with whose it is. */
export interface AttributedWrite {
  readonly by: Attribution;
  readonly write: ObjectWrite;
}

export type WriteOutcome =
  | { readonly outcome: 'written'; readonly result: ObjectResult }
  /** It was written or deleted by somebody else since it was read; or it is to be deleted, and by now something lies in it. */
  | { readonly outcome: 'raced' }
  | { readonly outcome: 'conflict' }
  /** The project that it would lie in is gone by now. */
  | { readonly outcome: 'no_project' }
  | { readonly outcome: 'quota'; readonly used: number; readonly most: number };

/** While a group is written the counter is held against everybody: not for longer than this many take. */
const MOST_IN_GROUP = 100;

/** Objects as the one writer of this Miko takes them: a group of them is one statement and one commit. */
export const writeObjects: Operation<AttributedWrite, WriteOutcome> = {
  name: 'miko_write_objects',
  text: 'select n, outcome, revision, at, used, most from miko_write_objects($1::jsonb)',
  mostInGroup: MOST_IN_GROUP,
  keyOf: ({ write }) => (write.operation === 'create' ? `${write.object.kind}/${write.object.project ?? ''}/${write.object.name}` : write.before.id),
  groupOf: () => '',
  values: writes => [JSON.stringify(writes.map(sent))],
  read(rows, writes, changes) {
    const outcomes: WriteOutcome[] = [];
    for (const [n, outcome, revision, at, used, most] of rows as readonly (readonly [number, WriteOutcome['outcome'], number, Date, number, number])[]) {
      if (outcome === 'written') {
        const result = resultOf(writes[n - 1]!.write, revision, at.toISOString());
        changes.push(result.change);
        outcomes[n - 1] = { outcome, result };
      } else {
        outcomes[n - 1] = outcome === 'quota' ? { outcome, used, most } : { outcome };
      }
    }
    return outcomes;
  },
};

/** Null: raced. Throws StoreError `conflict`, `no_project` and `quota`. */
export function settled(outcome: WriteOutcome): ObjectResult | null {
  if (outcome.outcome === 'written') return outcome.result;
  if (outcome.outcome === 'raced') return null;
  if (outcome.outcome === 'conflict') throw new StoreError('conflict', 'something of that name exists');
  if (outcome.outcome === 'no_project') throw new StoreError('no_project', 'its project was deleted at the same moment');
  const { used, most } = outcome;
  throw new StoreError('quota', `there are ${used}, and at most ${most} may be`, undefined, { used, most });
}

const subjectOf = (write: ObjectWrite) => (write.operation === 'create' ? write.object : write.before);
const specOf = (write: ObjectWrite): Stored['spec'] => (write.operation === 'update' ? write.spec : subjectOf(write).spec);

function sent({ by, write }: AttributedWrite): unknown {
  const { id, kind, name, project, status } = subjectOf(write);
  const document = { id, kind, name, project, spec: specOf(write), status };
  const call = { ...by, operation: write.operation };
  if (write.operation !== 'create') {
    const changed = write.operation === 'update' ? write.changed : null;
    return { ...call, document: { ...document, createdAt: write.before.createdAt }, before: write.before, changed };
  }
  return { ...call, document, sha256: write.secret?.toString('hex') ?? null, most: write.most, quota: write.quotaName };
}

function resultOf(write: ObjectWrite, revision: number, updatedAt: string): ObjectResult {
  const { id, kind, name, project, status } = subjectOf(write);
  const createdAt = write.operation === 'create' ? updatedAt : write.before.createdAt;
  const object: Stored = { id, kind, name, project, revision, createdAt, updatedAt, spec: specOf(write), status };
  const secretHash = write.operation === 'create' ? (write.secret?.toString('hex') ?? null) : null;
  return { object, change: { revision, type: 'object', object, deleted: write.operation === 'delete', secretHash } };
}
