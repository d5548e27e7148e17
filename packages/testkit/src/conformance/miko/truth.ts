/** The directory that a scripted Miko tells of, and everything it has told: lists, revisions, and the deltas that a cursor may go on from. */

export interface ListedEndpoint {
  readonly id: string;
  readonly instance: string;
  readonly host: string;
  readonly port: number;
  readonly protocol: string;
  readonly public_url: string | null;
  readonly zone: string | null;
  readonly weight: number;
  readonly tags: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly health: string;
  readonly state: string;
  readonly revision: number;
}

export interface ListedService {
  readonly state: string;
  readonly cause: string | null;
  readonly revision: number;
  readonly endpoints: readonly ListedEndpoint[];
}

export interface Gone {
  readonly instance: string;
  readonly id: string;
  readonly cause: string;
}

export interface Change {
  readonly set: readonly ListedEndpoint[];
  readonly gone: readonly Gone[];
  /** What the service says of itself; null: worked out from what is left. */
  readonly state: string | null;
  readonly cause: string | null;
}

export interface Told {
  readonly revision: number;
  readonly services: Readonly<Record<string, unknown>>;
}

const UNKNOWN = { state: 'unknown', endpoints: [] };

export class Truth {
  /** Of what happened last; only rises. */
  revision = 100;
  readonly #services = new Map<string, ListedService>();
  readonly #deltas: { readonly frame: number; readonly told: Told }[] = [];
  #frame = 0;
  /** Cursors of frames before this one are too old. */
  #oldest = 1;

  /** Says from now on that the service has these endpoints; null: that there is no such service. Nobody is told. */
  replace(service: string, endpoints: readonly ListedEndpoint[] | null, cause: string | null): void {
    this.revision += 1;
    if (endpoints === null) this.#services.delete(service);
    else this.#services.set(service, this.#listed(endpoints, null, cause));
  }

  /** The same as a delta, which open streams and cursors get. */
  change(changes: Readonly<Record<string, Change>>): Told {
    this.revision += 1;
    const services = Object.entries(changes).map(([service, change]) => {
      const kept = (this.#services.get(service)?.endpoints ?? [])
        .filter(one => !change.gone.some(({ id }) => id === one.id) && !change.set.some(({ instance }) => instance === one.instance));
      const set = change.set.map(one => ({ ...one, revision: this.revision }));
      const listed = this.#listed([...kept, ...set], change.state, change.cause ?? change.gone.at(-1)?.cause ?? null);
      this.#services.set(service, listed);
      return [service, { state: listed.state, revision: listed.revision, cause: listed.cause, set, gone: change.gone }] as const;
    });
    const told = { revision: this.revision, services: Object.fromEntries(services) };
    this.#frame += 1;
    this.#deltas.push({ frame: this.#frame, told });
    return told;
  }

  snapshot(services: readonly string[]): Told {
    const shown = services.map(name => [name, this.#services.get(name) ?? UNKNOWN] as const);
    return { revision: this.revision, services: Object.fromEntries(shown) };
  }

  /** The endpoint list as `GET endpoints` shows it: without `health=any` only those that get requests. */
  list(services: readonly string[], everyHealth: boolean): Told {
    const asked = services.length === 0 ? [...this.#services.keys()] : services;
    const shown = asked.map(name => {
      const service = this.#services.get(name);
      if (service === undefined) return [name, UNKNOWN] as const;
      const endpoints = everyHealth ? service.endpoints : service.endpoints.filter(one => one.state === 'active' && ['passing', 'warning', 'unknown'].includes(one.health));
      const state = endpoints.length === 0 ? 'empty' : 'known';
      return [name, { ...service, state, cause: state === 'known' ? null : (service.cause ?? 'filtered'), endpoints }] as const;
    });
    return { revision: this.revisionOf(asked), services: Object.fromEntries(shown) };
  }

  /** The highest of the services; 0 where none of them is known. */
  revisionOf(services: readonly string[]): number {
    return Math.max(0, ...services.map(name => this.#services.get(name)?.revision ?? 0));
  }

  endpoint(service: string, instance: string): ListedEndpoint | undefined {
    return this.#services.get(service)?.endpoints.find(one => one.instance === instance);
  }

  /** The cursor of everything told until now. */
  get cursor(): string {
    return cursorOf(this.#frame);
  }

  /** The cursor of a frame that is no delta. */
  nextCursor(): string {
    this.#frame += 1;
    return this.cursor;
  }

  /** What a stream that goes on from the cursor has missed, each with its own cursor; null: the cursor says nothing here. */
  since(cursor: string): { readonly id: string; readonly told: Told }[] | null {
    const frame = /^c(\d+)$/.exec(cursor)?.[1];
    if (frame === undefined || Number(frame) < this.#oldest || Number(frame) > this.#frame) return null;
    return this.#deltas.filter(delta => delta.frame > Number(frame)).map(({ frame, told }) => ({ id: cursorOf(frame), told }));
  }

  /** All cursors given until now are too old from here on. */
  forgetCursors(): void {
    this.#frame += 1;
    this.#oldest = this.#frame;
  }

  #listed(endpoints: readonly ListedEndpoint[], state: string | null, cause: string | null): ListedService {
    const sorted = [...endpoints].sort((a, b) => (a.instance < b.instance ? -1 : 1));
    const known = sorted.length > 0;
    return { state: state ?? (known ? 'known' : 'empty'), cause: known && state === null ? null : (cause ?? 'expired'), revision: this.revision, endpoints: sorted };
  }
}

const cursorOf = (frame: number): string => `c${frame}`;
