import type { Stored } from '@miko/model';
import type pg from 'pg';
import type { ObjectFinder } from './finder.ts';
import type { ObjectTransaction } from './decision.ts';
import { objectOf, type ObjectRow } from '../rows.ts';

/** What a decision about objects reads, on a connection of its own or whichever is free. */
export const readsOf = (db: Pick<pg.Pool, 'query'>): ObjectTransaction => ({
  async find(kind, project, nameOrId) {
    const { rows } = await db.query<ObjectRow>({ ...(isId(nameOrId) ? findById : findByName), values: [kind, project ?? '', nameOrId] });
    return rows[0] === undefined ? null : objectOf(rows[0]);
  },
  async inUse(object: Stored) {
    const { rows } = await db.query<{ used: boolean }>({ ...inUse, values: [object.kind, object.project ?? '', object.name] });
    return rows[0]!.used;
  },
});

/** The same for whom nothing is open yet: what several of them look for by name is looked for together. */
export const sharedReadsOf = (pool: pg.Pool, finder: ObjectFinder): ObjectTransaction => {
  const reads = readsOf(pool);
  return {
    find: (kind, project, nameOrId) => (isId(nameOrId) ? reads.find(kind, project, nameOrId) : finder.find(kind, project ?? '', nameOrId)),
    inUse: object => reads.inUse(object),
  };
};

/** Names hold no underscore, ids do. */
const isId = (nameOrId: string): boolean => nameOrId.includes('_');

/** Found by the one index that has it, whatever the planner thought of the table while it was empty (`offset 0`). */
const find = (of: string): string => `select o.id, o.kind, o.project, o.name, o.spec, o.revision, o.created_at, o.updated_at, s.status
  from (select * from object where ${of} offset 0) o left join object_status s on s.object_id = o.id
  where o.kind = $1 and o.project = $2 and o.deleted_at is null`;
const findByName = { name: 'miko_find_by_name', text: find('kind = $1 and project = $2 and name = $3 and deleted_at is null') };
const findById = { name: 'miko_find_by_id', text: find('id = $3') };

const inUse = { name: 'miko_in_use', text: 'select miko_in_use($1, $2, $3) as used' };
