import { createHash } from 'node:crypto';
import { emptyCause, isServed, type Audience, type EmptyCause, type ShownEndpoint } from '@miko/model';
import { newestApiDate } from '../api/versions.ts';
import { asciiJson } from '../api/ascii-json.ts';
import { cursorOf, subscriptionOf } from './cursor.ts';
import type { Entry, ProjectView, ServiceView, View } from './view.ts';

/** The endpoint list: what is asked, and its answer as bytes that stay until something shown changes. */
export interface ListQuery {
  readonly project: string;
  /** Null: every service there is. */
  readonly services: readonly string[] | null;
  readonly zones: readonly string[] | null;
  readonly tags: readonly string[];
  /** Null: what callers may use; `any`: everything registered; else these, among the active ones. */
  readonly health: 'any' | readonly string[] | null;
  readonly audience: Audience;
}

export interface ListAnswer {
  readonly query: ListQuery;
  /** What `stampOf` said when it was made. */
  readonly stamp: number;
  readonly revision: number;
  readonly etag: string;
  readonly cursor: string;
  readonly body: string;
}

/** Changes whenever anything the answer may show does. */
export function stampOf(project: ProjectView, services: readonly string[] | null): number {
  if (services === null) return project.version;
  let stamp = 0;
  for (const name of services) stamp += project.services.get(name)?.version ?? 0;
  return stamp;
}

export function listEndpoints(view: View, query: ListQuery): ListAnswer {
  const { revision, body } = renderList(view, query);
  return {
    query, revision, body,
    stamp: stampOf(view.project(query.project), query.services),
    etag: `"${createHash('sha256').update(newestApiDate).update(body).digest('base64url').slice(0, 24)}"`,
    cursor: cursorOf(view.installation, view.revision, subscriptionOf(query.project, query.services, query.audience)),
  };
}

/** The answer's body alone: ASCII JSON. */
export function renderList(view: View, query: ListQuery): { readonly revision: number; readonly body: string } {
  const project = view.project(query.project);
  const names = query.services ?? [...project.services.values()].filter(s => s.exists).map(s => s.name).sort();
  let revision = 0;
  const parts = names.map(name => {
    const service = project.services.get(name);
    if (service?.exists !== true) return `${asciiJson(name)}:{"state":"unknown","endpoints":[]}`;
    revision = Math.max(revision, service.shownRevision);
    return `${JSON.stringify(name)}:${renderService(service, query)}`;
  });
  return { revision, body: `{"revision":${revision},"services":{${parts.join(',')}}}` };
}

function renderService(service: ServiceView, query: ListQuery): string {
  const listed: string[] = [];
  let usable = false;
  for (const entry of service.sorted) {
    usable ||= isServed(entry.shown);
    const encoded = encodedFor(query.audience, entry);
    if (encoded !== null && isListed(entry.shown, query)) listed.push(encoded);
  }
  if (listed.length > 0) return `{"state":"known","cause":null,"revision":${service.shownRevision},"endpoints":[${listed.join(',')}]}`;
  const filtered = usable || (query.health === 'any' && service.entries.size > 0);
  const cause: EmptyCause = filtered ? 'filtered' : causeOf(service);
  return `{"state":"empty","cause":"${cause}","revision":${service.shownRevision},"endpoints":[]}`;
}

function isListed(shown: ShownEndpoint, { health, zones, tags }: ListQuery): boolean {
  if (health === null ? !isServed(shown) : health !== 'any' && (shown.state !== 'active' || !health.includes(shown.health))) return false;
  if (zones !== null && (shown.zone === null || !zones.includes(shown.zone))) return false;
  return tags.every(tag => shown.tags.includes(tag));
}

export const causeOf = (service: ServiceView): EmptyCause =>
  emptyCause(
    [...service.entries.values()].filter(entry => !isServed(entry.shown)).map(entry => entry.shown),
    lastGoneOf(service),
  );

/** A service that was deleted and declared again begins anew: who went before is not of it. */
function lastGoneOf({ object, lastGone }: ServiceView): ServiceView['lastGone'] {
  return lastGone !== null && object !== null && lastGone.at < Date.parse(object.createdAt) ? null : lastGone;
}

/** Callers entitled to public addresses only never see the internal ones; null: they do not see it at all. */
export const encodedFor = (audience: Audience, entry: Entry): string | null => (audience === 'internal' ? entry.json : entry.publicJson);
