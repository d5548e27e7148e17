import type { Health } from './health.ts';
import type { EndpointOverrideSpec } from './kinds/specs.ts';
import { HOST, OBJECT_NAME, PUBLIC_URL } from './names.ts';
import { choice, described, int, list, map, nullable, object, oneOf, optional, text, type Infer } from './schema.ts';

/**
 * Endpoints: the records that running processes own, and how one is shown.
 * What a registration says, what checks found and what an operator decided stay three things;
 * `shownEndpoint` is the one place where they meet.
 */

const timing = {
  interval_ms: int({ min: 100, max: 3_600_000, description: 'Milliseconds from one probe to the next' }),
  timeout_ms: int({ min: 10, max: 60_000, description: 'Milliseconds after which a probe counts as failed' }),
  rise: int({ min: 1, max: 100, description: 'Good probes in a row until it is passing' }),
  fall: int({ min: 1, max: 100, description: 'Failed probes in a row until it is critical' }),
};

export const checkSchema = choice('type', {
  http: {
    path: text({ min: 1, max: 2_000, pattern: '^/[\\x21-\\x7e]*$', description: 'What is asked for, by GET' }),
    expect_status: optional(int({ min: 100, max: 599, description: 'The one status that is good; absent: 200 to 299' })),
    ...timing,
  },
  tcp: timing,
  grpc: { service: optional(text({ max: 200, description: 'The service whose health is asked for; absent: that of the whole server' })), ...timing },
  ttl: { ttl_ms: int({ min: 1_000, max: 86_400_000, description: 'Milliseconds within which the process has to report again' }) },
});

const document = {
  host: text({ min: 1, max: 253, pattern: HOST, description: 'Name or IP address at which it is reached from inside' }),
  port: int({ min: 1, max: 65_535, description: 'The port it listens on' }),
  protocol: described('What is spoken there', oneOf('http', 'https', 'grpc', 'tcp', 'udp')),
  public_url: nullable(text({
    min: 1, max: 2_000, pattern: PUBLIC_URL, description: 'The address for callers from outside; null: they do not see it',
  })),
  zone: nullable(text({ min: 1, max: 63, pattern: OBJECT_NAME, description: 'The zone it runs in; none of that name need be declared' })),
  weight: int({ min: 0, max: 1_000, description: 'Its share of the calls; 0: listed, but chosen only when nothing else is' }),
  tags: list(text({ min: 1, max: 64, pattern: '^[\\x21-\\x2b\\x2d-\\x7e]+$' }), { max: 64, unique: true, description: 'Words by which lists are filtered' }),
  labels: map(text({ max: 256 }), {
    keys: '^[a-zA-Z0-9]([a-zA-Z0-9_./-]{0,61}[a-zA-Z0-9])?$', max: 64, description: 'Names and values, shown to callers as they are',
  }),
  check: nullable(described('How its health is found; null: it is taken for passing', checkSchema)),
};

/** What a registration sends. `session` null: a durable endpoint, owned by the caller's credential. */
export const registrationSchema = object({
  session: nullable(text({ min: 1, max: 64, description: 'The session that keeps it; null: it is durable, and the credential owns it' })),
  ...document,
});
export type Registration = Infer<typeof registrationSchema>;

/** What is kept of it. */
export type EndpointDocument = Omit<Registration, 'session'>;

/** What a `ttl` check is fed with. */
export const healthReportSchema = object({
  session: nullable(text({ min: 1, max: 64, description: 'The session that owns the endpoint; null: it is durable' })),
  health: described('How the process finds itself', oneOf('passing', 'warning', 'critical')),
  note: text({ max: 256, description: 'Why, in words' }),
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

