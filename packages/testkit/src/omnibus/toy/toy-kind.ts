import { bool, defineKind, int, list, map, nullable, object, oneOf, project, text } from '@miko/model';

/** A kind that exists in tests alone: one file, with something of everything a spec may hold. */
export const toyKind = defineKind({
  name: 'spinning_top',
  idPrefix: 'top',
  parent: project,
  since: '2026-12-01',
  summary: 'A toy that turns',
  spec: object({
    maker: text({ min: 1, max: 63, pattern: '^[a-z][a-z0-9-]*$', description: 'Who made it' }),
    turns: int({ min: 1, max: 1_000, description: 'How often it turns' }),
    hums: bool({ description: 'Whether it hums' }),
    sound: nullable(oneOf('click', 'whirr')),
    colours: list(text({ min: 1, max: 20 }), { max: 5, unique: true }),
    labels: map(text({ max: 100 }), { keys: '^[a-z]{1,20}$', max: 3 }),
  }),
  frozen: ['maker'],
  access: { read: 'reader', write: 'writer' },
  issuesSecret: false,
  limits: { perParent: 50, bodyBytes: 8_192, page: 40 },
  example: n => ({ maker: `maker-${n}`, turns: 1 + (n % 1_000), hums: true, sound: null, colours: ['red'], labels: { shelf: 'top' } }),
  status: { schema: object({}), initial: () => ({}) },
});
