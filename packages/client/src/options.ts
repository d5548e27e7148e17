import { homedir, hostname } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { MikoError } from './problem.ts';

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
  /** How long the registrations outlive a process that died, 2 to 3600, default 10. */
  readonly ttlSeconds?: number | undefined;
  /** How long the first question for a service waits for Miko's answer, default 2000. */
  readonly firstAnswerMs?: number | undefined;
  /** To how many endpoints `fetch` sends one request at most, default 3. */
  readonly attempts?: number | undefined;
};

export type Settings = {
  /** Without a slash at the end. */
  readonly url: string;
  readonly token: string;
  readonly project: string;
  readonly cacheDir: string | null;
  readonly owner: string | null;
  readonly name: string;
  readonly ttlSeconds: number;
  readonly firstAnswerMs: number;
  readonly attempts: number;
};

/** Arguments before environment before defaults. Throws `invalid_argument`, which names the option. */
export function readSettings(url: string | undefined, options: ConnectOptions, env: NodeJS.ProcessEnv): Settings {
  const token = options.token ?? env.MIKO_TOKEN;
  if (token === undefined || token === '') throw invalid('token', 'is missing: give it, or set MIKO_TOKEN');
  if (!/^[\x21-\x7e]{1,4096}$/.test(token)) throw invalid('token', 'must be 1 to 4096 printable characters without spaces');
  return {
    url: readUrl(url ?? env.MIKO_URL ?? 'http://127.0.0.1:7450'),
    token,
    project: options.project ?? env.MIKO_PROJECT ?? 'default',
    cacheDir: options.cacheDir === undefined ? (env.MIKO_CACHE_DIR ?? userCacheDir(env)) : options.cacheDir,
    owner: options.owner ?? null,
    name: options.name ?? `${hostname().slice(0, 100)}:${process.pid}`,
    ttlSeconds: within('ttlSeconds', options.ttlSeconds ?? 10, 2, 3600),
    firstAnswerMs: within('firstAnswerMs', options.firstAnswerMs ?? 2_000, 0, 600_000),
    attempts: within('attempts', options.attempts ?? 3, 1, 100),
  };
}

/** The owner of a process that named none: its first endpoint, which is its slot. */
export function ownerOf(service: string, instance: string): string {
  return `${hostname().slice(0, 60)}:${service}:${instance}`;
}

function readUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) throw invalid('url', `"${text.slice(0, 200)}" must be an http or https URL`);
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') throw invalid('url', 'must hold no user, query or fragment');
  // The token opens the fleet: it crosses no network in the clear.
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) throw invalid('url', `${url.host} is not this machine: use https`);
  return (url.origin + url.pathname).replace(/\/+$/, '');
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host.endsWith('.localhost') || host === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(host);
}

function userCacheDir(env: NodeJS.ProcessEnv): string {
  const base = env.XDG_CACHE_HOME;
  return join(base !== undefined && isAbsolute(base) ? base : join(homedir(), '.cache'), 'miko');
}

function within(option: string, value: number, least: number, most: number): number {
  if (!Number.isInteger(value) || value < least || value > most) throw invalid(option, `must be a whole number from ${least} to ${most}`);
  return value;
}

function invalid(option: string, message: string): MikoError {
  return new MikoError('invalid_argument', `${option} ${message}`);
}
