import { defineKind } from '../kind.ts';
import { OBJECT_NAME } from '../names.ts';
import { described, nullable, object, oneOf, text } from '../schema.ts';

/** A bearer credential. Its secret is shown once, when it is made; only a hash is kept. */
export const token = defineKind({
  name: 'token',
  idPrefix: 'tok',
  parent: null,
  since: '2026-11-01',
  summary: 'A bearer credential',
  spec: object({
    description: text({ max: 500, description: 'Who or what uses it, in words' }),
    role: described('What it may do: read, also change what projects hold, or everything', oneOf('reader', 'writer', 'admin')),
    project: nullable(text({ min: 1, max: 63, pattern: OBJECT_NAME, description: 'The one project it may see; null: every project' })),
    audience: described('Which addresses it is shown; `public`: never an internal one', oneOf('internal', 'public')),
  }),
  frozen: ['role', 'project', 'audience'],
  access: { read: 'admin', write: 'admin' },
  issuesSecret: true,
  // Whoever is kept from internal addresses must not come to them by a credential of its own making.
  denies: (actor, { audience }) => (actor.audience === 'public' && audience === 'internal' ? 'a credential of audience public makes none of audience internal' : null),
  limits: { perParent: 10_000, bodyBytes: 16_384, page: 1_000 },
  example: n => ({ description: `Shop ${n}`, role: 'writer', project: null, audience: 'internal' }),
  status: {
    schema: object({
      api_date: text({ max: 10, pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}$', description: 'The API date of its calls that name none: the one it was made in' }),
    }),
    initial: (_, { apiDate }) => ({ api_date: apiDate }),
  },
});
