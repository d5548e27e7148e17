import { describe, expect, test } from 'vitest';
import { orders, readTold } from './told.ts';

const line = (more: Readonly<Record<string, unknown>> = {}): string => JSON.stringify({
  took_ms: 1_000.2, errors: 1, skipped: 0, answered: { web: { 'web-1': 2 }, cache: {} }, latencies_ms: { '1.9': 1, '12.0': 1 },
  connected: false, stale_ms: 400, reasons: ['web: no answer'], ...more,
});

describe('what the client in another language tells', () => {
  test('is read as it was counted', () => {
    expect(readTold(line())).toEqual({
      tookMs: 1_000.2,
      counted: { errors: 1, skipped: 0, answered: { web: { 'web-1': 2 }, cache: {} }, latencies: [{ ms: 1.9, times: 1 }, { ms: 12, times: 1 }] },
      standing: { connected: false, staleForMs: 400 },
      reasons: ['web: no answer'],
    });
    expect(readTold(line({ connected: true, stale_ms: null })).standing).toEqual({ connected: true, staleForMs: null });
  });

  test.each([
    { wrong: { took_ms: '1' }, says: 'took_ms must be a number' },
    { wrong: { errors: -1 }, says: 'errors must be a number' },
    { wrong: { skipped: 0.5 }, says: 'skipped must be a whole number' },
    { wrong: { answered: { web: 3 } }, says: 'answered.web must be an object' },
    { wrong: { answered: { web: { 'web-1': 1e9 } } }, says: 'answered.web.web-1 must be a whole number' },
    { wrong: { latencies_ms: { soon: 1 } }, says: 'latencies_ms must be a number' },
    { wrong: { connected: 1 }, says: 'connected must be true or false' },
    { wrong: { reasons: [1] }, says: 'reasons must be a list of strings' },
  ])('is refused where it is wrong: $says', ({ wrong, says }) => {
    expect(() => readTold(line(wrong))).toThrow(says);
  });
});

test('its orders name every service with its speech and rate', () => {
  expect(JSON.parse(orders())).toMatchObject({
    owner: 'client',
    services: [{ service: 'web', speech: 'http', calls_per_second: 80 }, {}, {}, { service: 'quotes', speech: 'grpc' }, { service: 'cache', speech: 'tcp' }],
  });
});
