import { findLocalMiko, readToken, type LocalMiko } from './data-dir.ts';
import { Failure, usage } from './failure.ts';

/** Where Miko is and who calls: flag, then environment, then what a Miko on this machine left, then the default. */
export interface Settings {
  readonly url: URL;
  readonly project: string;
  readonly token: string | null;
  /** Who is asked with which token, or why without one: told to whoever is not let in. */
  readonly asked: string;
}

export interface SettingFlags {
  readonly url?: string;
  readonly project?: string;
  readonly tokenFile?: string;
}

export const DEFAULT_URL = 'http://127.0.0.1:7450';

type Env = { readonly [name: string]: string | undefined };

export function settingsFrom(flags: SettingFlags, env: Env, cwd: string): Settings {
  const local = findLocalMiko(env, cwd);
  const said = flags.url ?? (env['MIKO_URL'] || null);
  const url = said === null ? (addressOf(local, flags, env) ?? new URL(DEFAULT_URL)) : readUrl(said, flags.url === undefined ? 'MIKO_URL' : '--url');
  const { token, words } = findToken(flags, env, local, url);
  if (token !== null && url.protocol === 'http:' && !isLoopback(url)) {
    throw usage(`${url.host} is not this machine, and a token crosses no network in the clear`, 'Use its https address.');
  }
  return { url, project: flags.project ?? (env['MIKO_PROJECT'] || 'default'), token, asked: `${url.origin} was asked ${words}.` };
}

/** A file that lies in a folder above must not say where a token goes that is not its own: it may have come with a clone. */
function addressOf(local: LocalMiko | null, flags: SettingFlags, env: Env): URL | null {
  const tokenIsGiven = flags.tokenFile !== undefined || Boolean(env['MIKO_TOKEN']?.trim());
  return local === null || (tokenIsGiven && !env['MIKO_DATA_DIR']) ? null : local.url;
}

export const isLoopback = (url: URL): boolean =>
  url.hostname === 'localhost' || url.hostname.endsWith('.localhost') || url.hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(url.hostname);

function findToken(flags: SettingFlags, env: Env, local: LocalMiko | null, url: URL): { readonly token: string | null; readonly words: string } {
  if (flags.tokenFile !== undefined) return { token: readToken(flags.tokenFile), words: `with the token in ${flags.tokenFile}` };
  const given = env['MIKO_TOKEN']?.trim();
  if (given !== undefined && given !== '') {
    if (/^[\x21-\x7e]{1,4096}$/.test(given)) return { token: given, words: 'with the token in MIKO_TOKEN' };
    throw new Failure('login_needed', 'token_unreadable', 'MIKO_TOKEN is not a token: 1 to 4,096 characters without spaces are expected');
  }
  if (local === null) return { token: null, words: `without a token: there is no admin-token in ${env['MIKO_DATA_DIR'] ? `MIKO_DATA_DIR (${env['MIKO_DATA_DIR']})` : 'a .miko here or above'}` };
  // The admin token of one Miko is nobody else's business, on this machine neither.
  if (local.url === null) return { token: null, words: `without a token: beside ${local.tokenFile} no file url says whose it is, which Miko writes when it starts` };
  if (local.url.origin !== url.origin) return { token: null, words: `without a token: the one in ${local.tokenFile} is for ${local.url.origin} alone` };
  return { token: readToken(local.tokenFile), words: `with the token in ${local.tokenFile}` };
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
