import type pg from 'pg';
import { asStoreError } from '../error.ts';

/** The rows of a query; rejects with StoreError `unavailable` where the database cannot be reached. */
export async function ask<Row extends pg.QueryResultRow>(pool: Pick<pg.Pool, 'query'>, name: string, text: string, values: unknown[]): Promise<Row[]> {
  try {
    return (await pool.query<Row>({ name, text, values })).rows;
  } catch (error) {
    throw asStoreError(error);
  }
}
