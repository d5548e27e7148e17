import { kinds, newestApiDate, token } from '@miko/model';
import { expect, test } from 'vitest';
import { API_DATE } from '../api.ts';
import { explainedKind, kindText } from './kind-text.ts';

test.each(kinds)('$name: every field, limit and role is told', kind => {
  const explained = explainedKind(kind, kinds, { apiDate: newestApiDate, schema: kind.spec, example: kind.example(1) });
  const text = kindText(explained);
  for (const name of Object.keys(kind.spec.properties)) expect(text).toContain(`\n  spec.${name}\n`);
  for (const name of Object.keys(kind.status.schema.properties)) expect(text).toContain(`\n  status.${name}\n`);
  for (const fact of [kind.summary, kind.access.read, kind.access.write, String(kind.limits.perParent), String(kind.limits.bodyBytes), explained.collection]) expect(text).toContain(fact);
  expect(text).not.toContain('undefined');
});

test('a frozen field, a secret, a status', () => {
  const text = kindText(explainedKind(token, kinds, { apiDate: newestApiDate, schema: token.spec, example: token.example(1) }));
  expect(text).toContain('spec.role\n      one of reader, writer, admin; set when it is created, never changes\n');
  expect(text).toContain('secret      answered once, when it is created\n');
  expect(text).toContain('status: written by Miko\n  status.api_date\n');
});

test('the API date that this command speaks is the newest there is', () => {
  expect(API_DATE).toBe(newestApiDate);
});
