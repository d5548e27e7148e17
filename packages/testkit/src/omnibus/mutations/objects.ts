import type { Mutation } from './mutation.ts';

const sql = 'store/src/migrations/0003-object-calls/objects.ts';

/** What a write has to pass, and what it does. */
export const objectMutations: readonly Mutation[] = [
  {
    name: '428', file: 'server/src/api/objects/etag.ts', rules: ['match-required'],
    find: "if (header === undefined) throw new Problem('precondition_required'", replace: "if (header === undefined) return; if (false) throw new Problem('precondition_required'",
  },
  {
    name: '412', file: 'server/src/api/objects/etag.ts', rules: ['match-stale'],
    find: 'tags.includes(etag)) return;', replace: 'true) return;',
  },
  {
    name: 'create-only', file: 'server/src/api/objects/kind-operations.ts', rules: ['create-only'],
    find: 'mayOnlyCreate(request) ?', replace: 'false ?',
  },
  {
    name: '304', file: 'server/src/api/objects/etag.ts', rules: ['etag'],
    find: 'header !== undefined && namesWeakly(', replace: 'false && namesWeakly(',
  },
  {
    name: 'an ETag of each date', file: 'server/src/api/objects/etag.ts', rules: ['version-forms'],
    find: "-${apiDate.replaceAll('-', '')}", replace: '',
  },
  {
    name: 'null handling', file: 'server/src/api/objects/update.ts', rules: ['patch-null'],
    find: 'cleared(schema, mergePatch(document, request.body))', replace: 'mergePatch(document, request.body)',
  },
  {
    name: 'what a patch makes is checked', file: 'server/src/api/objects/update.ts', rules: ['patch-checked'],
    find: 'return checked(schema, next).spec', replace: 'return (next as { spec: unknown }).spec',
  },
  {
    name: 'a test of a JSON Patch', file: 'model/src/json-patch.ts', rules: ['patch-test'],
    find: "if (!equalJson(valueAt(draft, path, 'path', refuse), operation.value)) throw", replace: 'if (false) throw',
  },
  {
    name: 'frozen fields', file: 'server/src/api/objects/update.ts', rules: ['frozen'],
    find: 'refuseFlaws(frozen(kind, before.spec, spec));', replace: '',
  },
  {
    name: 'a write that changes nothing', file: 'server/src/api/objects/update.ts', rules: ['no-change'],
    find: 'if (changed.length === 0) return null;', replace: '',
  },
  {
    name: 'page token signature', file: 'server/src/api/objects/page-token.ts', rules: ['list-token'],
    find: '|| !isSame(mac, this.#mac(content))', replace: '',
  },
  {
    name: 'filter scope of a page token', file: 'server/src/api/objects/page-token.ts', rules: ['list-token-scope'],
    find: 'if (v !== 1 || of !== hashOf(list))', replace: 'if (false)',
  },
  {
    name: 'filters', file: 'server/src/api/objects/list.ts', rules: ['list-filter'],
    find: 'if (!fits(filter, specDown(kind, apiDate, object.spec))) continue;', replace: '',
  },
  {
    name: 'idempotency replay', file: 'store/src/claims/kept-answer.ts', rules: ['idempotency-replay'],
    find: 'return { status: found.status, headers: found.headers, body: found.body };', replace: 'return null;',
  },
  {
    name: 'idempotency mismatch', file: 'store/src/claims/kept-answer.ts', rules: ['idempotency-mismatch'],
    find: 'if (found.fingerprint !== fingerprint) throw', replace: 'if (false) throw',
  },
  {
    name: 'idempotency keys of each credential', file: 'server/src/api/claim.ts', rules: ['idempotency-scope'],
    find: 'return { credential, key, fingerprint };', replace: "return { credential: 'one', key, fingerprint };",
  },
  {
    name: 'no secret is kept for a replay', file: 'server/src/api/objects/create.ts', rules: ['idempotency-replay'],
    find: 'answerOf(made.object, {})', replace: "answerOf(made.object, secret === null ? {} : { secret: secret.text })",
  },
  {
    name: 'dry run', file: 'server/src/api/objects/object-host.ts', rules: ['dry-run'],
    find: "boolean => query['dry_run'] === true;", replace: 'boolean => false;',
  },
  {
    name: 'limit', file: sql, rules: ['limit-count'],
    find: 'if used >= most then', replace: 'if false then',
  },
  {
    name: 'the bound of a project', file: sql, rules: ['limit-count'],
    find: "and o.name = w->>'quota'", replace: 'and false',
  },
  {
    name: 'what is deleted makes room', file: sql, rules: ['limit-count', 'limits-shown'],
    find: 'update usage u set count = u.count - 1', replace: 'update usage u set count = u.count',
  },
  {
    name: 'tombstone', file: sql, rules: ['delete'],
    find: "deleted_at = case when operation = 'delete' then moment end", replace: 'deleted_at = null',
  },
];
