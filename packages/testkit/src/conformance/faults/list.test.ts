import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readScenarios } from '../reader/read-scenarios.ts';
import { vectorFiles } from '../vectors/run-vectors.ts';
import { faults } from './list.ts';

const client = join(import.meta.dirname, '../../../../client/src');
const checks = new Set([...readScenarios().filter(({ slow }) => !slow).map(({ id }) => id), ...vectorFiles().map(file => `vectors-${file.replace('.json', '')}`)]);

it.each(faults.map(one => [one.name, one] as const))('%s: what it replaces stands exactly once, and who should notice exists', (_, { file, find, replace, fails }) => {
  expect(readFileSync(join(client, file), 'utf8').split(find).length - 1).toBe(1);
  expect(replace).not.toBe(find);
  expect(fails.length).toBeGreaterThan(0);
  expect(fails.filter(id => !checks.has(id))).toEqual([]);
});

it('each has a name of its own', () => expect(new Set(faults.map(({ name }) => name)).size).toBe(faults.length));
