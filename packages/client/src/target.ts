import type { Endpoint } from './endpoint.ts';
import { MikoError } from './problem.ts';

/** What to call: `http://<service>/path?query`, where the host is the name of a service, or the two parts. */
export type Target = string | URL | { readonly service: string; readonly path: string };

export type ParsedTarget = {
  readonly service: string;
  /** Begins with a slash; with the query. */
  readonly path: string;
  /** Only endpoints with TLS will do: the caller wrote `https:`. */
  readonly secure: boolean;
};

/** Throws `invalid_argument`. */
export function parseTarget(target: Target): ParsedTarget {
  if (typeof target === 'object' && !(target instanceof URL)) {
    if (!target.path.startsWith('/')) throw bad(`path "${target.path}" must begin with a slash`);
    return { service: target.service, path: target.path, secure: false };
  }
  const url = readUrl(target);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw bad(`${url.protocol}// cannot be fetched; use http or https`);
  if (url.port !== '') throw bad(`"${url.host}" must be the name of a service without a port: the port comes from Miko`);
  if (url.username !== '' || url.password !== '') throw bad('a user or password in the URL is not sent; use a header');
  return { service: url.hostname, path: url.pathname + url.search, secure: url.protocol === 'https:' };
}

/** Whether the target can be fetched from the endpoint, and where. Null when it cannot. */
export function urlAt(endpoint: Endpoint, target: ParsedTarget): string | null {
  const base = endpoint.url;
  if (base === null) return null;
  if (!base.startsWith('https://') && (target.secure || !base.startsWith('http://'))) return null;
  return base + target.path;
}

function readUrl(target: string | URL): URL {
  if (target instanceof URL) return target;
  try {
    return new URL(target);
  } catch (cause) {
    throw new MikoError('invalid_argument', `"${target.slice(0, 200)}" is no URL`, { cause });
  }
}

function bad(message: string): MikoError {
  return new MikoError('invalid_argument', message);
}
