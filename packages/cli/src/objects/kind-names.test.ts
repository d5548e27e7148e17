import { kinds, pluralOf } from '@miko/model';
import { expect, test } from 'vitest';
import { Failure } from '../failure.ts';
import { kindNamed, recordedKind } from './kind-names.ts';

test.each(kinds)('$name is found by each way to write it', kind => {
  const plural = pluralOf(kind);
  for (const text of [kind.name, kind.name.replaceAll('_', '-'), plural, plural.replaceAll('-', '_'), plural.toUpperCase()]) expect(kindNamed(kinds, text)).toBe(kind);
});

test.each([
  ['servis', 'Did you mean service, or services?'],
  ['endpoint_overide', 'Did you mean endpoint-override, or endpoint-overrides?'],
  ['endpoint', 'Endpoints are registered, not created: miko endpoints, miko register, miko watch.'],
  ['', `There are: ${kinds.map(kind => kind.name.replaceAll('_', '-')).join(', ')}.`],
])('%j is no kind, and what may have been meant is told', (text, hint) => {
  expect(() => kindNamed(kinds, text)).toThrow(Failure);
  try {
    kindNamed(kinds, text);
  } catch (error) {
    expect(error).toMatchObject({ exit: 'usage', hints: expect.arrayContaining([hint]) });
  }
});

test.each([['services', 'service'], ['Endpoint-Override', 'endpoint_override'], ['endpoints', 'endpoint'], ['session', 'session']])('in the record %j is %s', (text, name) => {
  expect(recordedKind(kinds, text)).toBe(name);
});

test('what the record does not tell of is told with what was meant', () => {
  expect(() => recordedKind(kinds, 'sesion')).toThrow(expect.objectContaining({ exit: 'usage', hints: ['Did you mean session, or region, or sessions?', expect.stringMatching(/^There are: project, .*, endpoint, session\.$/)] }));
});
