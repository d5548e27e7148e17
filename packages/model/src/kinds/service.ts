import { defineKind } from '../kind.ts';
import { map, object, text } from '../schema.ts';
import { project } from './project.ts';

/** Something that answers calls at its endpoints. */
export const service = defineKind({
  name: 'service',
  idPrefix: 'svc',
  parent: project,
  since: '2026-11-01',
  summary: 'Something that answers calls at its endpoints',
  spec: object({
    description: text({ max: 500, description: 'What it answers, in words' }),
    labels: map(text({ max: 256 }), {
      keys: '^[a-zA-Z0-9]([a-zA-Z0-9_./-]{0,61}[a-zA-Z0-9])?$', max: 64, description: 'Names and values by which it is found',
    }),
  }),
  frozen: [],
  access: { read: 'reader', write: 'writer' },
  issuesSecret: false,
  limits: { perParent: 10_000, bodyBytes: 65_536, page: 1_000 },
  example: n => ({ description: `Takes orders ${n}`, labels: { team: 'shop' } }),
  status: { schema: object({}), initial: () => ({}) },
});
