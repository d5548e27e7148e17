import type { Mutation } from './mutation.ts';

/** Who may call, and what a request may hold. */
export const requestMutations: readonly Mutation[] = [
  {
    name: 'permit', file: 'model/src/access.ts', rules: ['access-role'],
    find: "if (rank[actor.role] < rank[action.role]) return 'deny';", replace: '',
  },
  {
    name: 'permit: the fleet is not for a credential of one project', file: 'model/src/access.ts', rules: ['access-bound'],
    find: "if (actor.project !== null && target.project === null && action.role !== 'reader') return 'deny';", replace: '',
  },
  {
    name: 'hidden equals absent', file: 'model/src/access.ts', rules: ['access-hidden'],
    find: "return 'hide';", replace: "return 'deny';",
  },
  {
    name: 'strictness: unknown fields', file: 'server/src/api/check.ts', rules: ['field-unknown'],
    find: 'ownProperties: true,', replace: 'ownProperties: true, removeAdditional: true,',
  },
  {
    name: 'strictness: types', file: 'server/src/api/check.ts', rules: ['field-type'],
    find: 'ownProperties: true,', replace: 'ownProperties: true, coerceTypes: true,',
  },
  {
    name: 'all findings at once', file: 'server/src/api/check.ts', rules: ['field-all'],
    find: 'allErrors: true', replace: 'allErrors: false',
  },
  {
    name: 'duplicate keys', file: 'server/src/api/strict-json.ts', rules: ['json-duplicate'],
    find: 'if (expectName && frame!.names!.has(value))', replace: 'if (false)',
  },
  {
    name: 'parameters that are not declared', file: 'server/src/api/query.ts', rules: ['query'],
    find: "wrong('unknown_parameter', 'is not a parameter here')", replace: "''",
  },
  {
    name: 'the date pinned on a credential', file: 'server/src/api/versions.ts', rules: ['version-pinned'],
    find: '?? actor.apiDate', replace: '?? newestApiDate',
  },
  {
    name: 'version converter: up', file: 'model/src/changes/forms.ts', rules: ['version-forms'],
    find: 'change.up(before)', replace: 'before',
  },
  {
    name: 'version converter: down', file: 'model/src/changes/forms.ts', rules: ['version-forms'],
    find: 'change.down(after)', replace: 'after',
  },
  {
    name: 'kinds of a later date', file: 'server/src/api/pipeline.ts', rules: ['version-since'],
    find: 'if (operation.since > context.apiDate)', replace: 'if (false)',
  },
  {
    name: 'the bound of a body', file: 'server/src/api/request-body.ts', rules: ['limit-bytes'],
    find: 'if (Number(request.headers[\'content-length\'] ?? 0) > limit) return Promise.reject(tooLarge());', replace: 'limit = Infinity;',
  },
];
