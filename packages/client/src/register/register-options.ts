import { MikoError } from '../problem.ts';
import { isServiceName, SERVICE_NAME } from '../service-name.ts';
import type { WireCheck, WireProbe, WireRegistration } from '../wire.ts';

export type Probe = {
  /** Time between two probes, default 1000. */
  readonly intervalMs?: number | undefined;
  /** Default 500. */
  readonly timeoutMs?: number | undefined;
  /** Good probes in a row until it is passing, default 2. */
  readonly rise?: number | undefined;
  /** Bad probes in a row until it is critical, default 3. */
  readonly fall?: number | undefined;
};

/** How Miko finds out whether the endpoint answers. With `ttl` the process says so itself: `registration.report`. */
export type Check =
  | ({ readonly type: 'http'; readonly path: string; readonly expectStatus?: number | undefined } & Probe)
  | ({ readonly type: 'tcp' } & Probe)
  | ({ readonly type: 'grpc'; readonly service?: string | undefined } & Probe)
  | { readonly type: 'ttl'; readonly ttlMs: number };

/** Whether the process is ready for requests. What throws, or takes over 5 s, is a no. */
export type Readiness = () => boolean | Promise<boolean>;

/** An endpoint to register. What Miko alone can judge it refuses: `registration.ready` rejects with the fields it objects to. */
export type RegisterOptions = {
  /** A name as `web`: small letters, digits, hyphens. */
  readonly service: string;
  /** Unique in the service and the same after a restart of this process, as `web-1`. */
  readonly instance: string;
  /** Where clients reach it, default 127.0.0.1. */
  readonly host?: string | undefined;
  readonly port: number;
  /** Default `http`. */
  readonly protocol?: 'http' | 'https' | 'grpc' | 'tcp' | 'udp' | undefined;
  /** For callers that may not see internal addresses; default none. */
  readonly publicUrl?: string | null | undefined;
  readonly zone?: string | null | undefined;
  /** 0 to 1000, default 100; 0 is chosen only when nothing else is there. */
  readonly weight?: number | undefined;
  readonly tags?: readonly string[] | undefined;
  readonly labels?: Readonly<Record<string, string>> | undefined;
  /** Default none: listed at once. With a check it is listed when the check has risen. */
  readonly check?: Check | null | undefined;
  /** Asked every 250 ms until it first answers true; only then is the endpoint registered. */
  readonly readiness?: Readiness | undefined;
};

const KNOWN: { readonly [Name in keyof Required<RegisterOptions>]: true } = {
  service: true,
  instance: true,
  host: true,
  port: true,
  protocol: true,
  publicUrl: true,
  zone: true,
  weight: true,
  tags: true,
  labels: true,
  check: true,
  readiness: true,
};

const PROTOCOLS: ReadonlySet<string> = new Set(['http', 'https', 'grpc', 'tcp', 'udp']);
const INSTANCE_NAME = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/;

/**
 * Throws `invalid_argument` for what can never be right, and for an option that does not exist: told here, at once,
 * it is a mistake; told by Miko, it would be a refusal in the background, again and again.
 */
export function checkRegisterOptions(options: RegisterOptions): void {
  const unknown = Object.keys(options).find((name) => !Object.hasOwn(KNOWN, name));
  if (unknown !== undefined) throw wrong(unknown.slice(0, 100), 'is no option');
  const { service, instance, host = '127.0.0.1', port, protocol = 'http', weight = 100, readiness } = options;
  if (typeof service !== 'string' || !isServiceName(service)) throw wrong('service', `must match ${SERVICE_NAME.source}`);
  if (typeof instance !== 'string' || !INSTANCE_NAME.test(instance)) throw wrong('instance', `must match ${INSTANCE_NAME.source}`);
  if (typeof host !== 'string' || host === '' || host.length > 253) throw wrong('host', 'must have 1 to 253 characters');
  if (!isWhole(port, 1, 65_535)) throw wrong('port', 'must be a whole number from 1 to 65535');
  if (!PROTOCOLS.has(protocol)) throw wrong('protocol', `must be one of ${[...PROTOCOLS].join(', ')}`);
  if (!isWhole(weight, 0, 1_000)) throw wrong('weight', 'must be a whole number from 0 to 1000');
  if (readiness !== undefined && typeof readiness !== 'function') throw wrong('readiness', 'must be a function');
}

function isWhole(value: number, least: number, most: number): boolean {
  return Number.isInteger(value) && value >= least && value <= most;
}

function wrong(option: string, message: string): MikoError {
  return new MikoError('invalid_argument', `register: ${option} ${message}`);
}

export function registrationToWire(options: RegisterOptions, session: string): WireRegistration {
  return {
    session,
    host: options.host ?? '127.0.0.1',
    port: options.port,
    protocol: options.protocol ?? 'http',
    public_url: options.publicUrl ?? null,
    zone: options.zone ?? null,
    weight: options.weight ?? 100,
    tags: options.tags ?? [],
    labels: options.labels ?? {},
    check: options.check ? checkToWire(options.check) : null,
  };
}

function checkToWire(check: Check): WireCheck {
  if (check.type === 'ttl') return { type: 'ttl', ttl_ms: check.ttlMs };
  const probe = probeToWire(check);
  if (check.type === 'tcp') return { type: 'tcp', ...probe };
  if (check.type === 'grpc') return { type: 'grpc', ...(check.service === undefined ? {} : { service: check.service }), ...probe };
  return { type: 'http', path: check.path, ...(check.expectStatus === undefined ? {} : { expect_status: check.expectStatus }), ...probe };
}

function probeToWire(probe: Probe): WireProbe {
  return {
    interval_ms: probe.intervalMs ?? 1000,
    timeout_ms: probe.timeoutMs ?? 500,
    rise: probe.rise ?? 2,
    fall: probe.fall ?? 3,
  };
}
