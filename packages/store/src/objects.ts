import type { Stored } from '@miko/model';
import { sql, type Kysely, type Transaction } from 'kysely';
import type { Change } from './change.ts';
import type { Tables } from './database.ts';
import { asStoreError, StoreError } from './error.ts';
import { failpoint } from './failpoint.ts';
import { objectOf, type ObjectRow } from './rows.ts';

/** Who does it, and why: what a change row keeps of the call. */
export interface Attribution {
  readonly actor: string;
  readonly requestId: string;
}

export type ObjectWrite =
  | { readonly operation: 'create'; readonly object: Omit<Stored, 'revision' | 'createdAt' | 'updatedAt'>; readonly secret: Buffer | null }
  | { readonly operation: 'update'; readonly before: Stored; readonly spec: Stored['spec'] }
  | { readonly operation: 'delete'; readonly before: Stored };

/** A transaction over objects: read and judge first, then one write, which ends it. */
export interface ObjectTransaction {
  /** By name or id, locked against other writers until the end. */
  find(kind: string, project: string | null, nameOrId: string): Promise<Stored | null>;
  count(kind: string, project: string | null): Promise<number>;
  /** Whether anything still lies in it: live objects of a project, registered endpoints of a service. */
  inUse(object: Stored): Promise<boolean>;
}

export interface ObjectResult {
  readonly object: Stored;
  readonly change: Change;
}

/**
 * One object written, or none: `decide` sees the truth, and what it returns is written with its change row in the last
 * statement before the commit, so the counter is locked for that and the commit alone. `null` changes nothing.
 * Rejects with StoreError `conflict` when the name is taken, and with whatever `decide` throws.
 */
export async function writeObject(
  db: Kysely<Tables>,
  by: Attribution,
  decide: (tx: ObjectTransaction) => Promise<ObjectWrite | null>,
): Promise<ObjectResult | null> {
  try {
    const result = await db.transaction().execute(async trx => {
      const write = await decide(transactionOf(trx));
      return write === null ? null : await record(trx, by, write);
    });
    if (result !== null) failpoint('objects.after_commit');
    return result;
  } catch (error) {
    if ((error as { code?: string }).code === '23505') throw new StoreError('conflict', 'something of that name exists', error);
    throw asStoreError(error);
  }
}

const fleet = (project: string | null): string => project ?? '';

const transactionOf = (trx: Transaction<Tables>): ObjectTransaction => ({
  async find(kind, project, nameOrId) {
    const { rows } = await sql<ObjectRow>`
      select o.*, s.status from object o left join object_status s on s.object_id = o.id
      where o.kind = ${kind} and o.project = ${fleet(project)} and (o.name = ${nameOrId} or o.id = ${nameOrId}) and o.deleted_at is null
      for update of o`.execute(trx);
    return rows[0] === undefined ? null : objectOf(rows[0]);
  },
  async count(kind, project) {
    const { rows } = await sql<{ count: number }>`
      select count(*) as count from object where kind = ${kind} and project = ${fleet(project)} and deleted_at is null`.execute(trx);
    return rows[0]!.count;
  },
  async inUse(object) {
    const { rows } = await sql<{ used: boolean }>`
      select case ${object.kind}::text
        when 'project' then exists (select from object where project = ${object.name} and deleted_at is null)
          or exists (select from endpoint where project = ${object.name} and gone_cause is null)
          or exists (select from session where project = ${object.name} and state <> 'ended')
        when 'service' then exists (
          select from endpoint where project = ${fleet(object.project)} and service = ${object.name} and gone_cause is null)
        else false
      end as used`.execute(trx);
    return rows[0]!.used;
  },
});

async function record(trx: Transaction<Tables>, by: Attribution, write: ObjectWrite): Promise<ObjectResult> {
  const subject = write.operation === 'create' ? write.object : write.before;
  const spec = write.operation === 'update' ? write.spec : subject.spec;
  const document = { id: subject.id, kind: subject.kind, name: subject.name, project: subject.project, spec, status: subject.status };
  const before = write.operation === 'create' ? null : write.before;
  const secret = write.operation === 'create' ? write.secret : null;
  const { rows: [row] } = await sql<{ revision: number; at: Date }>`
    select revision, at from miko_write_object(${write.operation}, ${JSON.stringify({ ...document, createdAt: before?.createdAt })}::jsonb,
      ${before === null ? null : JSON.stringify(before)}::jsonb, ${secret}::bytea, ${by.actor}, ${by.requestId})`.execute(trx);
  const { revision, at } = row!;
  failpoint('objects.before_commit');
  const updatedAt = at.toISOString();
  const object: Stored = { ...document, revision, createdAt: before?.createdAt ?? updatedAt, updatedAt };
  return { object, change: { revision, type: 'object', object, deleted: write.operation === 'delete', secretHash: secret?.toString('hex') ?? null } };
}
