import { describe, expect, it } from 'vitest';
import { putTable, summaryOf, tableOf, type SdkResult } from './report.ts';

const result = (id: string, group: string, error: string | null = null) => ({ id, group, error, ms: 1 });
const results: readonly SdkResult[] = [
  { name: 'typescript', missing: null, skipped: 0, results: [result('pool-a', 'pool'), result('pool-b', 'pool', 'no'), result('api-a', 'api')] },
  { name: 'go', missing: 'Go 1.24 or newer is needed', skipped: 3, results: [] },
];

describe('the report', () => {
  it('counts for each SDK', () => {
    expect(summaryOf(results)).toEqual({ typescript: { passed: 2, failed: 1, skipped: 0 }, go: { passed: 0, failed: 0, skipped: 3 } });
  });

  it('shows behaviours by SDK', () => {
    expect(tableOf(results).split('\n').map(line => line.replaceAll(/ {2,}/g, '|'))).toEqual([
      'Behaviour|TypeScript|Go', 'Pool|1 of 2 (1 failed)|skipped', 'API and errors|1 of 1|skipped', 'All|2 of 3 (1 failed)|skipped',
    ]);
  });

  it('counts what is played again by another way in a row of its own', () => {
    const again: readonly SdkResult[] = [{ name: 'python', missing: null, skipped: 0, results: [result('pool-a', 'pool'), result('pool-a by httpx', 'ways'), result('pool-a by aiohttp', 'ways', 'no')] }];
    expect(summaryOf(again)).toEqual({ python: { passed: 1, failed: 0, skipped: 0 } });
    expect(tableOf(again).split('\n').map(line => line.replaceAll(/ {2,}/g, '|'))).toEqual(['Behaviour|Python', 'Pool|1 of 1', 'All|1 of 1', 'Again by other ways of calling|1 of 2 (1 failed)']);
  });

  const page = '# Page\n<!-- parity: made by `npm run conformance -- --table` -->\nold\n<!-- /parity -->\nmore\n';

  it('puts the table between its marks, and leaves the rest', () => {
    const put = putTable(page, results);
    expect(put).toContain('| Behaviour | TypeScript | Go |\n| --- | --- | --- |\n| Pool |');
    expect(put).not.toContain('old');
    expect(putTable(put, results)).toBe(put);
    expect(put.endsWith('<!-- /parity -->\nmore\n')).toBe(true);
  });

  it('says so where the page has no marks', () => expect(() => putTable('# Page\n', results)).toThrow('no place for the table'));
});
