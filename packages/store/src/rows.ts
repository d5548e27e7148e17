import type { EndpointDocument, EndpointRecord, GoneCause, Health, JsonObject, SessionRecord, SessionState, Stored } from '@miko/model';

/** Rows of the tables, and what they stand for. */
export interface EndpointRow {
  readonly project: string; readonly service: string; readonly instance: string; readonly id: string;
  readonly session: string | null; readonly owner: string; readonly document: EndpointDocument; readonly health: string;
  readonly held_since: Date | null; readonly revision: number; readonly gone_cause: string | null; readonly gone_at: Date | null;
}

export const endpointColumns = 'project, service, instance, id, session, owner, document, health, held_since, revision, gone_cause, gone_at';

export const endpointOf = (row: EndpointRow): EndpointRecord => ({
  project: row.project,
  service: row.service,
  instance: row.instance,
  id: row.id,
  session: row.session,
  owner: row.owner,
  document: row.document,
  health: row.health as Health,
  held: row.held_since !== null,
  revision: row.revision,
  gone: row.gone_cause as GoneCause | null,
  goneAt: row.gone_at?.getTime() ?? null,
});

export interface SessionRow {
  readonly id: string; readonly project: string; readonly owner: string; readonly name: string; readonly generation: number;
  readonly ttl_seconds: number; readonly state: string; readonly credential: string; readonly opened_at: Date;
  readonly expires_at: Date; readonly applied: number; readonly watching: readonly string[];
}

export const sessionOf = (row: SessionRow): SessionRecord => ({
  id: row.id,
  project: row.project,
  owner: row.owner,
  name: row.name,
  generation: row.generation,
  ttlSeconds: row.ttl_seconds,
  state: row.state as SessionState,
  credential: row.credential,
  openedAt: row.opened_at.getTime(),
  expiresAt: row.expires_at.getTime(),
  applied: row.applied,
  watching: row.watching,
});

export interface ObjectRow {
  readonly id: string; readonly kind: string; readonly project: string; readonly name: string; readonly spec: unknown;
  readonly revision: number; readonly created_at: Date; readonly updated_at: Date; readonly status: unknown;
}

/** The stored form keeps '' where an object lies in no project, so that one unique index holds for both. */
export const objectOf = (row: ObjectRow): Stored => ({
  id: row.id,
  kind: row.kind,
  name: row.name,
  project: row.project === '' ? null : row.project,
  revision: row.revision,
  createdAt: row.created_at.toISOString(),
  updatedAt: row.updated_at.toISOString(),
  spec: row.spec as JsonObject,
  status: (row.status ?? {}) as JsonObject,
});
