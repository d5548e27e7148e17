import {
  shownEndpoint, type EndpointKey, type EndpointOverrideSpec, type EndpointRecord, type GoneCause, type Override, type SessionRecord, type ShownEndpoint, type Stored,
} from '@miko/model';
import type { Change, ObjectChange, Snapshot } from '@miko/store';
import { Identities } from '../access/identity.ts';
import { asciiJson } from '../api/ascii-json.ts';
import { ObjectIndex } from './object-index.ts';

/**
 * The directory in memory. It has no state of its own: a snapshot fills it, changes in order of their revisions move
 * it, and dropping it loses nothing. Each endpoint is encoded once for each of its revisions.
 */
export interface Entry {
  readonly record: EndpointRecord;
  readonly shown: ShownEndpoint;
  /** `shown` as ASCII JSON. */
  readonly json: string;
  /** As callers entitled to public addresses only are shown it; null: they are not. */
  readonly publicJson: string | null;
  /** The revision at which it lost its public address: those callers have it up to there. */
  readonly hiddenAt: number | null;
}

export interface Tombstone {
  readonly id: string;
  readonly instance: string;
  readonly zone: string | null;
  readonly cause: GoneCause;
  readonly revision: number;
  readonly at: number;
  /** Callers entitled to public addresses only may have seen it. */
  readonly wasPublic: boolean;
}

export class ServiceView {
  readonly project: string;
  readonly name: string;
  object: Stored | null = null;
  readonly entries = new Map<string, Entry>();
  readonly gone = new Map<string, Tombstone>();
  lastGone: Tombstone | null = null;
  /** The highest revision of what was ever shown of it. */
  revision = 0;
  /** The revision at which it was declared, or its declaration taken back. */
  declaredAt = 0;
  #sorted: readonly Entry[] | null = null;
  /** Counts changes of what is shown: whoever keeps encoded bytes compares it. */
  version = 0;

  constructor(project: string, name: string) {
    this.project = project;
    this.name = name;
  }

  /** Known to the directory: declared, or with an endpoint registered. */
  get exists(): boolean {
    return this.object !== null || this.entries.size > 0;
  }

  get shownRevision(): number {
    return Math.max(this.revision, this.declaredAt);
  }

  /** In the order of their names, so that every Miko shows the same bytes. */
  get sorted(): readonly Entry[] {
    return (this.#sorted ??= [...this.entries.values()].sort((a, b) => (a.shown.instance < b.shown.instance ? -1 : 1)));
  }

  changed(): void {
    this.#sorted = null;
  }
}

export class ProjectView {
  readonly services = new Map<string, ServiceView>();
  readonly overrides = new Map<string, Override & { readonly object: Stored | null }>();
  readonly sessions = new Set<string>();
  version = 0;
}

export interface SessionView {
  record: SessionRecord;
  /** The highest revision its client said it has applied, as this Miko heard it. */
  applied: number;
  readonly endpoints: Map<string, EndpointKey>;
}

/** What a batch of changes touched: instances by service, and whether any of them stopped being what callers may use. */
export interface Touched {
  readonly service: ServiceView;
  readonly instances: Set<string>;
  removal: boolean;
}

export class View {
  readonly identities = new Identities();
  readonly projects = new Map<string, ProjectView>();
  readonly sessions = new Map<string, SessionView>();
  /** Live objects. */
  readonly objects = new ObjectIndex();
  revision = 0;
  horizon = 0;
  installation = '';
  readonly #listeners: ((touched: readonly Touched[]) => void)[] = [];
  readonly #objectListeners: ((changes: readonly ObjectChange[]) => void)[] = [];
  readonly #current = new Map<string, string>();
  #touched = new Map<ServiceView, Touched>();
  #ticks = 0;

  onChange(listener: (touched: readonly Touched[]) => void): void {
    this.#listeners.push(listener);
  }

  /** Told of each change of an object in the order of revisions, once the view holds it; not of what a snapshot brings. */
  onObjects(listener: (changes: readonly ObjectChange[]) => void): void {
    this.#objectListeners.push(listener);
  }

