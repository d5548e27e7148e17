import type { Health } from './health.ts';
import type { EndpointOverrideSpec } from './kinds/specs.ts';
import { OBJECT_NAME } from './names.ts';
import { choice, int, list, map, nullable, object, oneOf, optional, text, type Infer } from './schema.ts';

/**
 * Endpoints: the records that running processes own, and how one is shown.
 * What a registration says, what checks found and what an operator decided stay three things;
 * `shownEndpoint` is the one place where they meet.
 */

const timing = {
  interval_ms: int({ min: 100, max: 3_600_000 }),
  timeout_ms: int({ min: 10, max: 60_000 }),
  rise: int({ min: 1, max: 100 }),
  fall: int({ min: 1, max: 100 }),
};

export const checkSchema = choice('type', {
  http: {
    path: text({ min: 1, max: 2_000, pattern: '^/[\\x21-\\x7e]*$' }),
    expect_status: optional(int({ min: 100, max: 599 })),
    ...timing,
  },
  tcp: timing,
  grpc: { service: optional(text({ max: 200 })), ...timing },
  ttl: { ttl_ms: int({ min: 1_000, max: 86_400_000 }) },
});

const described = {
  host: text({ min: 1, max: 253, pattern: '^[A-Za-z0-9]([A-Za-z0-9.:_-]*[A-Za-z0-9])?$|^[0-9a-fA-F:.]+$' }),
  port: int({ min: 1, max: 65_535 }),
  protocol: oneOf('http', 'https', 'grpc', 'tcp', 'udp'),
  public_url: nullable(text({ min: 1, max: 2_000, pattern: '^[a-z][a-z0-9+.-]*://[\\x21-\\x7e]+$' })),
  zone: nullable(text({ min: 1, max: 63, pattern: OBJECT_NAME })),
  weight: int({ min: 0, max: 1_000, description: '0: listed, but chosen only when nothing else is' }),
  tags: list(text({ min: 1, max: 64, pattern: '^[\\x21-\\x2b\\x2d-\\x7e]+$' }), { max: 64, unique: true }),
  labels: map(text({ max: 256 }), { keys: '^[a-zA-Z0-9]([a-zA-Z0-9_./-]{0,61}[a-zA-Z0-9])?$', max: 64 }),
  check: nullable(checkSchema),
};

/** What a registration sends. `session` null: a durable endpoint, owned by the caller's credential. */
export const registrationSchema = object({
  session: nullable(text({ min: 1, max: 64 })),
  ...described,
});
export type Registration = Infer<typeof registrationSchema>;

/** What is kept of it. */
export type EndpointDocument = Omit<Registration, 'session'>;

/** What a `ttl` check is fed with. */
export const healthReportSchema = object({
  session: nullable(text({ min: 1, max: 64 })),
  health: oneOf('passing', 'warning', 'critical'),
  note: text({ max: 256 }),
});
export type HealthReport = Infer<typeof healthReportSchema>;

export const endpointLimits = { perService: 50_000, bodyBytes: 65_536 } as const;

export type GoneCause = 'departed' | 'deregistered' | 'expired';

export interface EndpointKey {
  readonly project: string;
  readonly service: string;
  readonly instance: string;
}

/** An endpoint as stored; `gone` null while it is registered. */
export interface EndpointRecord extends EndpointKey {
  readonly id: string;
  readonly session: string | null;
  /** The session's owner, or the credential of a durable one. */
  readonly owner: string;
  readonly document: EndpointDocument;
  readonly health: Health;
  /** Its session is overdue, but so many are that it is kept (a mass expiry is held). */
  readonly held: boolean;
  readonly revision: number;
  readonly gone: GoneCause | null;
  /** When it went, milliseconds since the epoch on the database's clock; null while it is registered. */
  readonly goneAt: number | null;
}

/** One form for each content, whatever order its fields came in: only then is identical content told by its text. */
export const canonical = ({ host, port, protocol, public_url, zone, weight, tags, labels, check }: EndpointDocument): EndpointDocument => ({
  host, port, protocol, public_url, zone, weight, tags, labels: inOrder(labels), check: check === null ? null : inOrder(check),
});
const inOrder = <T extends object>(value: T): T => {
  const names = Object.keys(value);
  if (names.every((name, i) => i === 0 || names[i - 1]! < name)) return value;
  return Object.fromEntries(names.sort().map(name => [name, value[name as keyof T]])) as T;
};
/** What a check looks at, in one comparable line: while it stays the same, so does what the checks found. */
export const probeOf = ({ host, port, protocol, check }: EndpointDocument): string =>
  `${protocol} ${host} ${port} ${check === null ? '' : JSON.stringify(inOrder(check))}`;

export type EndpointState = 'active' | 'draining' | 'denied';

/** An endpoint as the list and the stream show it. */
export interface ShownEndpoint {
  readonly id: string;
  readonly instance: string;
  readonly host: string;
  readonly port: number;
  readonly protocol: EndpointDocument['protocol'];
  readonly public_url: string | null;
  readonly zone: string | null;
  readonly weight: number;
  readonly tags: readonly string[];
  readonly labels: { readonly [key: string]: string };
  readonly health: Health;
  readonly state: EndpointState;
  readonly held?: true;
  readonly revision: number;
}

/** An operator's decision with the revision at which it was last made or taken back. */
export interface Override {
  readonly spec: EndpointOverrideSpec | null;
  readonly revision: number;
}

export function shownEndpoint(record: EndpointRecord, override: Override | undefined): ShownEndpoint {
  const { document } = record;
  return {
    id: record.id,
    instance: record.instance,
    host: document.host,
    port: document.port,
    protocol: document.protocol,
    public_url: document.public_url,
    zone: document.zone,
    weight: override?.spec?.weight ?? document.weight,
    tags: document.tags,
    labels: document.labels,
    health: record.held ? 'unknown' : record.health,
    state: override?.spec?.state ?? 'active',
    ...(record.held ? { held: true as const } : {}),
    revision: Math.max(record.revision, override?.revision ?? 0),
  };
}

/** Whether the default list holds it: active, and nothing known against it. */
export const isServed = (endpoint: ShownEndpoint): boolean =>
  endpoint.state === 'active' &&
  (endpoint.health === 'passing' || endpoint.health === 'warning' || endpoint.health === 'unknown');

export type EmptyCause = 'never_registered' | GoneCause | 'starting' | 'draining' | 'denied' | 'critical' | 'filtered';

/** Why nothing of a service is served: the latest of what keeps its endpoints out and what took the last ones away. */
export function emptyCause(
  unserved: Iterable<ShownEndpoint>,
  lastGone: { readonly cause: GoneCause; readonly revision: number } | null,
): EmptyCause {
  let cause: EmptyCause = lastGone?.cause ?? 'never_registered';
  let latest = lastGone?.revision ?? 0;
  for (const endpoint of unserved) {
    if (endpoint.revision < latest) continue;
    latest = endpoint.revision;
    cause = whyUnserved(endpoint);
  }
  return cause;
}

function whyUnserved(endpoint: ShownEndpoint): EmptyCause {
  if (endpoint.state !== 'active') return endpoint.state;
  return endpoint.health === 'starting' ? 'starting' : 'critical';
}

