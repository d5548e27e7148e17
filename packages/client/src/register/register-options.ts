import { isIP } from 'node:net';
import { checkFunction, checkNames, checkWhole, invalid } from '../arguments.ts';
import { isRecord } from '../json.ts';
import type { MikoError } from '../problem.ts';
import { isServiceName, SERVICE_NAME } from '../service-name.ts';
import type { WireRegistration } from '../wire.ts';
import { checkToWire, readCheck } from './check.ts';
import type { Check } from './check.ts';

/** Whether the process is ready for requests. What throws is a no. */
export type Readiness = () => boolean | Promise<boolean>;

/** An endpoint to register. What Miko alone can judge it refuses: `registration.ready` rejects with the fields it objects to. */
export type RegisterOptions = {
  /** A name as `web`: a small letter, then small letters, digits and hyphens; at most 63 characters. */
  readonly service: string;
  /** Unique in the service and the same after a restart of this process, as `web-1`; at most 128 letters, digits and `._:-`. */
  readonly instance: string;
  /** Where clients reach it, default 127.0.0.1: a name or an IP address, without scheme, port or path. */
  readonly host?: string | undefined;
  /** 1 to 65535. */
  readonly port: number;
  /** Default `http`. */
  readonly protocol?: 'http' | 'https' | 'grpc' | 'tcp' | 'udp' | undefined;
  /** For callers that may not see internal addresses; default none. */
  readonly publicUrl?: string | null | undefined;
  /** Where it runs: callers in the same zone come first. Default none. */
  readonly zone?: string | null | undefined;
  /** 0 to 1000, default 100; 0 is chosen only when nothing else is there. */
  readonly weight?: number | undefined;
  /** Words by which lists are filtered; `h2`: it speaks HTTP/2. Default none. */
  readonly tags?: readonly string[] | undefined;
  /** Names and values, shown to callers as they are. Default none. */
  readonly labels?: Readonly<Record<string, string>> | undefined;
  /** Default none: it gets calls at once. With a check it gets calls when the check has risen. */
  readonly check?: Check | null | undefined;
  /** Asked every 250 ms until it first answers true; only then is the endpoint registered. Default: at once. */
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
const MAX_HOST = 253;

/**
 * Throws `invalid_argument` for what can never be right, and for an option that does not exist: told here, at once,
 * it is a mistake; told by Miko, it would be a refusal in the background, again and again.
 */
export function checkRegisterOptions(options: RegisterOptions): void {
  checkNames(options, KNOWN, 'register: options', 'register: ');
  const { service, instance, host = '127.0.0.1', port, protocol = 'http', weight = 100, tags = [], labels = {}, check = null, readiness } = options;
  if (!isServiceName(service)) throw wrong('service', `must match ${SERVICE_NAME.source}`);
  if (typeof instance !== 'string' || !INSTANCE_NAME.test(instance)) throw wrong('instance', `must match ${INSTANCE_NAME.source}`);
  checkHost(host);
  checkWhole('register: port', port, 1, 65_535);
  if (!PROTOCOLS.has(protocol)) throw wrong('protocol', `must be one of ${[...PROTOCOLS].join(', ')}`);
  checkWhole('register: weight', weight, 0, 1_000);
  if (!Array.isArray(tags)) throw wrong('tags', 'must be a list of texts');
  if (!isRecord(labels)) throw wrong('labels', 'must be an object of texts by name');
  if (check !== null) readCheck(check, 'register: check');
  if (readiness !== undefined) checkFunction('register: readiness', readiness);
}

function checkHost(host: unknown): void {
  if (typeof host !== 'string' || host === '' || host.length > MAX_HOST) throw wrong('host', `must have 1 to ${MAX_HOST} characters`);
  const version = isIP(host);
  if (version === 0 && /[^\p{L}\p{N}._-]/u.test(host)) throw wrong('host', 'must be a name or an IP address, as web.internal or 10.0.0.1, without scheme, port or path');
  // Of the ways to write the IPv6 one, the URL knows which are the same.
  if (host === '0.0.0.0' || (version === 6 && URL.parse(`http://[${host}]`)?.hostname === '[::]')) throw wrong('host', `must be an address that callers can reach: ${host} is good for listening only`);
}

function wrong(option: string, message: string): MikoError {
  return invalid(`register: ${option}`, message);
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
