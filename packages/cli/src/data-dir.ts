import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { Failure } from './failure.ts';
import { errorCode } from './unknown.ts';

type Env = { readonly [name: string]: string | undefined };

/**
 * A file that a Miko on this machine keeps: under `$MIKO_DATA_DIR` where set, else in the nearest `.miko` folder from
 * `cwd` upwards. Null where there is none.
 */
export function findInDataDir(name: string, env: Env, cwd: string): string | null {
  const given = env['MIKO_DATA_DIR'];
  if (given !== undefined && given !== '') {
    const file = resolve(cwd, given, name);
    return existsSync(file) ? file : null;
  }
  for (let folder = resolve(cwd); ; folder = dirname(folder)) {
    const file = join(folder, '.miko', name);
    if (existsSync(file)) return file;
    if (dirname(folder) === folder) return null;
  }
}

/** What a Miko on this machine keeps side by side: its admin token, and where it answers; null where that is not said. */
export interface LocalMiko {
  readonly tokenFile: string;
  readonly url: URL | null;
}

export function findLocalMiko(env: Env, cwd: string): LocalMiko | null {
  const tokenFile = findInDataDir('admin-token', env, cwd);
  return tokenFile === null ? null : { tokenFile, url: readAddress(join(dirname(tokenFile), 'url')) };
}

function readAddress(file: string): URL | null {
  try {
    const url = URL.parse(readFileSync(file, 'utf8').trim());
    return url?.protocol === 'http:' || url?.protocol === 'https:' ? url : null;
  } catch {
    return null;
  }
}

/** The token in a file: its first line, at most 4,096 characters. Never shown in an error. */
export function readToken(file: string): string {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new Failure('login_needed', 'token_unreadable', `Cannot read the token in ${file}: ${errorCode(cause) ?? 'unknown reason'}`, { cause });
  }
  const token = text.trim();
  if (!/^[\x21-\x7e]{1,4096}$/.test(token)) {
    throw new Failure('login_needed', 'token_unreadable', `${file} does not hold a token: one line of 1 to 4,096 characters is expected`);
  }
  return token;
}
