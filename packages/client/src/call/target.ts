import { quoted } from '../arguments.ts';
import type { Endpoint } from '../directory/endpoint.ts';
import { MikoError } from '../problem.ts';
import { isServiceName } from '../service-name.ts';

/** What to call: `http://<service>/path?query`, where the host is the name of a service, or the two parts. */
export type Target = string | URL | { readonly service: string; readonly path: string };

/** Who is called, and whether only endpoints with TLS will do: the caller wrote `https:`. */
export type Called = { readonly service: string; readonly secure: boolean };

/** The usual targets, which need no parsing to see that they are right. */
const PLAIN = /^https?:\/\/[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?(?:[/?#]|$)/;

/** The service that an origin (`http://web`) names; null when its host is no name of a service, or has a port. */
export function calledAt(origin: string): Called | null {
  const secure = origin.startsWith('https://');
  if (!secure && !origin.startsWith('http://')) return null;
  const end = origin.endsWith('/') ? origin.length - 1 : origin.length;
  const service = origin.slice(secure ? 8 : 7, end);
  return isServiceName(service) ? { service, secure } : null;
}

/** The URL of a target, for `fetch`. Throws `invalid_argument`. */
export function urlOf(target: Target): string {
  if (typeof target === 'object' && target !== null && !(target instanceof URL)) {
    if (typeof target.path !== 'string' || !target.path.startsWith('/')) throw bad(`path ${quoted(target.path)} must begin with a slash`);
    if (!isServiceName(target.service)) throw bad(`${quoted(target.service)} is no name of a service`);
    return `http://${target.service}${target.path}`;
  }
  if (typeof target === 'string' && PLAIN.test(target)) return target;
  const url = readUrl(target);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw bad(`${url.protocol}// cannot be fetched; use http or https`);
  if (url.port !== '') throw bad(`"${url.host}" must be the name of a service without a port: the port comes from Miko`);
  if (url.username !== '' || url.password !== '') throw bad('a user or password in the URL is not sent; use a header');
  if (!isServiceName(url.hostname)) throw bad(`${quoted(url.hostname)} is no name of a service`);
  return url.href;
}

export function canBeCalled(endpoint: Endpoint, secure: boolean): boolean {
  return endpoint.url !== null && (endpoint.url.startsWith('https://') || (!secure && endpoint.url.startsWith('http://')));
}

function readUrl(target: string | URL): URL {
  if (target instanceof URL) return target;
  try {
    return new URL(target);
  } catch (cause) {
    throw new MikoError('invalid_argument', `${quoted(target)} is no URL`, { cause });
  }
}

function bad(message: string): MikoError {
  return new MikoError('invalid_argument', message);
}
