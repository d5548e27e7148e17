import fc from 'fast-check';
import { expect, test } from 'vitest';
import { didYouMean, nearestNames } from './nearest-name.ts';

const names = ['web', 'mail', 'cart', 'catalog', 'web-1', 'web-2', 'payments'];

test.each([
  ['wbe', ['web']],
  ['wev', ['web']],
  ['payment', ['payments']],
  ['paymnets', ['payments']],
  ['WEB', ['web', 'web-1', 'web-2']],
  ['web-3', ['web-1', 'web-2']],
  ['cat', ['catalog', 'cart']],
  ['zzz', []],
  ['', []],
])('%j may mean %j', (wanted, expected) => expect(nearestNames(wanted, names)).toEqual(expected));

test('at most three, however many are near', () => {
  expect(nearestNames('web-x', Array.from({ length: 9 }, (_, n) => `web-${n}`))).toEqual(['web-0', 'web-1', 'web-2']);
});

test('a line of advice, or none', () => {
  expect(didYouMean('wbe', names)).toEqual(['Did you mean web?']);
  expect(didYouMean('web-3', names)).toEqual(['Did you mean web-1, or web-2?']);
  expect(didYouMean('zzz', names)).toEqual([]);
});

test('one swapped, lost, added or changed letter is found again', () => {
  const name = fc.stringMatching(/^[a-z]{4,20}$/);
  fc.assert(
    fc.property(name, fc.nat(), fc.constantFrom('swap', 'lose', 'add', 'change'), (known, seed, slip) => {
      const at = seed % (known.length - 1);
      const [a, b] = [known[at] ?? '', known[at + 1] ?? ''];
      const typed = known.slice(0, at) + { swap: b + a, lose: b, add: `${a}x${b}`, change: `q${b}` }[slip] + known.slice(at + 2);
      expect(nearestNames(typed, [known])).toEqual([known]);
    }),
  );
});