  clear(): void {
    for (const part of [this.projects, this.sessions, this.objects, this.#current, this.identities]) part.clear();
  }

  addEndpoints(records: readonly EndpointRecord[]): void {
    for (const record of records) this.#setEndpoint(record);
  }

  /** The rest of a snapshot, after its endpoints. */
  addRest(snapshot: Snapshot): void {
    for (const { object, deleted, secretHash } of snapshot.objects) this.#setObject(object, deleted, secretHash, object.revision);
    for (const record of snapshot.sessions) this.#setSession(record);
    this.revision = snapshot.revision;
    this.horizon = snapshot.horizon;
    this.installation = snapshot.installation;
    for (const { services } of this.projects.values()) {
      for (const { entries } of services.values()) for (const { record } of entries.values()) this.#own(record);
    }
    this.#tell();
  }

  apply(changes: readonly Change[]): void {
    for (const change of changes) {
      if (change.type === 'endpoint') this.#setEndpoint(change.record);
      else if (change.type === 'endpoint_patch') this.#patchEndpoint(change.key, change.patch, change.revision);
      else if (change.type === 'session') this.#setSession(change.record);
      else if (change.type === 'session_ended') this.#endSession(change.id);
      else if (change.type === 'object') this.#setObject(change.object, change.deleted, change.secretHash, change.revision);
      this.revision = change.revision;
    }
    this.#tell();
    const objects = changes.filter(change => change.type === 'object');
    if (objects.length > 0) for (const listener of this.#objectListeners) listener(objects);
  }

  /** Lets go of tombstones older than `before` (milliseconds since the epoch): a cursor from then gets a snapshot. */
  prune(before: number): void {
    for (const { services } of this.projects.values()) {
      for (const { gone, lastGone } of services.values()) {
        for (const [instance, tombstone] of gone) {
          if (tombstone.at >= before || tombstone === lastGone) continue;
          gone.delete(instance);
          this.horizon = Math.max(this.horizon, tombstone.revision);
        }
      }
    }
  }

  project(name: string): ProjectView {
    let project = this.projects.get(name);
    if (project === undefined) this.projects.set(name, (project = new ProjectView()));
    return project;
  }

  object(kind: string, project: string | null, nameOrId: string): Stored | null {
    return this.objects.get(kind, project, nameOrId);
  }

  #tell(): void {
    if (this.#touched.size === 0) return;
    const touched = [...this.#touched.values()];
    this.#touched = new Map();
    for (const listener of this.#listeners) listener(touched);
  }

  #touch(service: ServiceView, instance: string | null, removal: boolean): void {
    // Never the same again, not even after a reload: whoever kept bytes compares it.
    this.#ticks++;
    service.version = this.#ticks;
    this.project(service.project).version = this.#ticks;
    service.changed();
    let touched = this.#touched.get(service);
    if (touched === undefined) this.#touched.set(service, (touched = { service, instances: new Set(), removal: false }));
    if (instance !== null) touched.instances.add(instance);
    touched.removal ||= removal;
  }

  #service(project: string, name: string): ServiceView {
    const { services } = this.project(project);
    let service = services.get(name);
    if (service === undefined) services.set(name, (service = new ServiceView(project, name)));
    return service;
  }

  #setEndpoint(record: EndpointRecord): void {
    const service = this.#service(record.project, record.service);
    const before = service.entries.get(record.instance);
    if (record.gone !== null) {
      this.#bury(service, record);
      return;
    }
    if (before !== undefined) this.#disown(before.record);
    service.gone.delete(record.instance);
    this.#own(record);
    this.#show(service, record, before);
  }

  #patchEndpoint(key: EndpointKey, patch: Extract<Change, { type: 'endpoint_patch' }>['patch'], revision: number): void {
    const service = this.#service(key.project, key.service);
    const before = service.entries.get(key.instance);
    if (before === undefined) return;
    const record: EndpointRecord = { ...before.record, ...patch, revision };
    if (record.gone === null) this.#show(service, record, before);
    else this.#bury(service, record);
  }

  #show(service: ServiceView, record: EndpointRecord, before: Entry | undefined): void {
    const override = this.project(record.project).overrides.get(overrideKey(record.service, record.instance));
    const shown = shownEndpoint(record, override);
    service.entries.set(record.instance, {
      record, shown, json: asciiJson(shown), publicJson: publicJsonOf(shown),
      hiddenAt: shown.public_url !== null ? null : before === undefined || before.publicJson === null ? (before?.hiddenAt ?? null) : shown.revision,
    });
    service.revision = Math.max(service.revision, shown.revision);
    const worse = before !== undefined && (shown.state !== before.shown.state || shown.health !== before.shown.health || shown.id !== before.shown.id || (before.publicJson !== null && shown.public_url === null));
    this.#touch(service, record.instance, worse);
  }

