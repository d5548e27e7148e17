import { int, list, nullable, object, text, type Schema } from '@miko/model';
import { titled } from '../api/answered.ts';

/** What the record answers. */
const number = (description: string) => int({ min: 0, max: Number.MAX_SAFE_INTEGER, description });
const words = (max: number, description: string) => text({ max, description });
const maybe = (max: number, description: string) => nullable(words(max, description));
const time = (description: string) => text({ min: 20, max: 32, description });

const call = {
  actor: maybe(128, 'Who: the id of a credential, or `miko`; in a session: whoever opened it; null: not known'),
  credential: maybe(128, 'The id of the credential the call came with'),
  remote: maybe(256, 'The address it came from'),
  user_agent: maybe(256, 'The User-Agent it came with'),
  request_id: maybe(128, 'The id its answer carried'),
};

const change = {
  revision: number('The revision it made'),
  at: time('When'),
  ...call,
  kind: words(63, 'Of what: a kind of object, `endpoint` or `session`'),
  operation: words(63, 'What was done'),
  project: maybe(63, 'Where; null: in the fleet'),
  service: maybe(63, 'Of an endpoint: its service'),
  name: maybe(128, 'The name of what was changed'),
  subject: words(128, 'The id of what was changed'),
  session: maybe(128, 'The session in whose course it happened'),
  before_revision: nullable(number('The revision before it')),
  changed: nullable(list(words(1_000, 'A JSON pointer'), { max: 100, description: 'What differs' })),
};

const refusal = {
  number: number('Its number'),
  at: time('When the first of them came'),
  code: words(63, 'How it was answered; `secret_shown`: a secret was shown; `dropped`: so many were not kept'),
  count: number('How often within a second'),
  ...call,
  method: maybe(256, 'The method of the call'),
  path: maybe(256, 'Its path, without the query, cut at 256 characters'),
  project: maybe(256, 'The project it was about'),
  subject: maybe(256, 'Whose secret was shown'),
};

const page = (items: Schema, description: string) => object({
  items: list(items, { max: 1_000, description }),
  next_page_token: nullable(text({ max: 500, description: 'Gets the next page, also where this one is short or empty; null: this was the last' })),
});

export const auditPage = titled('AuditPage', page(titled('AuditedChange', object(change)), 'Newest first'));
export const refusalPage = titled('RefusalPage', page(titled('Refusal', object(refusal)), 'Newest first'));

const anything = (description: string): Schema => ({ type: ['object', 'null'], description });
const archived = page(titled('ArchivedChange', object({ ...change, before: anything('The object before it'), after: anything('The object after it') })), 'Newest first');
export const archivePage = titled('ArchivePage', object({
  items: archived.properties['items']!,
  unreadable: list(words(256, 'The name of a file'), { max: 10, description: 'Files that are not there or not what was written: what they held is missing here' }),
  next_page_token: archived.properties['next_page_token']!,
}));
