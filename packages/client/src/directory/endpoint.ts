import type { MikoError } from '../problem.ts';
import type { WireEndpoint } from '../wire.ts';

/** One registered instance of a service, as the directory shows it. Frozen; a change comes as a new object. */
export type Endpoint = {
  /** New for each registration by a new session. */
  readonly id: string;
  readonly service: string;
  readonly instance: string;
  /** Null when the caller may see public addresses only; `publicUrl` is set then. */
  readonly host: string | null;
  readonly port: number | null;
  /** `http | https | grpc | tcp | udp`; later Mikos may add words. */
  readonly protocol: string;
  readonly publicUrl: string | null;
  readonly zone: string | null;
  /** 0 to 1000; 0 is chosen only when nothing else is there. */
  readonly weight: number;
  readonly tags: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  /** `starting | passing | warning | critical | unknown` */
  readonly health: string;
  /** `active | draining | denied` */
  readonly state: string;
  /** Miko holds it through a mass expiry: it may be dead. */
  readonly held: boolean;
  readonly revision: number;
  /** `host:port`, an IPv6 host in brackets; null without a host. */
  readonly address: string | null;
  /** `protocol://host:port`, or the public URL without a host; null when it has neither. Never ends with a slash. */
  readonly url: string | null;
};

/**
 * What the directory says of a service; four answers that are never blurred.
 *
 * - `known`: `endpoints` (never empty) may get requests; `unusable` are registered but draining, denied, critical or
 *   starting.
 * - `empty`: the service exists and nothing may get requests; `cause` says why (`departed`, `expired`, `critical` ...).
 * - `unknown`: Miko has no such service.
 * - `not_ready`: nobody could say yet; `error` is why, where that is known.
 *
 * `source` is `disk` while the list comes from the cache of an earlier run, and `fixed` while Miko does not know the
 * service and the connections that were given as `fixed` stand in.
 */
export type Answer =
  | {
      readonly state: 'known';
      readonly service: string;
      readonly revision: number;
      readonly endpoints: readonly Endpoint[];
      readonly unusable: readonly Endpoint[];
      readonly source: 'miko' | 'disk' | 'fixed';
    }
  | {
      readonly state: 'empty';
      readonly service: string;
      readonly revision: number;
      readonly cause: string | null;
      readonly unusable: readonly Endpoint[];
      readonly source: 'miko' | 'disk';
    }
  | { readonly state: 'unknown'; readonly service: string }
  | { readonly state: 'not_ready'; readonly service: string; readonly error: MikoError | null };

export function endpointFromWire(service: string, wire: WireEndpoint): Endpoint {
  const host = wire.host ?? null;
  const port = wire.port ?? null;
  const address = host === null || port === null ? null : `${host.includes(':') ? `[${host}]` : host}:${port}`;
  return Object.freeze({
    id: wire.id,
    service,
    instance: wire.instance,
    host,
    port,
    protocol: wire.protocol,
    publicUrl: wire.public_url,
    zone: wire.zone,
    weight: wire.weight,
    tags: wire.tags,
    labels: wire.labels,
    health: wire.health,
    state: wire.state,
    held: wire.held === true,
    revision: wire.revision,
    address,
    url: address === null ? (wire.public_url?.replace(/\/+$/, '') ?? null) : `${wire.protocol}://${address}`,
  });
}

export function endpointToWire(endpoint: Endpoint): WireEndpoint {
  return {
    id: endpoint.id,
    instance: endpoint.instance,
    host: endpoint.host,
    port: endpoint.port,
    protocol: endpoint.protocol,
    public_url: endpoint.publicUrl,
    zone: endpoint.zone,
    weight: endpoint.weight,
    tags: endpoint.tags,
    labels: endpoint.labels,
    health: endpoint.health,
    state: endpoint.state,
    revision: endpoint.revision,
    held: endpoint.held,
  };
}

/** Whether requests may go there: the rule of the contract's default list. */
export function isUsable(endpoint: Endpoint): boolean {
  return endpoint.state === 'active' && USABLE_HEALTH.has(endpoint.health);
}

const USABLE_HEALTH: ReadonlySet<string> = new Set(['passing', 'warning', 'unknown']);
