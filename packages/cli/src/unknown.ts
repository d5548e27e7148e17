/** Looking into values whose type nobody vouches for: parsed files, answers, thrown things. */
export const isRecord = (value: unknown): value is { readonly [name: string]: unknown } => typeof value === 'object' && value !== null;

/** The `code` of a system error (`ECONNREFUSED`), or null. */
export const errorCode = (error: unknown): string | null => (isRecord(error) && typeof error['code'] === 'string' ? error['code'] : null);
