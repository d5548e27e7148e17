import { InvalidArgumentError } from 'commander';
import type { ChainHead, Registration } from '@miko/model';

/** What people type, read once. Each function throws `InvalidArgumentError`, which names the flag and ends with exit 2. */

export interface EndpointName {
  readonly service: string;
  readonly instance: string;
}

/** `web/web-1`. */
export function endpointName(text: string): EndpointName {
  const at = text.indexOf('/');
  if (at <= 0 || at === text.length - 1) throw new InvalidArgumentError('It is written SERVICE/INSTANCE, such as web/web-1.');
  return { service: text.slice(0, at), instance: text.slice(at + 1) };
}

/** `127.0.0.1:8080`, `db.internal:5432`, `[::1]:80`. */
export function address(text: string): { readonly host: string; readonly port: number } {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]/\s]+)):(\d{1,5})$/.exec(text);
  const host = match?.[1] ?? match?.[2];
  if (match === null || host === undefined) {
    throw new InvalidArgumentError('It is written HOST:PORT, such as 127.0.0.1:8080 or [::1]:8080.');
  }
  return { host, port: port(match[3] ?? '') };
}

export const port = (text: string): number => whole(text, 1, 65_535);
export const weight = (text: string): number => whole(text, 0, 1000);
export const mostObjects = (text: string): number => whole(text, 1, 1_000_000);
export const revision = (text: string): number => whole(text, 0, Number.MAX_SAFE_INTEGER);
export const threshold = (text: string): number => whole(text, 1, 100);

function whole(text: string, least: number, most: number): number {
  const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= least && value <= most)) throw new InvalidArgumentError(`A whole number from ${least} to ${most} is expected.`);
  return value;
}

/** `2026-12-01`, `2026-12-01T08:00:00Z`; answers RFC 3339 in UTC. */
export function time(text: string): string {
  const date = /^\d{4}-\d{2}-\d{2}(T([01]\d|2[0-3]):\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2}))?$/.test(text) ? new Date(text) : null;
  if (date === null || Number.isNaN(date.getTime()) || !isDay(text.slice(0, 10))) throw new InvalidArgumentError('A time such as 2026-12-01 or 2026-12-01T08:00:00Z is expected.');
  return date.toISOString();
}

/** `Date` would take the 30th of February for the 2nd of March. */
const isDay = (day: string): boolean => new Date(`${day}T00:00:00Z`).toISOString().startsWith(day);

/** `800:9f2c...`: the seal after revision 800. */
export function seal(text: string): ChainHead {
  const match = /^(\d{1,15}):([0-9a-f]{64})$/.exec(text);
  if (match === null) throw new InvalidArgumentError('It is written NUMBER:HASH, with the 64 hexadecimal digits that `miko audit verify` prints.');
  return { upto: Number(match[1]), hash: match[2] ?? '' };
}

const UNITS: ReadonlyMap<string, number> = new Map([
  ['ms', 1],
  ['s', 1000],
  ['m', 60_000],
  ['h', 3_600_000],
]);

/** `500ms`, `30s`, `5m`, `1h`; a bare number is seconds. Milliseconds, at most a day. */
export function durationMs(text: string): number {
  const match = /^(\d{1,9})(ms|s|m|h)?$/.exec(text);
  const value = match === null ? Number.NaN : Number(match[1]) * (UNITS.get(match[2] ?? 's') ?? Number.NaN);
  if (!(value <= 86_400_000)) throw new InvalidArgumentError('A duration such as 500ms, 30s or 5m is expected, at most 24h.');
  return value;
}

/** `team=shop`, gathered into one map. */
export function label(text: string, before: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
  const at = text.indexOf('=');
  if (at <= 0) throw new InvalidArgumentError('It is written KEY=VALUE.');
  return { ...before, [text.slice(0, at)]: text.slice(at + 1) };
}

/** A flag that may be given several times. */
export const several = (text: string, before: readonly string[] = []): readonly string[] => [...before, text];

export type Check = NonNullable<Registration['check']>;

/** The check without its timing: what follows `--check`. */
export type CheckTarget =
  | { readonly type: 'http'; readonly path: string }
  | { readonly type: 'tcp' }
  | { readonly type: 'grpc'; readonly service?: string }
  | { readonly type: 'ttl'; readonly ttl_ms: number };

/** `http:/healthz`, `tcp`, `grpc`, `grpc:shop.Cart`, `ttl:15s`. */
export function checkTarget(text: string): CheckTarget {
  const at = text.indexOf(':');
  const type = at === -1 ? text : text.slice(0, at);
  const rest = at === -1 ? '' : text.slice(at + 1);
  if (type === 'http' && (rest === '' || rest.startsWith('/'))) return { type, path: rest === '' ? '/' : rest };
  if (type === 'tcp' && at === -1) return { type };
  if (type === 'grpc') return rest === '' ? { type } : { type, service: rest };
  if (type === 'ttl') return { type, ttl_ms: durationMs(rest === '' ? '30s' : rest) };
  throw new InvalidArgumentError('It is http:/PATH, tcp, grpc, grpc:SERVICE or ttl:DURATION.');
}

export interface CheckFlags {
  readonly check?: CheckTarget;
  readonly checkInterval: number;
  readonly checkTimeout: number;
  readonly rise: number;
  readonly fall: number;
}

export function checkOf(flags: CheckFlags): Check | null {
  if (flags.check === undefined) return null;
  if (flags.check.type === 'ttl') return flags.check;
  return { ...flags.check, interval_ms: flags.checkInterval, timeout_ms: flags.checkTimeout, rise: flags.rise, fall: flags.fall };
}
