import { homedir, hostname } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { checkFunction, checkNames, checkWhole, invalid } from './arguments.ts';
import type { Propagate } from './call/calls.ts';
import { createFixedConnections } from './directory/fixed.ts';
import type { FixedOptions } from './directory/fixed.ts';
import { isRecord } from './json.ts';
import { readMikoUrl } from './miko-url.ts';
import { readPolicy } from './policy.ts';
import type { PolicyOptions, ServicePolicy } from './policy.ts';
import { isServiceName } from './service-name.ts';

export type ConnectOptions = {
  /** Default `MIKO_TOKEN`. One of the two is needed. */
  readonly token?: string | undefined;
  /** Default `MIKO_PROJECT`, else `default`. */
  readonly project?: string | undefined;
  /**
   * Where the last good lists are kept over a restart of this process; null keeps none. Default `MIKO_CACHE_DIR`, else
   * `miko` in the user's cache directory.
   */
  readonly cacheDir?: string | null | undefined;
  /**
   * The stable id of this process slot (a pod, a unit, host + port): the same after a restart, and never that of two
   * processes at once. With it the client opens a session at once, so that drains wait for it by name. Without it the
   * first registration opens one, as `<host>:<service>:<instance>`.
   */
  readonly owner?: string | undefined;
  /** What people see beside the session, default `<host>:<pid>`. */
  readonly name?: string | undefined;
  /** Where this process runs: endpoints of the same zone come first. Default none. */
  readonly zone?: string | null | undefined;
  /** How long the registrations outlive a process that died, 2 to 3600, default 10. */
  readonly ttlSeconds?: number | undefined;
  /** How long a departure waits until the callers have let go, 0 to 300, default 5. */
  readonly drainSeconds?: number | undefined;
  /** How long the first question for a service waits for Miko's answer, 0 to 60,000, default 2000. Below the timeouts of your calls it leaves them time when Miko hangs. */
  readonly firstAnswerMs?: number | undefined;
  /** When a service is suddenly said to be empty, Miko is asked again after so long before that is believed, 0 to 60,000, default 1000. */
  readonly confirmEmptyMs?: number | undefined;
  /** A stream that brings nothing for so long at its beginning is cut somewhere on the way, 10 to 60,000, default 5000. */
  readonly firstFrameMs?: number | undefined;
  /** How often Miko is asked at most where streams are cut, 10 to 60,000, default 1000. */
  readonly pollMs?: number | undefined;
  /** Services to watch from the beginning, at most 1,000; `ready` waits for them. */
  readonly required?: readonly string[] | undefined;
  /** Services to watch from the beginning, at most 1,000; nothing waits for them. */
  readonly optional?: readonly string[] | undefined;
  /** Addresses that answer for a service while Miko does not know it: `{web: ['http://10.0.0.1:8080']}`. */
  readonly fixed?: FixedOptions | undefined;
  /** Called for each attempt, to add headers that traces need. */
  readonly propagate?: Propagate | undefined;
  /** How all services are called; what is left out stays at its default. */
  readonly policy?: PolicyOptions | undefined;
  /** How single services are called, over `policy`. */
  readonly services?: Readonly<Record<string, PolicyOptions>> | undefined;
};

export type Settings = {
  /** Without a slash at the end. */
  readonly url: string;
  readonly token: string;
  readonly project: string;
  readonly cacheDir: string | null;
  readonly owner: string | null;
  readonly name: string;
  readonly zone: string | null;
  readonly ttlSeconds: number;
  readonly drainSeconds: number;
  readonly firstAnswerMs: number;
  readonly confirmEmptyMs: number;
  readonly firstFrameMs: number;
  readonly pollMs: number;
  readonly required: readonly string[];
  readonly optional: readonly string[];
  readonly fixed: FixedOptions;
  readonly propagate: Propagate | null;
  readonly policy: ServicePolicy;
  readonly services: ReadonlyMap<string, ServicePolicy>;
};

const KNOWN: { readonly [Name in keyof Required<ConnectOptions>]: true } = {
  token: true,
  project: true,
  cacheDir: true,
  owner: true,
  name: true,
  zone: true,
  ttlSeconds: true,
  drainSeconds: true,
  firstAnswerMs: true,
  confirmEmptyMs: true,
  firstFrameMs: true,
  pollMs: true,
  required: true,
  optional: true,
  fixed: true,
  propagate: true,
  policy: true,
  services: true,
};
const MAX_SERVICES = 1_000;
const MINUTE_MS = 60_000;

