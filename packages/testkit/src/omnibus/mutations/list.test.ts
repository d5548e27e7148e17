import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { mutations } from './list.ts';

const packages = join(import.meta.dirname, '../../../../');

it.each(mutations.map(one => [one.name, one] as const))('%s: what it replaces stands exactly once', (_, { file, find, replace }) => {
  expect(readFileSync(join(packages, file), 'utf8').split(find).length - 1).toBe(1);
  expect(replace).not.toBe(find);
});

it('each has a name of its own', () => expect(new Set(mutations.map(({ name }) => name)).size).toBe(mutations.length));
