import { Problem } from '@miko/model';
import { StoreError } from '@miko/store';

/** What a caller is told of an error: the one table from what the store says to codes of the registry. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const known = error instanceof StoreError ? told[error.code]?.(error) : undefined;
  return known ?? new Problem('internal', 'Miko failed; the request id finds the log line', { cause: error });
}

const again = { 'retry-after': '1' };
const told: Readonly<Partial<Record<StoreError['code'], (error: StoreError) => Problem>>> = {
  unavailable: cause => new Problem('not_ready', 'the database cannot be reached, or cannot do this now: whether a write happened is not known, repeat it', { cause, headers: again }),
  overloaded: cause => new Problem('overloaded', cause.message, { cause, headers: again }),
  conflict: cause => new Problem('already_exists', cause.message, { cause }),
  no_project: cause => new Problem('not_found', cause.message, { cause }),
  quota: cause => new Problem('quota_exceeded', cause.message, { cause }),
  in_flight: cause => new Problem('in_flight', 'a call with this Idempotency-Key is running', { cause, headers: again }),
  idempotency_mismatch: cause => new Problem('idempotency_mismatch', 'this Idempotency-Key was used for another request', { cause }),
  too_large: cause => new Problem('too_large', cause.message, { cause }),
  deadline: cause => new Problem('deadline_exceeded', 'the time this call was given is over; what it had begun is undone', { cause }),
};
