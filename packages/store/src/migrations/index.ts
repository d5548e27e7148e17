import type { Migration } from 'kysely/migration';
import * as base from './0001-base.ts';
import * as records from './0002-records.ts';
import * as objectCalls from './0003-object-calls.ts';
import * as audit from './0004-audit.ts';

/** In order; a migration that has shipped is never changed. */
export const migrations: Readonly<Record<string, Migration>> = {
  '0001-base': base,
  '0002-records': records,
  '0003-object-calls': objectCalls,
  '0004-audit': audit,
};
