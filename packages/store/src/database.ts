import { Kysely, PostgresDialect, type ColumnType, type Generated } from 'kysely';
import type pg from 'pg';

type At = ColumnType<Date, Date | string, Date | string>;

/** The tables as Kysely sees them; `migrations/` holds what they are. */
export interface Tables {
  counter: { id: number; revision: number; horizon: number; installation: string };
  object: {
    id: string; kind: string; project: string; name: string; spec: unknown; revision: number;
    created_at: At; updated_at: At; deleted_at: At | null;
  };
  object_status: { object_id: string; status: unknown; revision: number };
  secret: { object_id: string; sha256: Buffer };
  change: {
    revision: number; at: Generated<Date>; kind: string; operation: string; project: string; service: string | null;
    name: string | null; subject: string; session: string | null; actor: string | null; request_id: string | null;
    before: unknown; after: unknown; credential: string | null; remote: string | null; user_agent: string | null;
    before_revision: number | null; changed: string[] | null;
  };
  usage: { kind: string; project: string; count: number };
  idempotency: { credential: string; key: string; fingerprint: string; status: number; headers: unknown; body: string | null; kept_at: At };
  signing_key: { id: number; value: Buffer };
  session: {
    id: string; project: string; owner: string; name: string; generation: number; ttl_seconds: number; state: string;
    credential: string; opened_at: At; expires_at: At; applied: number; watching: string[]; ended_at: At | null;
  };
  endpoint: {
    project: string; service: string; instance: string; id: string; session: string | null; owner: string; probe: string;
    document: unknown; health: string; held_since: At | null; revision: number; gone_cause: string | null; gone_at: At | null;
  };
}

export const createKysely = (pool: pg.Pool): Kysely<Tables> => new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
