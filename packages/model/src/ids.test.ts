import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isId, newId } from './ids.ts';

describe('an id', () => {
  it('is its prefix and 26 characters of lower-case Crockford base32', () => {
    fc.assert(fc.property(fc.constantFrom('svc', 'ep', 'ses'), fc.nat({ max: 2 ** 48 - 1 }), (prefix, now) => {
      expect(newId(prefix, now)).toMatch(new RegExp(`^${prefix}_[0-7][0-9a-hjkmnp-tv-z]{25}$`));
    }));
  });

  it('carries a UUIDv7: 48 bits of time, version 7, variant 10', () => {
    fc.assert(fc.property(fc.nat({ max: 2 ** 48 - 1 }), now => {
      const bits = bitsOf(newId('svc', now));
      expect(bits).toHaveLength(128);
      expect(Number.parseInt(bits.slice(0, 48), 2)).toBe(now);
      expect(bits.slice(48, 52)).toBe('0111');
      expect(bits.slice(64, 66)).toBe('10');
    }));
  });

  it('sorts by the millisecond of its making, as text', () => {
    fc.assert(fc.property(fc.nat({ max: 2 ** 48 - 1 }), fc.nat({ max: 2 ** 48 - 1 }), (a, b) => {
      fc.pre(a !== b);
      expect(newId('svc', a) < newId('svc', b)).toBe(a < b);
    }));
  });

  it('is unique, also within one millisecond and across refills of the random pool', () => {
    const ids = new Set(Array.from({ length: 20_000 }, () => newId('ep', 1_800_000_000_000)));
    expect(ids.size).toBe(20_000);
  });
});

describe('isId', () => {
  const id = newId('svc');
  const body = id.slice(4);

  it('takes what newId makes, for its own prefix alone', () => {
    expect(isId('svc', id)).toBe(true);
    expect(isId('ses', id)).toBe(false);
    expect(isId('sv', id)).toBe(false);
    expect(isId('', id)).toBe(false);
  });

  it.each([
    ['too short', `svc_${body.slice(1)}`],
    ['too long', `${id}0`],
    ['upper case', `svc_${body.toUpperCase()}`],
    ['more than 128 bits', `svc_8${body.slice(1)}`],
    ['a letter Crockford leaves out', `svc_${body.slice(0, 25)}u`],
    ['another separator', `svc-${body}`],
    ['a line feed at the end', `svc_${body.slice(0, 25)}\n`],
    ['nothing', ''],
    ['the prefix alone', 'svc_'],
  ])('refuses %s', (_, value) => {
    expect(isId('svc', value)).toBe(false);
  });
});

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const bitsOf = (id: string): string =>
  id.slice(id.indexOf('_') + 1).split('').map(c => ALPHABET.indexOf(c).toString(2).padStart(5, '0')).join('').slice(2);
