import { setTimeout as sleep } from 'node:timers/promises';
import { ApiError, type MikoApi } from './miko-api.ts';
import { PROJECT, probe } from './plan.ts';

export interface DurableEndpoint {
  readonly service: string;
  readonly instance: string;
  readonly port: number;
  readonly zone: string;
}

const AGAIN_MS = 500;
/** What tells them from durable endpoints that somebody else registered in the same service. */
const LABELS = { started_by: 'demo' };

/**
 * Endpoints that no process registers for itself, as of a program that does not know Miko: the supervisor writes them, and
 * Miko's tcp check alone says whether they live. What is wanted is written down first and then brought about for as long
 * as that takes, so a start while Miko is away is not lost.
 */
export class DurableEndpoints {
  readonly #api: MikoApi;
  readonly #onRefused: (error: ApiError) => void;
  /** Null: it is to be gone. As many as the fleet has members. */
  readonly #wanted = new Map<string, { readonly service: string; readonly endpoint: DurableEndpoint | null }>();
  #closed = false;
  #working: Promise<void> = Promise.resolve();

  constructor(api: MikoApi, onRefused: (error: ApiError) => void) {
    this.#api = api;
    this.#onRefused = onRefused;
  }

  /** Each resolves when it was done; it goes on trying while Miko is away. */
  put(endpoint: DurableEndpoint): Promise<void> {
    return this.#want(endpoint.service, endpoint.instance, endpoint);
  }

  remove(service: string, instance: string): Promise<void> {
    return this.#want(service, instance, null);
  }

  /** Takes out what an earlier run, which was killed, left in the service. */
  async removeLeftovers(service: string): Promise<void> {
    const list = await this.#api.call<EndpointList>('GET', `/v1/projects/${PROJECT}/endpoints?service=${service}&health=any`);
    const left = (list.services[service]?.endpoints ?? []).filter(endpoint => endpoint.labels['started_by'] === LABELS.started_by);
    for (const { instance } of left) await this.remove(service, instance);
  }

  /** No more attempts. */
  close(): void {
    this.#closed = true;
  }

  #want(service: string, instance: string, endpoint: DurableEndpoint | null): Promise<void> {
    this.#wanted.set(instance, { service, endpoint });
    this.#working = this.#working.then(() => this.#work());
    return this.#working;
  }

  async #work(): Promise<void> {
    while (this.#wanted.size > 0 && !this.#closed) {
      for (const [instance, wanted] of this.#wanted) {
        if (!(await this.#attempt(instance, wanted))) continue;
        if (this.#wanted.get(instance) === wanted) this.#wanted.delete(instance);
      }
      if (this.#wanted.size > 0 && !this.#closed) await sleep(AGAIN_MS, undefined, { ref: false });
    }
  }

  /** Whether it is settled, one way or the other. */
  async #attempt(instance: string, { service, endpoint }: { readonly service: string; readonly endpoint: DurableEndpoint | null }): Promise<boolean> {
    const path = `/v1/projects/${PROJECT}/services/${service}/endpoints/${instance}`;
    try {
      await (endpoint === null ? this.#delete(path) : this.#put(path, endpoint));
      return true;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.status === null || error.status === 429 || error.status >= 500) return false;
      this.#onRefused(error);
      return true;
    }
  }

  async #put(path: string, endpoint: DurableEndpoint): Promise<void> {
    const body = {
      session: null, host: '127.0.0.1', port: endpoint.port, protocol: 'tcp', public_url: null, zone: endpoint.zone, weight: 100, tags: [], labels: LABELS,
      check: { type: 'tcp', interval_ms: probe.intervalMs, timeout_ms: probe.timeoutMs, rise: probe.rise, fall: probe.fall },
    };
    await this.#api.call('PUT', path, { body });
  }

  async #delete(path: string): Promise<void> {
    try {
      await this.#api.call('DELETE', path);
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 404) throw error;
    }
  }
}

/** The endpoint list, as far as the supervisor reads it. */
export interface EndpointList {
  readonly services: Readonly<Record<string, { readonly endpoints: readonly ListedEndpoint[] }>>;
}

export interface ListedEndpoint {
  readonly instance: string;
  readonly port: number;
  readonly health: string;
  readonly state: string;
  readonly labels: Readonly<Record<string, string>>;
}
