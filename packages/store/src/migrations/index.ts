import type { Migration } from 'kysely/migration';
import * as base from './0001-base.ts';
import * as records from './0002-records.ts';

/** In order; a migration that has shipped is never changed. */
export const migrations: Readonly<Record<string, Migration>> = {
  '0001-base': base,
  '0002-records': records,
};
