import type { Stored } from '@miko/model';
import type pg from 'pg';
import { textArray } from '../binary-array.ts';
import { objectOf, type ObjectRow } from '../rows.ts';

/** Looked for in one statement; what is beyond waits for the next. */
const MOST_AT_ONCE = 200;

interface Waiting {
  readonly kind: string;
  readonly project: string;
  readonly name: string;
  resolve(object: Stored | null): void;
  reject(error: unknown): void;
}

/**
 * Objects looked for by their names, together: those that are asked for while a statement runs go along in the next. A
 * statement of its own for each costs this process and the database more than all the rest of a write.
 */
export class ObjectFinder {
  readonly #pool: pg.Pool;
  #waiting: Waiting[] = [];
  #isRunning = false;

  constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  find(kind: string, project: string, name: string): Promise<Stored | null> {
    // PostgreSQL takes no text with it, and would refuse all that are asked for together.
    if (name.includes('\0')) return Promise.resolve(null);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ kind, project, name, resolve, reject });
      if (this.#isRunning) return;
      this.#isRunning = true;
      // After the requests that are being read right now: they go along.
      setImmediate(() => void this.#run());
    });
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) {
      const asked = this.#waiting.splice(0, MOST_AT_ONCE);
      try {
        const { rows } = await this.#pool.query<ObjectRow & { n: number }>({
          ...findMany, values: [textArray(asked.map(a => a.kind)), textArray(asked.map(a => a.project)), textArray(asked.map(a => a.name))],
        });
        const found = new Map(rows.map(row => [row.n, row]));
        asked.forEach((waiting, i) => {
          const row = found.get(i + 1);
          waiting.resolve(row === undefined ? null : objectOf(row));
        });
      } catch (error) {
        for (const waiting of asked) waiting.reject(error);
      }
    }
    this.#isRunning = false;
  }
}

const findMany = {
  name: 'miko_find_many',
  text: `select i.n, o.id, o.kind, o.project, o.name, o.spec, o.revision, o.created_at, o.updated_at, o.status
    from unnest($1::text[], $2::text[], $3::text[]) with ordinality as i(kind, project, name, n)
    cross join lateral (
      select f.*, s.status from object f left join object_status s on s.object_id = f.id
      where f.kind = i.kind and f.project = i.project and f.name = i.name and f.deleted_at is null offset 0) o`,
};
