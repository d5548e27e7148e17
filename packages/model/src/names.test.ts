import { describe, expect, it } from 'vitest';
import { isInstanceName, isObjectName } from './names.ts';

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
