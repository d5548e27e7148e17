import { describe, expect, it } from 'vitest';
import { isInstanceName, isObjectName, isUnspecified, HOST, PUBLIC_URL } from './names.ts';

describe('an object name is a DNS label that begins with a letter', () => {
  it.each(['a', 'web', 'web-1', 'a0', `a${'b'.repeat(61)}c`])('%s', name => {
    expect(isObjectName(name)).toBe(true);
  });
  it.each(['', '1web', '-web', 'web-', 'Web', 'we_b', 'web.shop', 'wéb', 'web\n', ' web', '__proto__', '..', `a${'b'.repeat(63)}`])('not %j', name => {
    expect(isObjectName(name)).toBe(false);
  });
});

describe('an instance name is what processes call themselves, host and port included', () => {
  it.each(['a', '7', 'web-1', 'web:8080', '10.0.0.1:8080', 'Pod_x.y-z:1', 'constructor', `a${'b'.repeat(127)}`])('%s', name => {
    expect(isInstanceName(name)).toBe(true);
  });
  it.each(['', '.', '..', ':8080', '-a', '_a', 'a b', 'a/b', 'a%20b', 'a\n', 'ä', '[::1]:80', '__proto__', `a${'b'.repeat(128)}`])('not %j', name => {
    expect(isInstanceName(name)).toBe(false);
  });
});

describe('a host', () => {
  const host = new RegExp(HOST, 'u');
  it.each(['localhost', 'web-1', 'web.shop.svc.cluster.local', 'a_b', '1.example', '10.0.0.7', '255.255.255.255', '::1', 'fe80::1', '2001:db8::8a2e:370:7334', '::ffff:10.0.0.7', 'host.'])(
    '%s', text => expect(host.test(text)).toBe(true));
  it.each(['', '.', '...', 'a..b', '-a', 'a-', ':', '::::', 'a:b', '127.0.0.1:80', '[::1]', '999.1.1.1', '1.2.3', '1.2.3.4.5', 'http://a', 'a b', 'ä'])(
    'not %s', text => expect(host.test(text)).toBe(false));
});

describe('the unspecified address', () => {
  it.each(['0.0.0.0', '00.0.00.0', '0x0', '0x0.0.0x00.0', '::', '::0', '0::', '0::0', '0:0:0:0:0:0:0:0', '0000:0000:0000:0000:0000:0000:0000:0000', '::0.0.0.0', '::ffff:0.0.0.0', '::FFFF:0:0', '0:0:0:0:0:ffff:0000:0000'])(
    '%s', text => expect(isUnspecified(text)).toBe(true));
  it.each(['0.0.0.1', '10.0.0.0', '127.0.0.1', '::1', '0:0::1', 'fe80::', '::ffff:10.0.0.0', '::ffff:0:1', 'ffff::', '::ffff', 'localhost', '0.example', '0x1', 'x0', 'a'])(
    'not %s', text => expect(isUnspecified(text)).toBe(false));
});

describe('a public address', () => {
  const url = new RegExp(PUBLIC_URL, 'u');
  it.each(['https://shop.example', 'https://shop.example:8443/a/b?c=d#e', 'grpc://10.0.0.7:50051', 'https://[::1]:80/', 'https://x/@home'])('%s', text => expect(url.test(text)).toBe(true));
  it.each(['shop.example', 'https://', 'https://u:p@shop.example/', 'https://u@x', 'https://a b', '//x'])('not %s', text => expect(url.test(text)).toBe(false));
});
