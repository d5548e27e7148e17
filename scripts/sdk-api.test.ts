import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { newestDocument } from './sdk-api/newest-document.ts';
import { readApi } from './sdk-api/read-api.ts';
import { sdkFiles } from './sdk-api/sdk-files.ts';

/** `npm run sdk-api -- --bless` makes these green. */
const root = join(import.meta.dirname, '..');
const { date, document } = newestDocument(root);

it.each([...sdkFiles(root)])('%s is what the newest document says', (path, text) => {
  expect(readFileSync(join(root, path), 'utf8')).toBe(text);
});

it('every operation of the document is read', () => {
  const declared = Object.values(document.paths).flatMap(methods => Object.values(methods).map(({ operationId }) => operationId));
  expect(readApi(date, document).operations.map(({ id }) => id).sort()).toEqual(declared.sort());
});

it('no two types share a name', () => {
  const names = readApi(date, document).types.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});

it('a schema that says something the SDKs could not say is refused, not guessed at', () => {
  const odd = structuredClone(document);
  odd.components.schemas['Odd'] = { allOf: [{ type: 'string' }] };
  expect(() => readApi(date, odd)).toThrow('Odd: the word allOf is not read');
});
