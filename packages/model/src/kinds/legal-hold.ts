import { defineKind } from '../kind.ts';
import { OBJECT_NAME } from '../names.ts';
import { nullable, object, text } from '../schema.ts';

/**
 * What must not be removed while a matter is open: rows of the record that match it stay where they are, however old.
 * It reaches what still is there when it is made; what is archived by then stays in the archive in any case.
 */
export const legalHold = defineKind({
  name: 'legal_hold',
  idPrefix: 'hld',
  parent: null,
  since: '2026-12-01',
  summary: 'What of the record must not be removed',
  spec: object({
    project: nullable(text({ min: 1, max: 63, pattern: OBJECT_NAME, description: 'The project whose rows it keeps; null: of every project and of the fleet' })),
    kind: text({ min: 1, max: 63, pattern: '^[a-z][a-z_]{0,62}$', description: 'The kind whose rows it keeps; also `endpoint`, `session` and `refusal`' }),
    name: nullable(text({ min: 1, max: 128, description: 'The one name whose rows it keeps; of refusals: the caller; null: every name' })),
    reason: text({ max: 500, description: 'Why, for whoever wants to lift it' }),
  }),
  frozen: [],
  access: { read: 'admin', write: 'admin' },
  issuesSecret: false,
  limits: { perParent: 100, bodyBytes: 16_384, page: 100 },
  example: n => ({ project: 'default', kind: 'endpoint_override', name: null, reason: `Matter ${n} is open` }),
  status: { schema: object({}), initial: () => ({}) },
});
