import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import { readRetryAfter } from '../problem.ts';

export type GivenHeaders = Exclude<Dispatcher.DispatchOptions['headers'], undefined>;

/** What the caller's own headers say of the call. */
export type HeaderFacts = { readonly hasDeadline: boolean; readonly hasIdempotencyKey: boolean };

const DEADLINE = 'miko-timeout-ms';
const IDEMPOTENCY_KEY = 'idempotency-key';
const NOTHING: HeaderFacts = { hasDeadline: false, hasIdempotencyKey: false };

/** Headers in the forms that undici takes: an object, a flat array, or pairs. */
export function factsOf(given: GivenHeaders): HeaderFacts {
  if (given === null) return NOTHING;
  let facts = NOTHING;
  if (isPlain(given)) {
    for (const name in given) if (name.length === DEADLINE.length) facts = note(facts, name);
  } else {
    for (const [name] of pairsOf(given)) facts = note(facts, name);
  }
  return facts;
}

/** The caller's headers, with what is left of the call's time, and what traces need, which wins over the caller's. */
export function headersFor(given: GivenHeaders, leftMs: number | null, traced: Readonly<Record<string, string>> | null): GivenHeaders {
  if (leftMs === null && traced === null) return given;
  if (traced === null) {
    // What most calls need. The name is written out, for engines are slow with those that they must compute.
    if (given === null) return { 'miko-timeout-ms': String(leftMs) };
    if (isPlain(given)) return { ...given, 'miko-timeout-ms': String(leftMs) };
  }
  const added: Record<string, string> = leftMs === null ? {} : { [DEADLINE]: String(leftMs) };
  if (traced !== null) Object.assign(added, lowerCased(traced));
  if (given === null) return added;
  const pairs = isPlain(given) ? Object.entries(given) : pairsOf(given);
  const kept: Record<string, string | string[] | undefined> = {};
  for (const [name, value] of pairs) if (!(name.toLowerCase() in added)) append(kept, name, value);
  return Object.assign(kept, added);
}

/** `Retry-After` in milliseconds, at most five minutes; undefined when absent or unreadable. */
export function retryAfterMs(headers: IncomingHttpHeaders, wallNowMs: number): number | undefined {
  const value = headers['retry-after'];
  return typeof value === 'string' ? (readRetryAfter(value, wallNowMs) ?? undefined) : undefined;
}

type HeaderValue = string | string[] | undefined;

function note(facts: HeaderFacts, name: string): HeaderFacts {
  const lower = name.toLowerCase();
  if (lower === DEADLINE) return { ...facts, hasDeadline: true };
  return lower === IDEMPOTENCY_KEY ? { ...facts, hasIdempotencyKey: true } : facts;
}

function isPlain(given: NonNullable<GivenHeaders>): given is Record<string, string | string[] | undefined> {
  return !Array.isArray(given) && !(Symbol.iterator in given);
}

function pairsOf(given: string[] | Iterable<[string, HeaderValue]> | object): Iterable<[string, HeaderValue]> {
  if (!Array.isArray(given)) return given as Iterable<[string, HeaderValue]>;
  const pairs: [string, HeaderValue][] = [];
  for (let i = 0; i + 1 < given.length; i += 2) pairs.push([String(given[i]), String(given[i + 1])]);
  return pairs;
}

/** A name that comes again, as in a flat array, keeps all its values. */
function append(headers: Record<string, HeaderValue>, name: string, value: HeaderValue): void {
  const before = headers[name];
  headers[name] = before === undefined ? value : [before, value ?? []].flat();
}

function lowerCased(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
