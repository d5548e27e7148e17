import { ConfigError } from './config.ts';

/** Why Miko does not start, with all that lies below: the first message names the deed, the last one what the system said. */
export function startFailure(error: unknown): string {
  if (error instanceof ConfigError) return error.message;
  return `Miko does not start: ${reasonsOf(error).join(': ')}`;
}

function reasonsOf(error: unknown): string[] {
  const reasons: string[] = [];
  for (let next = error; next instanceof Error; next = next.cause) {
    const { message } = next;
    // Of a host with several addresses each was tried, and the error itself says nothing.
    const told = message === '' && next instanceof AggregateError ? next.errors.map(one => (one as Error).message).join(', ') : message;
    if (told !== '' && !reasons.some(reason => reason.includes(told))) reasons.push(told);
  }
  return reasons.length === 0 ? [String(error)] : reasons;
}
