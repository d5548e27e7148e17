import type { Dispatcher } from 'undici';
import { checkNames, checkText, checkWhole, invalid } from '../arguments.ts';
import type { ServicePolicy } from '../policy.ts';
import type { CallOptions } from './call-options.ts';
import type { CallTerms } from './call.ts';
import type { HeaderFacts } from './headers.ts';

/** RFC 9110, 9.2.2. */
const IDEMPOTENT_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE']);

/** What a request, its own options and the policy of its service make of the call. */
export function termsOf(
  request: Pick<Dispatcher.DispatchOptions, 'method' | 'idempotent'>,
  facts: HeaderFacts,
  canSendAgain: boolean,
  secure: boolean,
  options: CallOptions,
  policy: ServicePolicy,
  mostMs: number | null,
): CallTerms {
  const idempotent = options.idempotent ?? request.idempotent ?? (isIdempotent(request.method) || facts.hasIdempotencyKey);
  return {
    secure,
    repeatable: idempotent && canSendAgain,
    timeoutMs: atMost(options.timeoutMs === undefined ? policy.timeoutMs : options.timeoutMs, mostMs),
    hedgeAfterMs: options.hedgeAfterMs === undefined ? policy.hedgeAfterMs : options.hedgeAfterMs,
    hashKey: options.hashKey,
  };
}

/** Null is no limit. */
function atMost(ms: number | null, most: number | null): number | null {
  if (most === null) return ms;
  return ms === null ? most : Math.min(ms, most);
}

/** Written in capitals by nearly all, and then there is nothing to convert. */
function isIdempotent(method: string): boolean {
  return IDEMPOTENT_METHODS.has(method) || IDEMPOTENT_METHODS.has(method.toUpperCase());
}

const NAMES: { readonly [Name in keyof Required<CallOptions>]: true } = { timeoutMs: true, hedgeAfterMs: true, hashKey: true, idempotent: true };
const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const MAX_HASH_KEY = 1_024;

/** `path` is what the argument is called in messages. Throws `invalid_argument`, which names the option below it. */
export function checkCallOptions(options: CallOptions, path: string): void {
  checkNames(options, NAMES, path, `${path}.`);
  const { timeoutMs, hedgeAfterMs, hashKey, idempotent } = options;
  if (timeoutMs !== undefined && timeoutMs !== null) checkWhole(`${path}.timeoutMs`, timeoutMs, 1, DAY_MS);
  if (hedgeAfterMs !== undefined && hedgeAfterMs !== null) checkWhole(`${path}.hedgeAfterMs`, hedgeAfterMs, 1, HOUR_MS);
  if (hashKey !== undefined) checkHashKey(hashKey, path);
  if (idempotent !== undefined && typeof idempotent !== 'boolean') throw invalid(`${path}.idempotent`, 'must be true or false');
}

/** Throws `invalid_argument`. */
export function checkHashKey(hashKey: unknown, path: string): void {
  checkText(`${path}.hashKey`, hashKey, MAX_HASH_KEY);
}
