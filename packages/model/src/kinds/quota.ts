import { defineKind, pluralOf } from '../kind.ts';
import { int, object, text } from '../schema.ts';
import { project } from './project.ts';

/**
 * How many objects of one kind this project may hold, in place of the kind's own bound.
 * Its name is the kind's plural as paths have it, so that each kind has at most one in a project.
 * A bound below what is there removes nothing: it refuses the next.
 */
export const quota = defineKind({
  name: 'quota',
  idPrefix: 'quo',
  parent: project,
  since: '2026-12-01',
  summary: 'How many objects of one kind a project may hold',
  spec: object({
    most: int({ min: 0, max: 1_000_000, description: 'How many may exist; 0: no new one may be made' }),
    reason: text({ max: 500, description: 'Why it differs from the bound of the kind, for whoever meets it' }),
  }),
  frozen: [],
  // Whoever administers one project does not raise its bounds.
  access: { read: 'reader', write: 'admin', fleetWrites: true },
  issuesSecret: false,
  limits: { perParent: 100, bodyBytes: 16_384, page: 1_000 },
  example: n => ({ most: 1_000 + n, reason: 'agreed with the shop' }),
  names: kinds => kinds.filter(kind => kind.parent?.name === project.name).map(pluralOf),
  status: { schema: object({}), initial: () => ({}) },
});
