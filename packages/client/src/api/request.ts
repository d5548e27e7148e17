import { MikoError } from '../problem.ts';
import type { ApiCall, ApiOperation } from './operation.ts';

/** One call as HTTP has it; `waitMs` is how long its head may take. */
export type ApiRequest = {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  readonly waitMs: number;
};

/** Miko gives a call up by itself after this long, unless the call says otherwise. */
const USUAL_MS = 30_000;
/** What Miko's own word on a deadline may take to arrive. */
const GRACE_MS = 2_000;

/** Puts a call into the operation's places. Throws `invalid_argument`, which names the parameter. */
export function requestOf(operation: ApiOperation, call: ApiCall, ownProject: string): ApiRequest {
  const given = new Map<string, unknown>(Object.entries(call));
  if (operation.ownProject === true && given.get('project') === undefined) given.set('project', ownProject);
  const body = bodyOf(operation, given.get('body'));
  return {
    method: operation.method,
    path: pathOf(operation.path, given) + queryOf(operation, given),
    headers: { ...headersOf(operation, given), ...(body === null ? {} : { 'content-type': body.mediaType }) },
    body: body?.text ?? null,
    waitMs: waitOf(given),
  };
}

function pathOf(template: string, given: ReadonlyMap<string, unknown>): string {
  return template.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = given.get(name);
    // A path that ends early, or climbs, would be another operation's.
    if (typeof value !== 'string' || value === '' || value === '.' || value === '..') throw new MikoError('invalid_argument', `${name} must be a name`);
    return encodeURIComponent(value);
  });
}

function queryOf({ query = {}, repeated = [] }: ApiOperation, given: ReadonlyMap<string, unknown>): string {
  const pairs = Object.entries(query).flatMap(([name, wire]) => {
    const value = given.get(name);
    if (value === undefined) return [];
    const texts = Array.isArray(value) ? value.map((one) => escaped(name, one)) : [escaped(name, value)];
    return (repeated.includes(name) ? texts : [texts.join(',')]).map((text) => `${wire}=${text}`);
  });
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`;
}

function headersOf({ headers = {} }: ApiOperation, given: ReadonlyMap<string, unknown>): Record<string, string> {
  const sent = Object.entries(headers).flatMap(([name, wire]): [string, string][] => {
    const value = given.get(name);
    if (value === undefined) return [];
    const text = plainText(name, value);
    if (!/^[\x21-\x7e][\x20-\x7e]*$/.test(text)) throw new MikoError('invalid_argument', `${name} must be printable characters`);
    return [[wire.toLowerCase(), text]];
  });
  return Object.fromEntries(sent);
}

const escaped = (name: string, value: unknown): string => encodeURIComponent(plainText(name, value));

function plainText(name: string, value: unknown): string {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new MikoError('invalid_argument', `${name} must be text, a number or a boolean`);
}

const PATCH = { list: 'application/json-patch+json', object: 'application/merge-patch+json' };

function bodyOf({ body: kind }: ApiOperation, value: unknown): { readonly mediaType: string; readonly text: string } | null {
  if (kind === undefined) return null;
  if (typeof value !== 'object' || value === null) throw new MikoError('invalid_argument', 'body is missing');
  const isList = Array.isArray(value);
  if (kind === 'patch') return { mediaType: isList ? PATCH.list : PATCH.object, text: JSON.stringify(value) };
  if (kind === 'json') return { mediaType: 'application/json', text: JSON.stringify(value) };
  if (kind === 'form') return { mediaType: 'application/x-www-form-urlencoded', text: formOf(value) };
  if (!isList) throw new MikoError('invalid_argument', 'body must be a list');
  return { mediaType: 'application/x-ndjson', text: value.map((line) => `${JSON.stringify(line)}\n`).join('') };
}

function formOf(body: object): string {
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(body)) if (value !== undefined) form.append(name, String(value));
  return form.toString();
}

/** The deadline of the call; without one, Miko's own, which begins after what it is asked to wait for. */
function waitOf(given: ReadonlyMap<string, unknown>): number {
  const [asked, wait] = [given.get('timeoutMs'), given.get('waitSeconds')];
  const ms = typeof asked === 'number' ? asked : USUAL_MS + (typeof wait === 'number' ? wait * 1000 : 0);
  return ms + GRACE_MS;
}
