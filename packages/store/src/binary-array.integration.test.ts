import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { jsonArray, textArray } from './binary-array.ts';
import { testClient, testServer } from './store.test.support.ts';

const database = testServer();

/** Any text PostgreSQL can hold: all of Unicode but U+0000. */
const text = fc.string({ unit: 'binary', maxLength: 40 }).map(value => value.replaceAll('\0', ''));
const nasty = fc.constantFrom('', ' ', '"', '\\', '\'', ',', '{}', '{a,b}', 'null', 'NULL', '\\N', 'a"b\\c', '\n\t', '😀é\u{10ffff}', '\ud800');

test('texts come back from PostgreSQL as they were sent: unicode, null, empty, quotes', async () => {
  const client = await testClient(await database.database());
  await fc.assert(fc.asyncProperty(fc.array(fc.option(fc.oneof(text, nasty)), { maxLength: 30 }), async values => {
    const { rows } = await client.query<{ all: (string | null)[]; n: number; each: (string | null)[] | null }>(
      'select $1::text[] as all, cardinality($1::text[]) as n, (select array_agg(v order by i) from unnest($1::text[]) with ordinality as u(v, i)) as each', [textArray(values)],
    );
    // Half a surrogate pair is no character: it goes as U+FFFD, as everywhere in UTF-8.
    const sent = values.map(value => value?.toWellFormed() ?? null);
    expect(rows[0]).toEqual({ all: sent, n: values.length, each: values.length === 0 ? null : sent });
  }), { numRuns: 300 });
});

test('JSON comes back as the very text that was sent', async () => {
  const client = await testClient(await database.database());
  await fc.assert(fc.asyncProperty(fc.array(fc.jsonValue(), { maxLength: 10 }), async values => {
    const sent = values.map(value => JSON.stringify(value));
    const { rows } = await client.query<{ all: string[] }>('select ($1::json[])::text[] as all', [jsonArray(sent)]);
    expect(rows[0]!.all).toEqual(sent);
  }), { numRuns: 100 });
});

test('U+0000, which PostgreSQL cannot hold, is refused and not cut', async () => {
  const client = await testClient(await database.database());
  await expect(client.query('select $1::text[]', [textArray(['a\0b'])])).rejects.toThrow('0x00');
});
