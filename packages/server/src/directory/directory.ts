import { newId, pluralOf, Problem, service as serviceKind, type EndpointKey, type GoneCause, type Health, type ProjectSpec, type SessionRecord, type Stored } from '@miko/model';
import { endSession, holdSession, setHealth, StoreError, type Attribution, type Feed, type Store } from '@miko/store';
import type { Deadline } from '../api/deadline.ts';
import { notReady } from '../api/pipeline.ts';
import type { HealthChecker } from './health/checker.ts';
import { Drains } from './drains.ts';
import type { HotList } from './hot-list.ts';
import { Watching } from './watching.ts';
import { Pulses } from './pulses.ts';
import type { ProjectView, ServiceView, SessionView, View } from './view.ts';
import type { WatchHub } from './watch-hub.ts';

/** How long an answer waits for the view of this Miko to hold what it speaks of. */
const VIEW_WAIT_MS = 5_000;

/** What the directory's operations work with, and the steps that several of them share. */
export class Directory {
  readonly store: Store;
  readonly feed: Feed;
  readonly view: View;
  readonly hub: WatchHub;
  readonly hot: HotList;
  readonly checker: HealthChecker;
  /** Why the view cannot be asked now; null once it can. */
  readonly notReady: () => string | null;
  readonly pulses: Pulses;
  readonly drains: Drains;
  readonly watching: Watching;
  /** What `ttl` checks were last told here, for people; never in the directory, gone with the process. */
  readonly reports = new Map<string, { readonly at: number; readonly text: string }>();

  /** `notRenewed`: told of renewals that the database did not take; they are kept and repeated. */
  constructor(parts: Pick<Directory, 'store' | 'feed' | 'view' | 'hub' | 'hot' | 'checker' | 'notReady'> & { notRenewed(error: unknown): void }) {
    this.store = parts.store;
    this.feed = parts.feed;
    this.view = parts.view;
    this.hub = parts.hub;
    this.hot = parts.hot;
    this.checker = parts.checker;
    this.notReady = parts.notReady;
    this.drains = new Drains(parts.store);
    this.watching = new Watching(parts.store);
    this.pulses = new Pulses(parts.store, { ended: ended => this.#ended(ended), failed: error => parts.notRenewed(error) });
    parts.view.onChange(touched => {
      if (this.reports.size === 0) return;
      for (const { service, instances } of touched) {
        for (const instance of instances) if (!service.entries.has(instance)) this.reports.delete(`${service.project}/${service.name}/${instance}`);
      }
    });
  }

  /** Throws Problem `not_found`. */
  project(name: string): { object: Stored; view: ProjectView } {
    // The view may be loaded anew while a request waits for its body: it says nothing then, least of all "absent".
    const reason = this.notReady();
    if (reason !== null) throw notReady(reason);
    const object = this.view.object('project', null, name);
    if (object === null) throw new Problem('not_found', `there is no project ${JSON.stringify(name.slice(0, 100))}`);
    return { object, view: this.view.project(object.name) };
  }

  /** A known session, live or fenced; one opened at another Miko a moment ago is looked for. Throws Problem `session_not_found`. */
  async session(project: string, id: string): Promise<SessionView> {
    if (!this.view.sessions.has(id) && /^ses_[0-9a-z]{26}$/.test(id)) await this.feed.poll();
    const session = this.view.sessions.get(id);
    if (session === undefined || session.record.project !== project) {
      throw new Problem('session_not_found', 'this session has ended or never was: open a new one');
    }
    return session;
  }

  /** The same, of a session that nobody has taken over from. Throws Problem `fenced` too. */
  async liveSession(project: string, id: string): Promise<SessionView> {
    const session = await this.session(project, id);
    if (session.record.state === 'fenced') throw fenced();
    return session;
  }

  /** Throws Problem `not_found` where the service does not exist and the project lets registrations create none. */
  async ensureService(project: string, name: string, by: Attribution, deadline: Deadline): Promise<void> {
    const { object, view } = this.project(project);
    if (view.services.get(name)?.object) return;
    if (!(object.spec as unknown as ProjectSpec).create_services) throw new Problem('not_found', `there is no service ${name}`);
    const created: Stored = {
      id: newId('svc'), kind: 'service', name, project, revision: 0, createdAt: '', updatedAt: '', spec: { description: '', labels: {} }, status: {},
    };
    try {
      const result = await this.store.writeObject(by, async tx => {
        if ((await tx.find('service', project, name)) !== null) return null;
        return { operation: 'create', object: created, secret: null, most: serviceKind.limits.perParent, quotaName: pluralOf(serviceKind) };
      }, { deadlineMs: deadline.remainingMs() });
      // Another Miko may have created it: then its change is on the way.
      if (result === null) await this.feed.poll();
      else await this.seen(result.change.revision);
    } catch (error) {
      // Somebody else created it at the same moment: just what was wanted.
      if (!(error instanceof StoreError && error.code === 'conflict')) throw error;
      await this.feed.poll();
    }
  }

  service(project: string, name: string): ServiceView {
    const service = this.project(project).view.services.get(name);
    if (service?.exists !== true) throw new Problem('not_found', `there is no service ${JSON.stringify(name.slice(0, 100))}`);
    return service;
  }

  /** Read your writes: an answer goes out only when this Miko's own view holds what was written. */
  async seen(revision: number): Promise<void> {
    const reached = this.feed.reached(revision, VIEW_WAIT_MS);
    if (reached !== true && !(await reached)) {
      throw new Problem('not_ready', `revision ${revision} is written, but this Miko's view has not caught up`, { headers: { 'retry-after': '1' } });
    }
  }

  async end(session: SessionRecord, cause: GoneCause, by: Attribution): Promise<void> {
    const { revision } = await this.store.write(endSession, { session: session.id, cause, grace: null, by });
    if (revision !== null) return await this.seen(revision);
    // Another Miko ended it, or let a newer one take over, a moment ago: its word comes with the changes.
    await this.feed.poll();
    await this.liveSession(session.project, session.id);
  }

  /** A session that came back: its endpoints are not held any more. */
  async release(session: SessionRecord): Promise<void> {
    await this.store.write(holdSession, { session: session.id, hold: false });
  }

  async setHealth(key: EndpointKey, id: string, health: Health): Promise<number | null> {
    const { outcome, revision } = await this.store.write(setHealth, { ...key, id, health });
    return outcome === 'not_found' ? null : revision;
  }

  #ended(sessions: readonly string[]): void {
    // The view may not know of their end yet.
    if (sessions.some(id => this.view.sessions.has(id))) this.feed.poll().catch(() => {});
  }
}

export const fenced = () => new Problem('fenced', 'a newer session of the same owner has taken over');
