import { expect, test } from 'vitest';
import { MikoError } from '../problem.ts';
import { createRefusalWarning } from './refusal-warning.ts';

const unauthenticated = new MikoError('unauthenticated', 'no such credential', { status: 401 });

function warning(): { readonly warned: readonly string[] } & ReturnType<typeof createRefusalWarning> {
  const warned: string[] = [];
  const made = createRefusalWarning({ warn: (message, code) => warned.push(`${code} ${message}`) }, 'https://miko.example', 'the session');
  return { warned, ...made };
}

test('a refusal is warned about once, and again after it worked', () => {
  const { warned, failed, works } = warning();
  for (let i = 0; i < 3; i++) failed(unauthenticated);
  expect(warned).toEqual(['MIKO_REFUSED Miko at https://miko.example refuses the session: no such credential; MIKO_TOKEN, or the option token, must be a token of this Miko']);
  works();
  failed(new MikoError('denied', 'session.hold needs the role writer', { status: 403 }));
  expect(warned.slice(1)).toEqual(['MIKO_REFUSED Miko at https://miko.example refuses the session: session.hold needs the role writer']);
});

test.each([
  new MikoError('unreachable', 'down'),
  new MikoError('not_ready', 'starting', { status: 503 }),
  new MikoError('rate_limited', 'slower', { status: 429 }),
  new MikoError('session_not_found', 'gone', { status: 404 }),
  new MikoError('owned_by_other', 'still there', { status: 409 }),
])('what waiting mends is not: $code', (error) => {
  const { warned, failed } = warning();
  failed(error);
  expect(warned).toEqual([]);
});