/** Arguments before environment before defaults. Throws `invalid_argument`, which names the option by its path. */
export function readSettings(url: string | undefined, options: ConnectOptions, env: NodeJS.ProcessEnv): Settings {
  checkNames(options, KNOWN, 'options', '');
  const policy = readPolicy(options.policy, 'policy');
  return {
    url: urlOf(url ?? (env.MIKO_URL || 'http://127.0.0.1:7450')),
    token: tokenOf(options.token ?? env.MIKO_TOKEN),
    project: matching('project', options.project ?? (env.MIKO_PROJECT || 'default'), PROJECT),
    cacheDir: cacheDirOf(options.cacheDir, env),
    owner: options.owner === undefined ? null : matching('owner', options.owner, OWNER),
    name: matching('name', options.name ?? `${hostname().slice(0, 100)}:${process.pid}`, NAME),
    zone: zoneOf(options.zone ?? null),
    ttlSeconds: within('ttlSeconds', options.ttlSeconds ?? 10, 2, 3600),
    drainSeconds: within('drainSeconds', options.drainSeconds ?? 5, 0, 300),
    firstAnswerMs: within('firstAnswerMs', options.firstAnswerMs ?? 2_000, 0, MINUTE_MS),
    confirmEmptyMs: within('confirmEmptyMs', options.confirmEmptyMs ?? 1_000, 0, MINUTE_MS),
    firstFrameMs: within('firstFrameMs', options.firstFrameMs ?? 5_000, 10, MINUTE_MS),
    pollMs: within('pollMs', options.pollMs ?? 1_000, 10, MINUTE_MS),
    required: serviceNames('required', options.required ?? []),
    optional: serviceNames('optional', options.optional ?? []),
    fixed: fixedOf(options.fixed ?? {}),
    propagate: functionOf('propagate', options.propagate ?? null),
    policy,
    services: policiesOf(options.services ?? {}, policy),
  };
}

/** The owner of a process that named none: its first endpoint, which is its slot. */
export function ownerOf(service: string, instance: string): string {
  return `${hostname().slice(0, 60)}:${service}:${instance}`;
}

const PROJECT = { pattern: /^[A-Za-z0-9_-]{1,128}$/, words: '1 to 128 letters, digits, _ or -' };
const OWNER = { pattern: /^(?!tok_)[\x21-\x7e]{1,256}$/, words: '1 to 256 printable characters without spaces, not beginning with "tok_"' };
const NAME = { pattern: /^[\x20-\x7e]{1,128}$/, words: '1 to 128 printable characters' };
/** What a zone of an endpoint may be called. */
const ZONE = { pattern: /^[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/, words: 'small letters, digits and hyphens, 63 at most, a letter first' };
const TOKEN = { pattern: /^[\x21-\x7e]{1,4096}$/, words: '1 to 4096 printable characters without spaces' };

function urlOf(text: string): string {
  if (typeof text !== 'string') throw invalid('url', 'must be an http or https URL');
  const read = readMikoUrl(text);
  if ('wrong' in read) throw invalid('url', read.wrong);
  return read.url;
}

function tokenOf(token: string | undefined): string {
  if (token === undefined || token === '') throw invalid('token', 'is missing: give it, or set MIKO_TOKEN');
  return matching('token', token, TOKEN);
}

function zoneOf(zone: string | null): string | null {
  return zone === null ? null : matching('zone', zone, ZONE);
}

function cacheDirOf(given: string | null | undefined, env: NodeJS.ProcessEnv): string | null {
  if (given === undefined) return env.MIKO_CACHE_DIR ?? userCacheDir(env);
  if (given !== null && (typeof given !== 'string' || given === '')) throw invalid('cacheDir', 'must be a folder, or null');
  return given;
}

function userCacheDir(env: NodeJS.ProcessEnv): string {
  const base = env.XDG_CACHE_HOME;
  return join(base !== undefined && isAbsolute(base) ? base : join(homedir(), '.cache'), 'miko');
}

function serviceNames(option: string, names: readonly string[]): readonly string[] {
  if (!Array.isArray(names) || names.length > MAX_SERVICES) throw invalid(option, `must be a list of at most ${MAX_SERVICES} names of services`);
  for (const [i, name] of names.entries()) if (!isServiceName(name)) throw invalid(`${option}[${i}]`, 'is no name of a service');
  return [...names];
}

/** Read once here, so that a wrong address is told before anything is opened. */
function fixedOf(fixed: FixedOptions): FixedOptions {
  createFixedConnections(fixed, () => 0);
  return fixed;
}

function policiesOf(services: Readonly<Record<string, PolicyOptions>>, base: ServicePolicy): ReadonlyMap<string, ServicePolicy> {
  if (!isRecord(services)) throw invalid('services', 'must be an object of policies by service');
  const entries = Object.entries(services);
  if (entries.length > MAX_SERVICES) throw invalid('services', `has more than ${MAX_SERVICES} services`);
  const read = entries.map(([service, policy]): [string, ServicePolicy] => {
    const path = `services.${service.slice(0, 100)}`;
    if (!isServiceName(service)) throw invalid(path, 'is no name of a service');
    return [service, readPolicy(policy, path, base)];
  });
  return new Map(read);
}

function functionOf<T>(option: string, value: T | null): T | null {
  if (value !== null) checkFunction(option, value);
  return value;
}

function matching(option: string, value: string, { pattern, words }: { readonly pattern: RegExp; readonly words: string }): string {
  if (typeof value !== 'string' || !pattern.test(value)) throw invalid(option, `must be ${words}`);
  return value;
}

function within(option: string, value: number, least: number, most: number): number {
  checkWhole(option, value, least, most);
  return value;
}
