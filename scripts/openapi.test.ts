import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { apiDates } from '@miko/model';
import { expect, it } from 'vitest';
import { judged, pages } from './lib/promised.ts';

/** `npm run openapi -- --bless` makes these green, where no promise is broken by it. */
const root = join(import.meta.dirname, '..');

it.each(judged(root).map(judgement => [judgement.date, judgement] as const))('openapi/%s.json is what is built', (_, { state, findings }) => {
  expect({ state, findings }).toEqual({ state: 'same', findings: [] });
});

it('there is a document for each API date, and no other', () => {
  expect(readdirSync(join(root, 'openapi')).sort()).toEqual(apiDates.map(date => `${date}.json`));
});

it.each([...pages(root)])('%s is what is built', (path, text) => {
  expect(readFileSync(join(root, path), 'utf8')).toBe(text);
});
