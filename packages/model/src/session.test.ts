import { describe, expect, it } from 'vitest';
import { renewEverySeconds } from './session.ts';

describe('a session is renewed every third of its time to live', () => {
  it.each([[2, 1], [3, 1], [5, 1], [6, 2], [10, 3], [60, 20], [3600, 1200]])('%i s: every %i s', (ttl, every) => {
    expect(renewEverySeconds(ttl)).toBe(every);
  });

  it('leaves room for a renewal that is lost, for every time to live there may be', () => {
    for (let ttl = 2; ttl <= 3600; ttl++) {
      expect(renewEverySeconds(ttl)).toBeGreaterThanOrEqual(1);
      expect(renewEverySeconds(ttl) * 2).toBeLessThanOrEqual(ttl);
    }
  });
});
