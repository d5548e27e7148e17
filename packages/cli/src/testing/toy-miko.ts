import { bool, defineKind, int, kinds, list, object, project, text } from '@miko/model';
import { runCommandLine } from '../command-line.ts';

/** The command, with one more kind: nothing of the object commands is written for a kind. */
const toyCrate = defineKind({
  name: 'toy_crate',
  idPrefix: 'toy',
  parent: project,
  since: '2026-12-01',
  summary: 'A crate of toys',
  spec: object({ description: text({ max: 100 }), open: bool(), shelf: int({ min: 1, max: 9 }), toys: list(text({ max: 20 }), { max: 5 }) }),
  frozen: ['shelf'],
  access: { read: 'reader', write: 'writer' },
  issuesSecret: false,
  limits: { perParent: 10, bodyBytes: 1_024, page: 2 },
  example: n => ({ description: `Crate ${n}`, open: true, shelf: 1, toys: ['ball'] }),
  status: { schema: object({}), initial: () => ({}) },
});

await runCommandLine(process.argv, [...kinds, toyCrate]);
