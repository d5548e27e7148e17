import { createHash } from 'node:crypto';
import { Problem, type Actor } from '@miko/model';
import type { CallClaim } from '@miko/store';
import type { Call, PlainAnswer } from './call.ts';
import type { Operation } from './operation.ts';

/**
 * An Idempotency-Key (draft-ietf-httpapi-idempotency-key-header): the same key from the same credential within 24 hours
 * gets the answer that the first call got, without happening again. Another request under that key is refused.
 */
export interface Claims {
  /** Throws Problem `in_flight` and `idempotency_mismatch`. */
  once(claim: CallClaim, run: () => Promise<PlainAnswer>): Promise<PlainAnswer>;
}

const KEY = /^[\x21-\x7e]{1,200}$/;

/** Null where the call carries none, and where it could say nothing: other methods than POST are idempotent by themselves. Throws Problem `invalid_request`. */
export function claimOf({ method, url, headers }: Call, operation: Operation, { credential }: Actor, raw: Buffer): CallClaim | null {
  const key = headers['idempotency-key'];
  if (key === undefined || method !== 'POST' || credential === null || !operation.mediaTypes.includes('application/json')) return null;
  if (typeof key !== 'string' || !KEY.test(key)) {
    const flaw = { pointer: 'Idempotency-Key', code: 'pattern', detail: 'must be 1 to 200 visible ASCII characters' };
    throw new Problem('invalid_request', `Idempotency-Key ${flaw.detail}`, { flaws: [flaw] });
  }
  const fingerprint = createHash('sha256').update(`${method} ${url}\n${String(headers['miko-version'] ?? '')}\n`).update(raw).digest('hex');
  return { credential, key, fingerprint };
}
