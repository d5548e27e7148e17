import { defineKind } from '../kind.ts';
import { OBJECT_NAME } from '../names.ts';
import { nullable, object, text } from '../schema.ts';

/** A part of a region that fails on its own: power, cooling, uplink. Endpoints name theirs. */
export const zone = defineKind({
  name: 'zone',
  idPrefix: 'zon',
  parent: null,
  since: '2026-11-01',
  summary: 'A part of a region that fails on its own',
  spec: object({
    description: text({ max: 500, description: 'Where or what it is, in words' }),
    region: nullable(text({ min: 1, max: 63, pattern: OBJECT_NAME, description: 'The region it is a part of; null: of none that is known here' })),
  }),
  frozen: [],
  access: { read: 'reader', write: 'admin' },
  issuesSecret: false,
  limits: { perParent: 1_000, bodyBytes: 16_384, page: 1_000 },
  example: n => ({ description: `Zone ${n}`, region: null }),
  status: { schema: object({}), initial: () => ({}) },
});
