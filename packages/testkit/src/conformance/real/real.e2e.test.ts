import { describe, expect, it } from 'vitest';
import { presentSdks, sdkOf } from '../runner/sdks.ts';
import { isWhole, realOne } from './real.ts';

describe.each(presentSdks.map(name => [name] as const))('%s with a real Miko', name => {
  it('loses no idempotent call while instances are killed and leave, and Miko is restarted and killed', { timeout: 180_000 }, async () => {
    const sdk = sdkOf(name);
    if ('why' in sdk) throw new Error(sdk.why);
    try {
      const tally = await realOne(name, sdk.command, 0, () => {});
      expect(tally).toSatisfy(isWhole);
    } finally {
      sdk.clear();
    }
  });
});
