import { MikoError } from '../problem.ts';

/** What registers needs the role `writer`: said where a refusal does not say it already. */
export function sayWriter(error: MikoError): MikoError {
  if (error.status !== 403 || error.message.includes('writer')) return error;
  const { code, status, requestId, fields, retryAfterMs, cause } = error;
  return new MikoError(code, `${error.message}; registering needs a token with the role writer`, { status, requestId, fields, retryAfterMs, cause });
}
