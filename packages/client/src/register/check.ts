import { checkNames, checkText, checkWhole, invalid } from '../arguments.ts';
import { isRecord } from '../json.ts';
import type { WireCheck, WireProbe } from '../wire.ts';

export type Probe = {
  /** Time between two probes, default 1000; 100 to 3,600,000. */
  readonly intervalMs?: number | undefined;
  /** What one probe may take, default 500; 10 to 60,000. */
  readonly timeoutMs?: number | undefined;
  /** Good probes in a row until it is passing, default 2; 1 to 100. */
  readonly rise?: number | undefined;
  /** Bad probes in a row until it is critical, default 3; 1 to 100. */
  readonly fall?: number | undefined;
};

/** A GET at `path`, which begins with "/". */
export type HttpCheck = Probe & {
  readonly type: 'http';
  readonly path: string;
  /** The one status that is good, 100 to 599; default: 200 to 299. */
  readonly expectStatus?: number | undefined;
};

/** Whether a connection can be opened. */
export type TcpCheck = Probe & { readonly type: 'tcp' };

/** gRPC's health protocol. */
export type GrpcCheck = Probe & {
  readonly type: 'grpc';
  /** Whose health is asked for; default: that of the whole server. */
  readonly service?: string | undefined;
};

/** The process says itself how it is, by `registration.report`. */
export type TtlCheck = {
  readonly type: 'ttl';
  /** It has to report again within so long, 1,000 to 86,400,000, else it is critical. */
  readonly ttlMs: number;
};

/** How Miko finds out whether the endpoint answers. */
export type Check = HttpCheck | TcpCheck | GrpcCheck | TtlCheck;

type Names<T> = { readonly [Name in keyof Required<T>]: true };

const PROBE: Names<Probe> = { intervalMs: true, timeoutMs: true, rise: true, fall: true };
const NAMES: { readonly [Type in Check['type']]: Names<Extract<Check, { type: Type }>> } = {
  http: { ...PROBE, type: true, path: true, expectStatus: true },
  tcp: { ...PROBE, type: true },
  grpc: { ...PROBE, type: true, service: true },
  ttl: { type: true, ttlMs: true },
};

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const MAX_NAME = 200;

/** Throws `invalid_argument`, which names what is wrong below `path`. */
export function readCheck(check: unknown, path: string): void {
  if (!isRecord(check)) throw invalid(path, 'must be an object, as { type: "tcp" }, or null');
  const { type } = check;
  if (typeof type !== 'string' || !isType(type)) throw invalid(`${path}.type`, `must be one of ${Object.keys(NAMES).join(', ')}`);
  checkNames(check, NAMES[type], path, `${path}.`);
  if (type === 'ttl') return checkWhole(`${path}.ttlMs`, check.ttlMs, 1_000, DAY_MS);
  if (type === 'http' && (typeof check.path !== 'string' || !check.path.startsWith('/'))) throw invalid(`${path}.path`, 'must begin with "/"');
  if (check.service !== undefined) checkText(`${path}.service`, check.service, MAX_NAME);
  given('expectStatus', 100, 599);
  given('intervalMs', 100, HOUR_MS);
  given('timeoutMs', 10, MINUTE_MS);
  given('rise', 1, 100);
  given('fall', 1, 100);

  function given(name: string, least: number, most: number): void {
    const value = (check as Readonly<Record<string, unknown>>)[name];
    if (value !== undefined) checkWhole(`${path}.${name}`, value, least, most);
  }
}

function isType(type: string): type is Check['type'] {
  return Object.hasOwn(NAMES, type);
}

export function checkToWire(check: Check): WireCheck {
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
