import { findInDataDir, readToken } from './data-dir.ts';
import { Failure, usage } from './failure.ts';

/** Where Miko is and who calls: flag, then environment, then what a Miko on this machine left, then the default. */
export interface Settings {
  readonly url: URL;
  readonly project: string;
  readonly token: string | null;
}

export interface SettingFlags {
  readonly url?: string;
  readonly project?: string;
  readonly tokenFile?: string;
}

export const DEFAULT_URL = 'http://127.0.0.1:7450';

type Env = { readonly [name: string]: string | undefined };

export function settingsFrom(flags: SettingFlags, env: Env, cwd: string): Settings {
  const url = readUrl(flags.url ?? (env['MIKO_URL'] || DEFAULT_URL), flags.url === undefined ? 'MIKO_URL' : '--url');
  const token = findToken(flags, env, cwd, url);
  if (token !== null && url.protocol === 'http:' && !isLoopback(url)) {
    throw usage(`${url.host} is not this machine, and a token crosses no network in the clear`, 'Use its https address.');
  }
  return { url, project: flags.project ?? (env['MIKO_PROJECT'] || 'default'), token };
}

export const isLoopback = (url: URL): boolean =>
  url.hostname === 'localhost' || url.hostname.endsWith('.localhost') || url.hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(url.hostname);

function findToken(flags: SettingFlags, env: Env, cwd: string, url: URL): string | null {
  if (flags.tokenFile !== undefined) return readToken(flags.tokenFile);
  const given = env['MIKO_TOKEN']?.trim();
  if (given !== undefined && given !== '') {
    if (/^[\x21-\x7e]{1,4096}$/.test(given)) return given;
    throw new Failure('login_needed', 'token_unreadable', 'MIKO_TOKEN is not a token: 1 to 4,096 characters without spaces are expected');
  }
  // The local Miko's admin token is nobody else's business: it goes to this machine only.
  if (!isLoopback(url)) return null;
  const file = findInDataDir('admin-token', env, cwd);
  return file === null ? null : readToken(file);
}

function readUrl(text: string, from: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw usage(`${from} is not an http or https address`, `It looks like ${DEFAULT_URL}`);
  }
  if (url.username !== '' || url.password !== '') {
    throw usage(`${from} must not hold a user or password`, 'Give the token in MIKO_TOKEN or with --token-file.');
  }
  return url;
}
