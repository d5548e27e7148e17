import type { ListedEndpoint, ListedService } from './endpoint-list.ts';

/** What a watcher knows, and what each frame of the stream changes in it. Pure: frames in, changes out. */
export type Change =
  | { readonly change: 'set'; readonly service: string; readonly revision: number; readonly first: boolean; readonly endpoint: ListedEndpoint }
  | { readonly change: 'gone'; readonly service: string; readonly revision: number; readonly instance: string; readonly id: string; readonly cause: string }
  | { readonly change: 'service'; readonly service: string; readonly revision: number; readonly state: ListedService['state']; readonly cause: string | null };

export interface SnapshotFrame {
  readonly revision: number;
  readonly services: { readonly [name: string]: ListedService };
}

export interface DeltaFrame {
  readonly revision: number;
  readonly services: { readonly [name: string]: DeltaService };
}

export interface DeltaService {
  readonly state?: ListedService['state'];
  readonly revision?: number;
  readonly cause?: string | null;
  readonly set?: readonly ListedEndpoint[];
  readonly gone?: readonly { readonly instance: string; readonly id: string; readonly cause: string }[];
}

interface KnownService {
  state: ListedService['state'];
  readonly endpoints: Map<string, ListedEndpoint>;
}

export interface Known {
  snapshot(frame: SnapshotFrame): readonly Change[];
  delta(frame: DeltaFrame): readonly Change[];
  /** Every service seen so far. */
  services(): Iterable<string>;
}

/** After a snapshot in the middle of a watch only what differs is a change: a resumed reader sees nothing twice. */
export function createKnown(): Known {
  const known = new Map<string, KnownService>();

  const serviceOf = (name: string): KnownService => {
    const found = known.get(name) ?? { state: 'unknown', endpoints: new Map<string, ListedEndpoint>() };
    known.set(name, found);
    return found;
  };

  const put = (name: string, revision: number, endpoint: ListedEndpoint): readonly Change[] => {
    const { endpoints } = serviceOf(name);
    const before = endpoints.get(endpoint.instance);
    if (before !== undefined && before.id === endpoint.id && before.revision === endpoint.revision) return [];
    endpoints.set(endpoint.instance, endpoint);
    return [{ change: 'set', service: name, revision, first: before === undefined, endpoint }];
  };

  const drop = (name: string, revision: number, instance: string, id: string, cause: string): readonly Change[] =>
    serviceOf(name).endpoints.get(instance)?.id === id && serviceOf(name).endpoints.delete(instance) ? [{ change: 'gone', service: name, revision, instance, id, cause }] : [];

  const become = (name: string, revision: number, state: ListedService['state'], cause: string | null): readonly Change[] => {
    const service = serviceOf(name);
    const before = service.state;
    service.state = state;
    // That a new service is known is said by its endpoints.
    if (before === state || (before === 'unknown' && state === 'known')) return [];
    return [{ change: 'service', service: name, revision, state, cause }];
  };

  return {
    snapshot(frame) {
      const changes: Change[] = [];
      for (const [name, service] of Object.entries(frame.services)) {
        const revision = service.revision ?? frame.revision;
        const present = new Set(service.endpoints.map(endpoint => endpoint.instance));
        for (const endpoint of serviceOf(name).endpoints.values()) {
          if (!present.has(endpoint.instance)) changes.push(...drop(name, revision, endpoint.instance, endpoint.id, service.cause ?? 'missed'));
        }
        for (const endpoint of service.endpoints) changes.push(...put(name, revision, endpoint));
        changes.push(...become(name, revision, service.state, service.cause ?? null));
      }
      for (const [name, service] of known) {
        if (Object.hasOwn(frame.services, name)) continue;
        for (const endpoint of service.endpoints.values()) changes.push(...drop(name, frame.revision, endpoint.instance, endpoint.id, 'missed'));
        changes.push(...become(name, frame.revision, 'unknown', null));
      }
      return changes;
    },
    delta(frame) {
      const changes: Change[] = [];
      for (const [name, service] of Object.entries(frame.services)) {
        const revision = service.revision ?? frame.revision;
        for (const gone of service.gone ?? []) changes.push(...drop(name, revision, gone.instance, gone.id, gone.cause));
        for (const endpoint of service.set ?? []) changes.push(...put(name, revision, endpoint));
        if (service.state !== undefined) changes.push(...become(name, revision, service.state, service.cause ?? null));
      }
      return changes;
    },
    services: () => known.keys(),
  };
}
