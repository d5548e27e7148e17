import type { Dispatcher } from 'undici';
import type { ServicePolicy } from '../policy.ts';
import { MikoError } from '../problem.ts';
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
): CallTerms {
  const idempotent = options.idempotent ?? request.idempotent ?? (IDEMPOTENT_METHODS.has(request.method.toUpperCase()) || facts.hasIdempotencyKey);
  return {
    secure,
    repeatable: idempotent && canSendAgain,
    timeoutMs: options.timeoutMs === undefined ? policy.timeoutMs : options.timeoutMs,
    hedgeAfterMs: options.hedgeAfterMs === undefined ? policy.hedgeAfterMs : options.hedgeAfterMs,
    hashKey: options.hashKey,
  };
}

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const MAX_HASH_KEY = 1_024;

/** Throws `invalid_argument`, which names the option. */
export function checkCallOptions({ timeoutMs, hedgeAfterMs, hashKey }: CallOptions): void {
  checkMs('timeoutMs', timeoutMs, DAY_MS);
  checkMs('hedgeAfterMs', hedgeAfterMs, HOUR_MS);
  if (hashKey !== undefined && hashKey.length > MAX_HASH_KEY) throw new MikoError('invalid_argument', `hashKey must have at most ${MAX_HASH_KEY} characters`);
}

function checkMs(option: string, value: number | null | undefined, most: number): void {
  if (value === undefined || value === null) return;
  if (!Number.isInteger(value) || value < 1 || value > most) throw new MikoError('invalid_argument', `${option} must be a whole number from 1 to ${most}`);
}
