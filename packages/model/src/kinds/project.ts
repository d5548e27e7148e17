import { defineKind } from '../kind.ts';
import { bool, object, text } from '../schema.ts';

/** A tenant: services, endpoints and sessions lie in exactly one. `default` exists from the first start. */
export const project = defineKind({
  name: 'project',
  idPrefix: 'prj',
  parent: null,
  since: '2026-11-01',
  summary: 'A tenant that services, endpoints and sessions lie in',
  spec: object({
    description: text({ max: 500, description: 'What it is for, in words' }),
    create_services: bool({ description: 'Whether a registration creates a service that does not exist yet' }),
  }),
  frozen: [],
  access: { read: 'reader', write: 'admin' },
  issuesSecret: false,
  limits: { perParent: 1_000, bodyBytes: 16_384, page: 1_000 },
  example: n => ({ description: `Shop ${n}`, create_services: true }),
  status: { schema: object({}), initial: () => ({}) },
});
