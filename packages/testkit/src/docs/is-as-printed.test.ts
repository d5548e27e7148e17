import { expect, it } from 'vitest';
import { isAsPrinted } from './is-as-printed.ts';

it.each([
  ['one\ntwo', 'one\ntwo\n'],
  ['one', 'one  \r\n\n\n'],
  ['', '\n \n'],
  ['{"id":"svc_…","name":"web"}', '{"id":"svc_01m7","name":"web"}\n'],
  ['{…"a":1…}', '{"a":1}'],
  ['HTTP/1.1 200 OK\n…\netag: "…"\n…\n\n{}', 'HTTP/1.1 200 OK\r\nallow: GET\r\nvary: *\r\netag: "1"\r\n\r\n{}\n'],
  ['(.*)+[a]$', '(.*)+[a]$'],
])('%j is what printed %j', (expected, printed) => {
  expect(isAsPrinted(expected, printed)).toBe(true);
});

it.each([
  ['one', 'one\ntwo'],
  ['one\ntwo', 'one'],
  ['', 'one'],
  ['one', ''],
  ['one', 'someone'],
  ['one', '\none'],
  ['{"a": 1}', '{"a":1}'],
  ['…"a":1', '{\n"a":1'],
  ['…\netag: "1"\n…', 'allow: GET\n'],
  ['(.*)+[a]$', 'xa'],
])('%j is not what printed %j', (expected, printed) => {
  expect(isAsPrinted(expected, printed)).toBe(false);
});
