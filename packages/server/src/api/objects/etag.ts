import { Problem, type Stored } from '@miko/model';

/**
 * Conditional requests (RFC 9110, section 13). An ETag is strong and stands for the spec as an API date shows it: status
 * never moves it, and the same object has another one at another date.
 */
export const etagOf = ({ revision }: Pick<Stored, 'revision'>, apiDate: string): string => `"${revision.toString(36)}-${apiDate.replaceAll('-', '')}"`;

/** Whether `If-None-Match` names what the caller would get: weak comparison. */
export const isUnchanged = (header: string | undefined, etag: string): boolean => header !== undefined && names(header.replaceAll('W/', ''), etag);

/** Throws Problem `precondition_required` without `If-Match`, `precondition_failed` (with the current ETag) where it does not hold. `*` waives it. */
export function requireMatch(header: string | undefined, etag: string): void {
  if (header === undefined) throw new Problem('precondition_required', 'send If-Match with the ETag you have read, or * to overwrite whatever is there');
  if (!names(header, etag)) throw new Problem('precondition_failed', 'it has changed since you read it', { headers: { etag } });
}

const names = (header: string, etag: string): boolean => header.trim() === '*' || header.split(',').some(tag => tag.trim() === etag);
