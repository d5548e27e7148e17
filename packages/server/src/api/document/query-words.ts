import { streams } from '@miko/store';
import type { Json } from './plain-schema.ts';

const time: Json = { maxLength: 40, format: 'date-time' };

/** What the parameters of queries mean. A name means the same wherever it stands, but for those with an operation before it. */
export const queryWords: Readonly<Record<string, { readonly description: string; readonly schema: Json }>> = {
  actor: { description: 'Only what this credential did: its id.', schema: { maxLength: 64 } },
  at_least: { description: 'Wait, at most five seconds, until this Miko has seen that revision: to read what was just written elsewhere.', schema: {} },
  audience: { description: '`public` leaves internal addresses out; a credential bound to public ones gets no others.', schema: { enum: ['internal', 'public'] } },
  code: { description: 'Only of this code: one of an error, `secret_shown` or `dropped`.', schema: { maxLength: 64 } },
  dry_run: { description: 'Do everything but keep it: the answer is what it would have been.', schema: { default: false } },
  fields: { description: 'Only these fields of each object, such as `name,spec.labels`.', schema: {} },
  health: { description: 'Only endpoints of these healths; `any`: every registered one.', schema: { enum: ['any', 'starting', 'passing', 'warning', 'critical', 'unknown'] } },
  kind: { description: 'Only of this kind: one of objects, `endpoint` or `session`.', schema: { maxLength: 63 } },
  label: { description: 'Only those that bear this label, as `key:value`; several must all be borne.', schema: {} },
  limit: { description: 'The most items of one page.', schema: { minimum: 1, maximum: 1_000, default: 100 } },
  name: { description: 'Only of this name.', schema: { maxLength: 128 } },
  page_token: { description: 'The `next_page_token` of the page before; filters and sort must be as they were there.', schema: { maxLength: 2_048 } },
  project: { description: 'The name of the project it is about.', schema: { maxLength: 63 } },
  service: { description: 'The services it is about; absent or `*`: all of them.', schema: {} },
  session: { description: 'The session this belongs to.', schema: { maxLength: 64 } },
  since: { description: 'A cursor: go on after what it names. Absent: begin with a snapshot.', schema: { maxLength: 1_000 } },
  since_revision: { description: 'Only what came after this revision.', schema: {} },
  sort: { description: 'The order; `-` turns it round.', schema: { enum: ['name', '-name', 'created_at', '-created_at', 'updated_at', '-updated_at'], default: 'name' } },
  stream: { description: 'Which record: of changes, or of refusals and secrets shown.', schema: { enum: streams, default: 'change' } },
  tag: { description: 'Only endpoints that bear this tag; several must all be borne.', schema: { maxLength: 64 } },
  until: { description: 'Only what came until this time.', schema: time },
  wait_seconds: { description: 'How long to wait for its callers to let go; 0: not at all.', schema: { maximum: 300, default: 0 } },
  zone: { description: 'Only endpoints in one of these zones.', schema: { maxLength: 63 } },
  'archive_search since': { description: 'Only what came since this time.', schema: time },
  'audit_refusals since': { description: 'Only from this number on.', schema: {} },
};
