import type pg from 'pg';

/** How many objects of a kind lie in a project; `project` null: in the fleet. */
export interface Usage {
  readonly kind: string;
  readonly project: string | null;
  readonly count: number;
}

/** Of one project, or of the fleet's own kinds. Kinds of which there never was an object are not among them. */
export async function readUsage(pool: pg.Pool, project: string | null): Promise<Usage[]> {
  const { rows } = await pool.query<{ kind: string; count: number }>({
    name: 'miko_usage',
    text: 'select kind, count from usage where project = $1 order by kind',
    values: [project ?? ''],
  });
  return rows.map(({ kind, count }) => ({ kind, project, count }));
}
