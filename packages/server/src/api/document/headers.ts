import type { Json } from './plain-schema.ts';

/** The header fields of answers and requests that the document speaks of. */
const bounded = (maxLength: number, more: Json = {}): Json => ({ type: 'string', maxLength, ...more });
const REVISION: Json = { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER };
const DATE_PATTERN = '^\\d{4}-\\d{2}-\\d{2}$';

export type AnswerHeader = 'ETag' | 'Location' | 'Miko-Revision' | 'Miko-Cursor' | 'Retry-After';

export const answerHeaders = {
  'ETag': { description: 'Stands for what is shown, at this API date. Send it back in If-Match to change just this, in If-None-Match to be told of change alone.', schema: bounded(100) },
  'Location': { description: 'The path of what was made.', schema: bounded(8_192) },
  'Miko-Revision': { description: 'The revision that this answer shows or made.', schema: REVISION },
  'Miko-Cursor': { description: 'Where to watch from without a gap: `since` of the stream takes it.', schema: bounded(1_000) },
  'Miko-Request-Id': { description: 'Names this call in the log and in the audit.', schema: bounded(64) },
  'Miko-Version': { description: 'The API date that this answer speaks.', schema: bounded(10, { pattern: DATE_PATTERN }) },
  'Retry-After': { description: 'Seconds to wait before asking again.', schema: { type: 'integer', minimum: 0, maximum: 3_600 } },
  'WWW-Authenticate': { description: 'How to show who you are.', schema: bounded(200) },
  'Accept-Post': { description: 'The media types of bodies that are taken.', schema: bounded(200) },
  'Accept-Patch': { description: 'The media types of patches that are taken.', schema: bounded(200) },
  'Deprecation': { description: 'Since when this API date is deprecated (RFC 9745).', schema: bounded(20, { pattern: '^@\\d{1,15}$' }) },
  'Sunset': { description: 'When this API date will no longer be answered (RFC 8594).', schema: bounded(40) },
} as const satisfies { readonly [name: string]: Json };

export type HeaderName = keyof typeof answerHeaders;

/** `api_dates`: those that may be asked for. */
export const requestHeaders = (apiDate: string): Readonly<Record<RequestHeader, Json>> => ({
  'Miko-Version': {
    description: 'The API date to speak. Where it is missing, the one pinned on the credential when it was made.',
    schema: { type: 'string', enum: [apiDate] }, example: apiDate,
  },
  'Miko-Timeout-Ms': {
    description: 'How long the caller waits. A call that is not done by then is given up and changes nothing.',
    schema: { type: 'integer', minimum: 1, maximum: 300_000, default: 30_000 },
  },
  'If-Match': { description: 'The ETag that was read, or `*` to change whatever is there.', schema: bounded(8_192), example: '*' },
  'If-None-Match': { description: 'An ETag: answered by 304 while it still holds.', schema: bounded(8_192) },
  'If-None-Match-Any': { description: '`*`: create it, and refuse when it exists. If-Match is not needed then.', schema: { type: 'string', enum: ['*'] } },
  'Idempotency-Key': {
    description: 'A name for this call, unique for its credential: repeated within 24 hours it is answered from memory and happens once.',
    schema: { type: 'string', minLength: 1, maxLength: 200, pattern: '^[\\x21-\\x7e]+$' },
  },
  'Last-Event-ID': { description: 'The cursor of the last frame that was read; it wins over `since`.', schema: bounded(1_000) },
});

export type RequestHeader = 'Miko-Version' | 'Miko-Timeout-Ms' | 'If-Match' | 'If-None-Match' | 'If-None-Match-Any' | 'Idempotency-Key' | 'Last-Event-ID';
