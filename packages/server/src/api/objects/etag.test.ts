import { describe, expect, it } from 'vitest';
import { etagOf, isUnchanged, requireMatch } from './etag.ts';

const etag = etagOf({ revision: 41 }, '2026-12-01');

describe('an ETag', () => {
  it('is strong, and another one for another revision or another API date', () => {
    expect(etag).toBe('"15-20261201"');
    expect(new Set([etag, etagOf({ revision: 42 }, '2026-12-01'), etagOf({ revision: 41 }, '2026-11-01')]).size).toBe(3);
  });
});

describe('If-None-Match', () => {
  it.each([[etag, true], [`W/${etag}`, true], [`"a", ${etag}`, true], ['*', true], ['"a"', false], [undefined, false]])('%s: %s', (header, unchanged) => {
    expect(isUnchanged(header, etag)).toBe(unchanged);
  });
});

describe('If-Match', () => {
  it.each([etag, '*', ` ${etag} `, `"a", ${etag}`])('%s holds', header => expect(() => requireMatch(header, etag)).not.toThrow());

  it('is required', () => expect(() => requireMatch(undefined, etag)).toThrow(expect.objectContaining({ code: 'precondition_required' })));

  it.each(['"a"', `W/${etag}`, '15-20261201', ''])('%s does not hold, and the current one is told', header => {
    expect(() => requireMatch(header, etag)).toThrow(expect.objectContaining({ code: 'precondition_failed', headers: { etag } }));
  });
});
