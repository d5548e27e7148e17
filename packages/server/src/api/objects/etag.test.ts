import { describe, expect, it } from 'vitest';
import { etagOf, isUnchanged, requireMatch } from './etag.ts';

const etag = etagOf({ revision: 41 }, '2026-12-01');
const malformed = ['abc', '"a', 'a"', '**', '', ' ', ',', '*, "a"', 'w/"a"', '"a" "b"', '"a"b', '"a b"', 'W/', '15-20261201', `"a", ${etag.slice(1)}`, '""a""'];

describe('an ETag', () => {
  it('is strong, and another one for another revision or another API date', () => {
    expect(etag).toBe('"15-20261201"');
    expect(new Set([etag, etagOf({ revision: 42 }, '2026-12-01'), etagOf({ revision: 41 }, '2026-11-01')]).size).toBe(3);
  });
});

describe('If-None-Match', () => {
  it.each([[etag, true], [`W/${etag}`, true], [`"a", ${etag}`, true], [`W/"a,b" ,,\t${etag},`, true], ['*', true], ['"a"', false], ['""', false], [`"a,${etag.slice(1)}`, false], [undefined, false]])('%s: %s', (header, unchanged) => {
    expect(isUnchanged(header, etag)).toBe(unchanged);
  });

  it.each(malformed)('%j is refused', header => {
    expect(() => isUnchanged(header, etag)).toThrow(expect.objectContaining({ code: 'invalid_request', flaws: [expect.objectContaining({ pointer: 'If-None-Match', code: 'pattern' })] }));
  });
});

describe('If-Match', () => {
  it.each([etag, '*', ` ${etag} `, `"a", ${etag}`, `"a,b",, ${etag}`, `W/"a", ${etag}`])('%s holds', header => expect(() => requireMatch(header, etag)).not.toThrow());

  it('is required', () => expect(() => requireMatch(undefined, etag)).toThrow(expect.objectContaining({ code: 'precondition_required' })));

  it.each([['"a"', 'it has changed since you read it'], ['""', 'it has changed'], [`W/${etag}`, 'only a strong ETag matches'], ['"b", W/"a"', 'only a strong ETag matches']])('%s does not hold, and the current one is told', (header, detail) => {
    expect(() => requireMatch(header, etag)).toThrow(expect.objectContaining({ code: 'precondition_failed', headers: { etag }, message: expect.stringContaining(detail) as string }));
  });

  it.each(malformed)('%j is refused', header => {
    expect(() => requireMatch(header, etag)).toThrow(expect.objectContaining({ code: 'invalid_request', flaws: [expect.objectContaining({ pointer: 'If-Match', code: 'pattern' })] }));
  });
});
