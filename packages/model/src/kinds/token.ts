import { defineKind } from '../kind.ts';
import { OBJECT_NAME } from '../names.ts';
import { nullable, object, oneOf, text } from '../schema.ts';

/** A bearer credential. Its secret is shown once, when it is made; only a hash is kept. */
export const token = defineKind({
  name: 'token',
  idPrefix: 'tok',
  parent: null,
  since: '2026-12-01',
  summary: 'A bearer credential',
  spec: object({
    description: text({ max: 500 }),
    role: oneOf('reader', 'writer', 'admin'),
    /** The one project it may see; null: every project. */
    project: nullable(text({ min: 1, max: 63, pattern: OBJECT_NAME })),
    /** `public`: it never sees internal addresses. */
    audience: oneOf('internal', 'public'),
  }),
  frozen: ['role', 'project', 'audience'],
  access: { read: 'admin', write: 'admin' },
  issuesSecret: true,
  limits: { perParent: 10_000, bodyBytes: 16_384 },
  example: n => ({ description: `Shop ${n}`, role: 'writer', project: null, audience: 'internal' }),
  status: { schema: object({}), initial: () => ({}) },
});
