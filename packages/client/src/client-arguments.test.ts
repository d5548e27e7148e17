import { expect, test } from 'vitest';
import type { Client } from './client.ts';
import { useMiko } from './testing/use-miko.ts';

const { connect } = useMiko();

/** As a program without types may call it. */
type Untyped = { readonly [Name in keyof Client]: (...args: readonly unknown[]) => unknown };

test.each<[string, (client: Untyped) => unknown, RegExp]>([
  ['fetch with a typing error', ({ fetch }) => fetch('http://web/', { miko: { timeout: 5 } }), /^miko\.timeout is no option/],
  ['fetch with a number for options', ({ fetch }) => fetch('http://web/', { miko: 5 }), /^miko must be an object/],
  ['fetch with a long key', ({ fetch }) => fetch('http://web/', { miko: { hashKey: 'k'.repeat(1_025) } }), /^miko\.hashKey must be a text of at most 1024/],
  ['fetch with a word for yes', ({ fetch }) => fetch('http://web/', { miko: { idempotent: 'yes' } }), /^miko\.idempotent must be true or false/],
  ['fetch without arguments', ({ fetch }) => fetch(), /^"undefined" is no URL/],
  ['fetch of null', ({ fetch }) => fetch(null), /^"null" is no URL/],
  ['fetch without a path', ({ fetch }) => fetch({ service: 'web' }), /^path "undefined" must begin/],
  ['dispatcher with a typing error', ({ dispatcher }) => dispatcher({ timeout: 5 }), /^options\.timeout is no option/],
  ['dispatcher with a number', ({ dispatcher }) => dispatcher(5), /^options must be an object/],
  ['pick with a typing error', ({ pick }) => pick('web', { excluded: [] }), /^options\.excluded is no option/],
  ['pick that excludes a text', ({ pick }) => pick('web', { exclude: 'x' }), /^options\.exclude must be a list or set/],
  ['pick with a number as key', ({ pick }) => pick('web', { hashKey: 5 }), /^options\.hashKey must be a text/],
  ['pick with a signal that is none', ({ pick }) => pick('web', { signal: 5 }), /^options\.signal must be an AbortSignal/],
  ['pick without arguments', ({ pick }) => pick(), /^service "undefined" must match/],
  ['endpoints without arguments', ({ endpoints }) => endpoints(), /^service "undefined" must match/],
  ['endpoints with a typing error', ({ endpoints }) => endpoints('web', { signl: 5 }), /^options\.signl is no option/],
  ['register without arguments', ({ register }) => register(), /^register: options must be an object/],
  ['watch without arguments', ({ watch }) => watch(), /^service "undefined" must match/],
  ['watch with a number', ({ watch }) => watch('web', 5), /^listener must be a function/],
  ['watch with a typing error', ({ watch }) => watch('web', { signl: 5 }), /^options\.signl is no option/],
  ['ready with a text', ({ ready }) => ready('5'), /^timeoutMs must be a number from 0 to 86400000/],
  ['ready with a typing error', ({ ready }) => ready({ timeout: 5 }), /^options\.timeout is no option/],
  ['on with an event that is none', ({ on }) => on('typo', () => undefined), /^event "typo" must be one of picked, /],
  ['on with a number', ({ on }) => on('error', 5), /^listener must be a function/],
])('%s is refused, by name', async (_, act, message) => {
  const client = connect() as unknown as Untyped;
  await expect((async () => act(client))()).rejects.toMatchObject({ code: 'invalid_argument', message: expect.stringMatching(message) });
});

test.each([
  [{ kind: 'typo' }, /^outcome\.kind must be one of ok, /],
  [{}, /^outcome\.kind must be/],
  [{ kind: 'ok', rtt: 5 }, /^outcome\.rtt is no option/],
  [{ kind: 'ok', rttMs: '5' }, /^outcome\.rttMs must be a number/],
  ['failed', /^outcome must be an object/],
])('a release by %j is refused, and the endpoint can still be let go of', async (outcome, message) => {
  using picked = await connect().pick('web');
  const release = picked.release as (outcome: unknown) => void;
  expect(() => release(outcome)).toThrow(expect.objectContaining({ code: 'invalid_argument', message: expect.stringMatching(message) }));
  picked.release({ kind: 'failed', rttMs: 1.5 });
});
