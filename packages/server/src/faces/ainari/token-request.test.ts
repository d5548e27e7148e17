import { Problem } from '@miko/model';
import { describe, expect, it } from 'vitest';
import { tokenRequestOf } from './token-request.ts';

const read = (form: string) => tokenRequestOf(Buffer.from(form));
const flawsOf = (form: string): (readonly [string, string])[] => {
  try {
    read(form);
  } catch (error) {
    if (error instanceof Problem && error.code === 'invalid_request') return error.flaws.map(({ pointer, code }) => [pointer, code] as const);
    throw error;
  }
  return [];
};

describe('the form of a token request', () => {
  it('is what both SDKs send', () => {
    expect(read('token_format=jwt&grant_type=client_credentials&client_id=asdf&client_secret=miko_a-_b'))
      .toEqual({ token_format: 'jwt', grant_type: 'client_credentials', client_id: 'asdf', client_secret: 'miko_a-_b' });
  });

  it('may leave the credential to the header', () => {
    expect(read('grant_type=client_credentials')).toEqual({ grant_type: 'client_credentials' });
  });

  it('is read as a form: escapes, and a plus for a space', () => {
    expect(read('grant_type=client_credentials&client_id=a%2Db&client_secret=x+y%2B')).toMatchObject({ client_id: 'a-b', client_secret: 'x y+' });
  });

  it('may hold what is not known; what has no value is left out', () => {
    expect(read('grant_type=client_credentials&scope=all&client_id=&__proto__=1')).toEqual({ grant_type: 'client_credentials' });
  });

  it.each<[string, string, readonly (readonly [string, string])[]]>([
    ['nothing', '', [['/grant_type', 'required']]],
    ['another grant', 'grant_type=password', [['/grant_type', 'not_one_of']]],
    ['a parameter twice', 'grant_type=client_credentials&client_id=a&client_id=b', [['/client_id', 'duplicate_parameter']]],
    ['a secret of nobody', 'grant_type=client_credentials&client_secret=x', [['/client_id', 'required']]],
    ['a secret without end', `grant_type=client_credentials&client_id=a&client_secret=${'x'.repeat(506)}`, [['/client_secret', 'too_long']]],
    ['no form at all', '{"grant_type": "client_credentials"}', [['/grant_type', 'required']]],
  ])('is refused with %s', (_, form, flaws) => {
    expect(flawsOf(form)).toEqual(flaws);
  });
});
