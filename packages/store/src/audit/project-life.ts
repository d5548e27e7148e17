import type pg from 'pg';
import { ask } from './ask.ts';

/**
 * Since when a project has been there. Names are given again: what a project of the same name left in the record is not
 * for the readers of this one.
 */
export interface ProjectLife {
  /** The time of its creation, to the millisecond: RFC 3339. Rows of this project are no older. */
  readonly since: string;
  /** The revision of its creation; null once that row is in the archive alone. */
  readonly revision: number | null;
}

/** Null: there is no such project. */
export async function projectLife(pool: pg.Pool, name: string): Promise<ProjectLife | null> {
  const [row] = await ask<{ since: Date; revision: number | null }>(pool, 'miko_project_life', `
    select o.created_at as since, (
      select c.revision from change c where c.kind = 'project' and c.kind <> 'endpoint' and c.name = o.name and c.operation = 'create' and c.subject = o.id limit 1) as revision
    from object o where o.kind = 'project' and o.project = '' and o.name = $1 and o.deleted_at is null`, [name]);
  return row === undefined ? null : { since: row.since.toISOString(), revision: row.revision };
}