  #bury(service: ServiceView, record: EndpointRecord): void {
    this.#disown(record);
    const before = service.entries.get(record.instance);
    if (before !== undefined) this.#disown(before.record);
    const wasPublic = before === undefined ? record.document.public_url !== null : before.publicJson !== null;
    service.entries.delete(record.instance);
    const tombstone: Tombstone = {
      id: record.id, instance: record.instance, zone: record.document.zone, cause: record.gone!, revision: record.revision, at: record.goneAt ?? 0, wasPublic,
    };
    service.gone.set(record.instance, tombstone);
    if (service.lastGone === null || service.lastGone.revision < tombstone.revision) service.lastGone = tombstone;
    service.revision = Math.max(service.revision, tombstone.revision);
    this.#touch(service, record.instance, true);
  }

  #own(record: EndpointRecord): void {
    if (record.session === null) return;
    this.sessions.get(record.session)?.endpoints.set(`${record.service}/${record.instance}`, record);
  }

  #disown(record: EndpointRecord): void {
    if (record.session !== null) this.sessions.get(record.session)?.endpoints.delete(`${record.service}/${record.instance}`);
  }

  #setSession(record: SessionRecord): void {
    const owner = `${record.project}/${record.owner}`;
    const older = record.state === 'live' ? this.sessions.get(this.#current.get(owner) ?? '') : undefined;
    if (older !== undefined && older.record.generation < record.generation) older.record = { ...older.record, state: 'fenced' };
    if (record.state === 'live') this.#current.set(owner, record.id);
    this.sessions.set(record.id, { record, applied: record.applied, endpoints: this.sessions.get(record.id)?.endpoints ?? new Map() });
    this.project(record.project).sessions.add(record.id);
  }

  #endSession(id: string): void {
    const session = this.sessions.get(id);
    if (session === undefined) return;
    const { project, owner } = session.record;
    this.sessions.delete(id);
    this.project(project).sessions.delete(id);
    if (this.#current.get(`${project}/${owner}`) === id) this.#current.delete(`${project}/${owner}`);
  }

  #setObject(object: Stored, deleted: boolean, secretHash: string | null, revision: number): void {
    if (deleted) this.objects.delete(object);
    else this.objects.set(object);

    if (object.kind === 'token') {
      if (deleted) this.identities.remove(object.id);
      else if (secretHash !== null) this.identities.set(object, secretHash);
    } else if (object.kind === 'service') {
      const service = this.#service(object.project!, object.name);
      if (deleted || service.object === null) service.declaredAt = revision;
      service.object = deleted ? null : object;
      this.#touch(service, null, deleted);
    } else if (object.kind === 'endpoint_override') this.#setOverride(object, deleted, revision);
  }

  #setOverride(object: Stored, deleted: boolean, revision: number): void {
    const spec = object.spec as unknown as EndpointOverrideSpec;
    const { overrides } = this.project(object.project!);
    const key = overrideKey(spec.service, spec.instance);
    if ((overrides.get(key)?.revision ?? 0) > revision) return;
    overrides.set(key, { spec: deleted ? null : spec, revision, object: deleted ? null : object });
    const service = this.#service(object.project!, spec.service);
    const entry = service.entries.get(spec.instance);
    if (entry !== undefined) this.#show(service, entry.record, entry);
  }
}

const publicJsonOf = (shown: ShownEndpoint): string | null => (shown.public_url === null ? null : asciiJson(withoutAddress(shown)));

export function withoutAddress(shown: ShownEndpoint): Omit<ShownEndpoint, 'host' | 'port'> {
  const { host: _host, port: _port, ...rest } = shown;
  return rest;
}

export const overrideKey = (service: string, instance: string): string => `${service}/${instance}`;
