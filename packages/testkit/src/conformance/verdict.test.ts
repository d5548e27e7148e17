import { describe, expect, it } from 'vitest';
import type { SdkResult } from './report.ts';
import { isHeld, isWorthPublishing, partial } from './verdict.ts';

const result = (error: string | null, group = 'pool') => ({ id: 'pool-a', group, error, ms: 1 });
const held = (name: SdkResult['name']): SdkResult => ({ name, missing: null, skipped: 0, results: [result(null)] });
const missing: SdkResult = { name: 'go', missing: 'Go 1.24 or newer is needed', skipped: 3, results: [] };

describe('a run', () => {
  it('holds when nothing failed, by any way of calling', () => {
    expect(isHeld([held('typescript')], [])).toBe(true);
    expect(isHeld([{ ...held('typescript'), results: [result('no')] }], [])).toBe(false);
    expect(isHeld([{ ...held('typescript'), results: [result(null), result('no', 'ways')] }], [])).toBe(false);
  });

  it('may lack an SDK, but for one that was asked for by name', () => {
    expect(isHeld([held('typescript'), missing], ['typescript'])).toBe(true);
    expect(isHeld([held('typescript'), missing], ['go'])).toBe(false);
  });

  it('is published when all three held', () => {
    expect(isWorthPublishing([held('typescript'), held('python'), held('go')])).toBe(true);
    expect(isWorthPublishing([held('typescript'), held('python'), missing])).toBe(false);
    expect(isWorthPublishing([held('typescript'), held('python')])).toBe(false);
    expect(isWorthPublishing([held('typescript'), held('python'), { ...held('go'), results: [result('no')] }])).toBe(false);
  });

  it('says what makes it less than whole', () => {
    expect(partial({ sdks: ['typescript', 'python', 'go'], only: [], quick: false, via: null })).toEqual([]);
    expect(partial({ sdks: ['go'], only: ['pool'], quick: true, via: 'fetch' })).toEqual(['--sdk', '--only', '--quick', '--via']);
  });
});
