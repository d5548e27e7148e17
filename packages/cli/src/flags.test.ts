import { InvalidArgumentError } from 'commander';
import { describe, expect, test } from 'vitest';
import { address, checkOf, checkTarget, durationMs, endpointName, label, port, time, weight } from './flags.ts';

describe('an endpoint is written SERVICE/INSTANCE', () => {
  test('the instance may hold colons and further slashes', () => {
    expect(endpointName('web/10.0.0.1:8080')).toEqual({ service: 'web', instance: '10.0.0.1:8080' });
    expect(endpointName('web/a/b')).toEqual({ service: 'web', instance: 'a/b' });
  });
  test.each(['web', '/web-1', 'web/', ''])('%j is refused', text => expect(() => endpointName(text)).toThrow(InvalidArgumentError));
});

describe('an address is written HOST:PORT', () => {
  test.each([
    ['127.0.0.1:8080', { host: '127.0.0.1', port: 8080 }],
    ['db.internal:5432', { host: 'db.internal', port: 5432 }],
    ['[::1]:80', { host: '::1', port: 80 }],
  ])('%s', (text, expected) => expect(address(text)).toEqual(expected));
  test.each(['127.0.0.1', ':80', '::1:80', 'a:b', 'a:0', 'a:65536', 'http://a:80', 'a:80 '])('%j is refused', text => {
    expect(() => address(text)).toThrow(InvalidArgumentError);
  });
});

describe('numbers are whole and within their bounds', () => {
  test.each(['0', '65536', '-1', '1.5', '1e3', '', ' 1', '0x10'])('port %j is refused', text => expect(() => port(text)).toThrow(InvalidArgumentError));
  test('weight goes from 0 to 1000', () => {
    expect([weight('0'), weight('1000')]).toEqual([0, 1000]);
    expect(() => weight('1001')).toThrow('from 0 to 1000');
  });
});

describe('durations', () => {
  test.each([
    ['500ms', 500],
    ['30s', 30_000],
    ['30', 30_000],
    ['5m', 300_000],
    ['1h', 3_600_000],
    ['0', 0],
    ['24h', 86_400_000],
  ])('%s is %d ms', (text, expected) => expect(durationMs(text)).toBe(expected));
  test.each(['', 's', '-1s', '1.5s', '25h', '1d', '1 s', '9999999999'])('%j is refused', text => expect(() => durationMs(text)).toThrow(InvalidArgumentError));
});

describe('times are answered in UTC', () => {
  test.each([
    ['2026-12-01', '2026-12-01T00:00:00.000Z'],
    ['2026-12-31T23:30-01:00', '2027-01-01T00:30:00.000Z'],
    ['2028-02-29T08:00:00.5Z', '2028-02-29T08:00:00.500Z'],
  ])('%s', (text, expected) => expect(time(text)).toBe(expected));
  test.each(['yesterday', '2026-02-30', '2026-02-29T00:00:00Z', '2026-04-31T00:00:00+02:00', '2026-13-01', '2026-12-01T24:00:00Z', '2026-12-01T08:00:00'])('%j is refused', text => {
    expect(() => time(text)).toThrow(InvalidArgumentError);
  });
});

describe('labels are gathered', () => {
  test('the value may be empty and hold equal signs', () => {
    expect(label('b==x', label('a=', {}))).toEqual({ a: '', b: '=x' });
  });
  test.each(['a', '=a'])('%j is refused', text => expect(() => label(text)).toThrow(InvalidArgumentError));
});

describe('checks', () => {
  const timing = { checkInterval: 1000, checkTimeout: 500, rise: 2, fall: 3 };
  const wire = { interval_ms: 1000, timeout_ms: 500, rise: 2, fall: 3 };
  test.each([
    ['http:/healthz', { type: 'http', path: '/healthz', ...wire }],
    ['http', { type: 'http', path: '/', ...wire }],
    ['http:/a:b', { type: 'http', path: '/a:b', ...wire }],
    ['tcp', { type: 'tcp', ...wire }],
    ['grpc', { type: 'grpc', ...wire }],
    ['grpc:shop.Cart', { type: 'grpc', service: 'shop.Cart', ...wire }],
    ['ttl:15s', { type: 'ttl', ttl_ms: 15_000 }],
    ['ttl', { type: 'ttl', ttl_ms: 30_000 }],
  ])('%s', (text, expected) => expect(checkOf({ ...timing, check: checkTarget(text) })).toEqual(expected));
  test('none by default', () => expect(checkOf(timing)).toBeNull());
  test.each(['', 'https:/x', 'http:healthz', 'tcp:80', 'ttl:x'])('%j is refused', text => expect(() => checkTarget(text)).toThrow(InvalidArgumentError));
});
