import { defineKind } from '../kind.ts';
import { INSTANCE_NAME, OBJECT_NAME } from '../names.ts';
import { described, int, nullable, object, oneOf, text } from '../schema.ts';
import { project } from './project.ts';

/**
 * What an operator decided about one endpoint: the only truth about drain, denial and weight.
 * It outlives the registration it speaks of; at most one exists for each endpoint.
 */
export const endpointOverride = defineKind({
  name: 'endpoint_override',
  idPrefix: 'ovr',
  parent: project,
  since: '2026-11-01',
  summary: 'What an operator decided about one endpoint',
  spec: object({
    service: text({ min: 1, max: 63, pattern: OBJECT_NAME, description: 'The service of the endpoint' }),
    instance: text({ min: 1, max: 128, pattern: INSTANCE_NAME, description: 'The instance name of the endpoint' }),
    state: described('`draining`: finish what runs, begin nothing new; `denied`: keep every call away', oneOf('active', 'draining', 'denied')),
    weight: nullable(int({ min: 0, max: 1000, description: 'In place of the registered weight; null: that one holds' })),
    reason: text({ max: 500, description: 'Why it was decided, for whoever comes next' }),
  }),
  frozen: ['service', 'instance'],
  access: { read: 'reader', write: 'writer' },
  issuesSecret: false,
  limits: { perParent: 50_000, bodyBytes: 16_384, page: 1_000 },
  example: n => ({ service: 'web', instance: `web-${n}`, state: 'draining', weight: null, reason: 'moving to another host' }),
  status: { schema: object({}), initial: () => ({}) },
});
