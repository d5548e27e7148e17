import type { ServerResponse } from 'node:http';
import { json, nothing, problem } from './answers.ts';
import type { ListedEndpoint } from './truth.ts';

/** The sessions of a scripted Miko and what they have registered. */

export interface SeenSession {
  readonly id: string;
  readonly owner: string;
  readonly name: string;
  readonly ttl_seconds: number;
  readonly generation: number;
  state: 'open' | 'fenced' | 'forgotten' | 'ended';
  /** The last one acknowledged. */
  applied: number | null;
  renewals: number;
}

export interface SeenRegistration {
  readonly session: string;
  readonly body: Readonly<Record<string, unknown>>;
  health: string;
}

type Body = Readonly<Record<string, unknown>>;

export class Sessions {
  readonly all: SeenSession[] = [];
  /** By `service/instance`. */
  readonly registrations = new Map<string, SeenRegistration>();
  /** What sessions are told; null: a third of their ttl. */
  renewEverySeconds: number | null = null;
  readonly #onRegistered: (service: string, endpoint: ListedEndpoint) => void;
  readonly #onGone: (service: string, instance: string) => void;
  #ids = 0;

  constructor(onRegistered: (service: string, endpoint: ListedEndpoint) => void, onGone: (service: string, instance: string) => void) {
    this.#onRegistered = onRegistered;
    this.#onGone = onGone;
  }

  /** Ends every open session without a word: a Miko that lost them, or another process of the same owner. */
  lose(state: 'forgotten' | 'fenced'): void {
    for (const session of this.all) if (session.state === 'open') session.state = state;
    this.registrations.clear();
  }

  open(response: ServerResponse, body: Body): void {
    const owner = String(body['owner']);
    const older = this.all.filter(session => session.owner === owner);
    for (const session of older) if (session.state === 'open') session.state = 'fenced';
    const session: SeenSession = {
      id: `ses_${++this.#ids}`, owner, name: String(body['name']), ttl_seconds: Number(body['ttl_seconds']), generation: older.length + 1, state: 'open', applied: null, renewals: 0,
    };
    this.all.push(session);
    json(response, 201, this.#shown(session));
  }

  renew(response: ServerResponse, id: string, body: Body): void {
    const session = this.#live(response, id);
    if (session === null) return;
    session.renewals += 1;
    session.applied = typeof body['applied'] === 'number' ? body['applied'] : null;
    json(response, 200, this.#shown(session));
  }

  end(response: ServerResponse, id: string): void {
    const session = this.#live(response, id);
    if (session === null) return;
    session.state = 'ended';
    for (const [key, { session: owner }] of this.registrations) if (owner === id) this.#remove(key);
    nothing(response);
  }

  register(response: ServerResponse, service: string, instance: string, body: Body): void {
    const session = this.#live(response, String(body['session']));
    if (session === null) return;
    const key = `${service}/${instance}`;
    const isNew = this.registrations.get(key)?.session !== session.id;
    this.registrations.set(key, { session: session.id, body, health: 'passing' });
    const endpoint = { id: `ep_${instance}_${session.id}`, instance, ...shownOf(body), health: 'passing', state: 'active', revision: 1 } as unknown as ListedEndpoint;
    this.#onRegistered(service, endpoint);
    json(response, isNew ? 201 : 200, endpoint, { 'miko-revision': '1' });
  }

  deregister(response: ServerResponse, service: string, instance: string, id: string | null): void {
    if (id === null) return problem(response, 409, 'fenced');
    if (this.#live(response, id) === null) return;
    const key = `${service}/${instance}`;
    if (!this.registrations.has(key)) return problem(response, 404, 'not_found');
    this.#remove(key);
    nothing(response);
  }

  report(response: ServerResponse, service: string, instance: string, body: Body): void {
    if (this.#live(response, String(body['session'])) === null) return;
    const registration = this.registrations.get(`${service}/${instance}`);
    if (registration === undefined) return problem(response, 404, 'not_found');
    registration.health = String(body['health']);
    json(response, 200, {});
  }

  #remove(key: string): void {
    const [service, instance] = key.split('/') as [string, string];
    this.registrations.delete(key);
    this.#onGone(service, instance);
  }

  /** The session, where it is open; otherwise the refusal is sent. */
  #live(response: ServerResponse, id: string): SeenSession | null {
    const session = this.all.find(one => one.id === id);
    if (session?.state === 'open') return session;
    if (session?.state === 'fenced') problem(response, 409, 'fenced');
    else problem(response, 404, 'session_not_found');
    return null;
  }

  #shown(session: SeenSession): object {
    const { id, owner, generation, ttl_seconds } = session;
    const renew_every_seconds = this.renewEverySeconds ?? Math.max(1, Math.floor(ttl_seconds / 3));
    return { id, owner, generation, ttl_seconds, renew_every_seconds, expires_at: '2030-01-01T00:00:00Z' };
  }
}

/** What the directory shows of a registration. */
const shownOf = (body: Body): Body => Object.fromEntries(Object.entries(body).filter(([field]) => field !== 'session' && field !== 'check'));
