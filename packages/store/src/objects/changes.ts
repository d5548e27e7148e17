import type { Stored } from '@miko/model';
import type pg from 'pg';
import { asStoreError } from '../error.ts';

/** What was done to an object: as it became, or as it was when it was deleted. */
export interface ObjectChange {
  readonly object: Stored;
  readonly deleted: boolean;
  readonly revision: number;
}

export interface ObjectChangesAsked {
  readonly kind: string;
  /** Null: the fleet's own. */
  readonly project: string | null;
  /** The revision up to which they are known. */
  readonly after: number;
  /** How many changes of the kind are looked at, in whatever project. */
  readonly most: number;
}

export interface ObjectChanges {
  /** In the order of their revisions. */
  readonly changes: readonly ObjectChange[];
  /** Up to here these are all. */
  readonly upTo: number;
}

/**
 * The next changes of the objects of one kind in one place, all of one moment. Null where they may not be kept any more:
 * before the horizon. Rejects with StoreError.
 */
export async function readObjectChanges(pool: pg.Pool, { kind, project, after, most }: ObjectChangesAsked): Promise<ObjectChanges | null> {
  const place = project ?? '';
  try {
    // A stretch of the index over kinds, however many projects share it: bounded also where nearly all is elsewhere.
    const { rows } = await pool.query<Row>({
      name: 'object-changes',
      text: `select k.horizon, k.revision as newest, c.revision, c.project, c.document, c.deleted
        from counter k left join lateral (
          select revision, project, operation = 'delete' as deleted,
            case when project = $2 then case when operation = 'delete' then before else after end end as document
          from change where kind = $1 and kind <> 'endpoint' and revision > $3 order by revision limit $4) c on true
        order by c.revision`,
      values: [kind, place, after, most],
    });
    const { horizon, newest } = rows[0]!;
    if (after < horizon) return null;
    const found = rows.filter((row): row is FoundRow => row.revision !== null);
    return {
      changes: found.filter(row => row.project === place).map(({ revision, document, deleted }) => ({ revision, deleted, object: { ...document, revision } })),
      upTo: found.length < most ? newest : found.at(-1)!.revision,
    };
  } catch (error) {
    throw asStoreError(error);
  }
}

type FoundRow = { readonly horizon: number; readonly newest: number; readonly revision: number; readonly project: string; readonly document: Stored; readonly deleted: boolean };
type Row = FoundRow | { readonly horizon: number; readonly newest: number; readonly revision: null };
