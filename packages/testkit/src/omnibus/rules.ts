/**
 * The rules of the HTTP contract, each with its page and the standard it comes from. Every case names the one it proves;
 * `docs/api/rules.md` shows how many prove each, and none may be without.
 */
export interface Rule {
  /** The page under docs/api that explains it. */
  readonly page: string;
  readonly sentence: string;
  /** Where it comes from, where that is not Miko's own contract. */
  readonly standard?: string;
}

export const rules = {
  create: { page: 'objects', sentence: 'POST answers 201 with the object as it is read, its Location and its ETag', standard: 'RFC 9110, 15.3.2' },
  read: { page: 'objects', sentence: 'An object is found by its name and by its id, alike' },
  replace: { page: 'objects', sentence: 'PUT replaces the whole spec; what was read can be put back and changes nothing', standard: 'RFC 9110, 9.3.4' },
  delete: { page: 'objects', sentence: 'DELETE answers 204; the name is free again, and what takes it is another object' },
  'name-valid': { page: 'objects', sentence: 'A name that does not fit its pattern is refused when an object is made, and absent otherwise' },
  'name-taken': { page: 'objects', sentence: 'A name is taken once: 409 by POST, 412 by a PUT that may only create' },
  absent: { page: 'objects', sentence: 'What is not there is 404 to each method, before 428' },
  'secret-once': { page: 'objects', sentence: 'A secret is shown in the answer that made it and never again' },
  'status-own': { page: 'objects', sentence: 'Status is written by Miko alone: a body that holds one is refused' },

  'json-strict': { page: 'requests', sentence: 'A body is one JSON document in UTF-8, of bounded depth', standard: 'RFC 8259' },
  'json-duplicate': { page: 'requests', sentence: 'A name that stands twice in one object is refused, and so is an unknown one', standard: 'RFC 7493, 2.3' },
  'field-unknown': { page: 'errors', sentence: 'A field that is not declared is refused and named' },
  'field-required': { page: 'errors', sentence: 'Every field is required; a nullable one is sent as null' },
  'field-type': { page: 'errors', sentence: 'Nothing is coerced: another type, null among them, is refused and named' },
  'field-bounds': { page: 'errors', sentence: 'Each string, number, list and map is held to its bounds' },
  'field-all': { page: 'errors', sentence: 'All findings of a body are told at once, each with its pointer', standard: 'RFC 9457, 3' },
  problem: { page: 'errors', sentence: 'Every refusal is a problem document with a code of the registry and the id of its request', standard: 'RFC 9457' },

  list: { page: 'lists', sentence: 'A list holds each object once; without a token it begins anew, at the end the token is null' },
  'list-limit': { page: 'lists', sentence: 'limit is 1 to what the kind allows; beyond is 400' },
  'list-sort': { page: 'lists', sentence: 'Lists go by name or time, both ways' },
  'list-moving': { page: 'lists', sentence: 'What stays is listed exactly once while other objects come and go' },
  'list-filter': { page: 'lists', sentence: 'Lists are filtered by fields and labels, and hold nothing else' },
  'list-fields': { page: 'lists', sentence: 'fields= leaves out what was not asked for' },
  'list-token': { page: 'lists', sentence: 'A page token is signed: a changed one is refused' },
  'list-token-scope': { page: 'lists', sentence: 'A page token is bound to its list, its filter and its sort' },

  etag: { page: 'conditional-requests', sentence: 'An ETag is strong, stands for the spec at an API date, and answers If-None-Match with 304', standard: 'RFC 9110, 8.8.3' },
  'match-required': { page: 'conditional-requests', sentence: 'PUT, PATCH and DELETE need If-Match: 428 without', standard: 'RFC 6585, 3' },
  'match-stale': { page: 'conditional-requests', sentence: 'A stale If-Match is 412 with the current ETag, and nothing happens', standard: 'RFC 9110, 13.1.1' },
  'match-any': { page: 'conditional-requests', sentence: 'If-Match: * overwrites whatever is there', standard: 'RFC 9110, 13.1.1' },
  'create-only': { page: 'conditional-requests', sentence: 'PUT with If-None-Match: * creates, and never replaces', standard: 'RFC 9110, 13.1.2' },
  'one-winner': { page: 'conditional-requests', sentence: 'Of several writers that read the same ETag exactly one wins' },
  'merge-patch': { page: 'updates', sentence: 'A merge patch changes what it names', standard: 'RFC 7396' },
  'json-patch': { page: 'updates', sentence: 'A JSON Patch is applied as a whole or not at all', standard: 'RFC 6902' },
  'patch-test': { page: 'updates', sentence: 'A test operation that does not hold is 409 and nothing happens', standard: 'RFC 6902, 4.6' },
  'patch-checked': { page: 'updates', sentence: 'What comes out of a patch is checked as a whole spec' },
  'patch-null': { page: 'updates', sentence: 'null stays null: a nullable field is cleared, not dropped' },
  'patch-bounds': { page: 'updates', sentence: 'Operations, pointers and depth of a patch are bounded' },
  'no-change': { page: 'updates', sentence: 'A write that changes nothing makes no revision' },
  frozen: { page: 'updates', sentence: 'Fields that only creation sets are refused when they change' },

  'idempotency-replay': { page: 'idempotency', sentence: 'The same key and body get the first answer, and it happens once', standard: 'draft-ietf-httpapi-idempotency-key-header' },
  'idempotency-mismatch': { page: 'idempotency', sentence: 'Another body under a key is 422', standard: 'draft-ietf-httpapi-idempotency-key-header' },
  'idempotency-flight': { page: 'idempotency', sentence: 'A key whose first call runs is 409 at once', standard: 'draft-ietf-httpapi-idempotency-key-header' },
  'idempotency-scope': { page: 'idempotency', sentence: 'A key belongs to the credential that sent it' },
  'dry-run': { page: 'dry-run', sentence: 'dry_run=true judges all and leaves nothing' },
  deadline: { page: 'deadlines', sentence: 'Past Miko-Timeout-Ms a call is 504 and what it began is undone' },

  'limit-count': { page: 'limits', sentence: 'A kind has room for as many as its limit says; one more is 409, however many ask at once' },
  'limit-bytes': { page: 'limits', sentence: 'A body beyond its bound is 413' },
  'limits-shown': { page: 'limits', sentence: 'GET /v1/limits shows use and bound of every kind' },

  method: { page: 'requests', sentence: 'Another method on a known path is 405 with Allow; OPTIONS tells the same', standard: 'RFC 9110, 15.5.6' },
  head: { page: 'requests', sentence: 'HEAD is GET without the body', standard: 'RFC 9110, 9.3.2' },
  path: { page: 'requests', sentence: 'What is no path is 404, one with a slash at its end as well' },
  query: { page: 'requests', sentence: 'A parameter that is not declared, or stands twice, is refused' },
  accept: { page: 'requests', sentence: 'An answer nobody accepts is 406', standard: 'RFC 9110, 15.5.7' },
  'media-type': { page: 'requests', sentence: 'A body of another media type is 415 and told which is taken', standard: 'RFC 9110, 15.5.16' },
  address: { page: 'requests', sentence: 'An address that is too long is 414', standard: 'RFC 9110, 15.5.15' },
  headers: { page: 'requests', sentence: 'Header fields that are too large are 431', standard: 'RFC 6585, 5' },
  'request-id': { page: 'requests', sentence: 'Every answer has a request id of its own' },
  'own-writes': { page: 'objects', sentence: 'A write is seen by the next read' },

  'access-unknown': { page: 'access', sentence: 'Without a valid credential everything is 401, whether it is there or not', standard: 'RFC 9110, 15.5.2' },
  'access-role': { page: 'access', sentence: 'A role that is too small sees and is 403' },
  'access-hidden': { page: 'access', sentence: 'What lies in another project is told exactly as what is absent' },
  'access-bound': { page: 'access', sentence: 'A credential of one project changes nothing of the fleet' },

  revision: { page: 'objects', sentence: 'A change is one revision, told by Miko-Revision, without gaps' },
  audit: { page: 'audit', sentence: 'A change is one audit row: who, from where, what' },
  'audit-refusals': { page: 'audit', sentence: 'A caller that was turned away is recorded' },
  event: { page: 'watch', sentence: 'A change is one event' },
  'read-only': { page: 'audit', sentence: 'Reads and refusals make no revision, no audit row and no event' },
  'watch-order': { page: 'watch', sentence: 'A watch tells changes once each, in the order of their revisions' },
  'watch-resume': { page: 'watch', sentence: 'A cursor goes on where it stopped, without a gap' },
  'watch-snapshot': { page: 'watch', sentence: 'A cursor that says nothing here gets a snapshot in the stream' },
  'watch-scope': { page: 'watch', sentence: 'A watch tells nothing of what its reader may not see' },

  'version-known': { page: 'versions', sentence: 'The API date is echoed; an unknown one is 400' },
  'version-pinned': { page: 'versions', sentence: 'Without a date the one pinned on the credential holds' },
  'version-life': { page: 'versions', sentence: 'An answer in a date that ends says when', standard: 'RFC 9745, RFC 8594' },
  'version-forms': { page: 'versions', sentence: 'Every date reads and writes an object in its own form, and nothing is lost' },
  'version-since': { page: 'versions', sentence: 'What a date does not know yet is absent there' },
  document: { page: 'openapi', sentence: 'The document of each date holds every operation with an example that works', standard: 'OpenAPI 3.1' },
  cli: { page: '../cli', sentence: 'Each kind has its commands, and they show what the API shows' },
} as const satisfies { readonly [id: string]: Rule };

export type RuleId = keyof typeof rules;
export const ruleIds = Object.keys(rules) as RuleId[];
