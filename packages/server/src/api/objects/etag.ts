import { Problem, type Stored } from '@miko/model';

/**
 * Conditional requests (RFC 9110, section 13). An ETag is strong and stands for the spec as an API date shows it: status
 * never moves it, and the same object has another one at another date.
 */
export const etagOf = ({ revision }: Pick<Stored, 'revision'>, apiDate: string): string => `"${revision.toString(36)}-${apiDate.replaceAll('-', '')}"`;

/** Whether `If-None-Match` names what the caller would get: weak comparison. Throws Problem `invalid_request`. */
export const isUnchanged = (header: string | undefined, etag: string): boolean => header !== undefined && namesWeakly(tagsOf('If-None-Match', header), etag);

export const namesWeakly = (tags: Tags, etag: string): boolean => tags === '*' || tags.some(tag => tag.replace(/^W\//, '') === etag);

/**
 * Throws Problem `precondition_required` without `If-Match`, `invalid_request` where it holds no tags, `precondition_failed` (with the
 * current ETag) where none of them is it: strong comparison. `*` waives it.
 */
export function requireMatch(header: string | undefined, etag: string): void {
  if (header === undefined) throw new Problem('precondition_required', 'send If-Match with the ETag you have read, or * to overwrite whatever is there');
  const tags = tagsOf('If-Match', header);
  if (tags === '*' || tags.includes(etag)) return;
  const isWeak = tags.some(tag => tag.startsWith('W/'));
  throw new Problem('precondition_failed', isWeak ? 'only a strong ETag matches: send the one you have read, without W/' : 'it has changed since you read it', { headers: { etag } });
}

/** `*`, or entity tags as they stand. */
export type Tags = '*' | readonly string[];

/** Throws Problem `invalid_request`. */
export function tagsOf(name: 'If-Match' | 'If-None-Match', header: string): Tags {
  const tags = tagsIn(header);
  if (tags !== null) return tags;
  const detail = 'must be *, or ETags in double quotes, such as "15-20261201"';
  throw new Problem('invalid_request', `${name} ${detail}`, { flaws: [{ pointer: name, code: 'pattern', detail }] });
}

/** The same; null where the header holds anything else. Empty elements of the list are passed over (RFC 9110, section 5.6.1). */
export function tagsIn(header: string): Tags | null {
  if (header.trim() === '*') return '*';
  const tags = header.match(TAG) ?? [];
  const isList = header.replace(TAG, A_TAG).split(',').every(element => ['', A_TAG].includes(element.trim()));
  return isList && tags.length > 0 ? tags : null;
}

/** RFC 9110, section 8.8.3: a comma may stand within the quotes. */
const TAG = /(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"/g;
/** What no element is that holds anything beside a tag. */
const A_TAG = '""';
