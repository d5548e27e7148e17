import { defineKind } from '../kind.ts';
import { object, text } from '../schema.ts';

/** An area whose zones are linked well enough to act as one. */
export const region = defineKind({
  name: 'region',
  idPrefix: 'reg',
  parent: null,
  since: '2026-11-01',
  summary: 'An area of linked zones',
  spec: object({ description: text({ max: 500, description: 'Where or what it is, in words' }) }),
  frozen: [],
  access: { read: 'reader', write: 'admin' },
  issuesSecret: false,
  limits: { perParent: 100, bodyBytes: 16_384, page: 1_000 },
  example: n => ({ description: `Region ${n}` }),
  status: { schema: object({}), initial: () => ({}) },
});
