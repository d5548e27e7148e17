import { createHash } from 'node:crypto';
import { oldestApiDate, type Stored } from '@miko/model';
import { beforeEach, describe, expect, it } from 'vitest';
import { Identities, newSecret } from './identity.ts';

const token = (id: string, spec: Stored['spec'] = { description: '', role: 'writer', project: 'shop', audience: 'public' }): Stored =>
  ({ id, kind: 'token', name: 'shop', project: null, revision: 1, createdAt: '', updatedAt: '', spec, status: { api_date: oldestApiDate } });
const secret = newSecret();
const hash = secret.hash.toString('hex');
let identities: Identities;

beforeEach(() => {
  identities = new Identities();
  identities.set(token('tok_1'), hash);
});

describe('a secret', () => {
  it('has 256 random bits, is marked as Miko\'s, and fits a header', () => {
    expect(secret.text).toMatch(/^miko_[A-Za-z0-9_-]{43}$/);
    expect(new Set(Array.from({ length: 1_000 }, () => newSecret().text)).size).toBe(1_000);
  });

  it('is kept as its hash alone', () => {
    expect(hash).toBe(createHash('sha256').update(secret.text).digest('hex'));
    expect(JSON.stringify([identities, hash])).not.toContain(secret.text);
  });
});

describe('whoever sends it is known', () => {
  it('as what the token says', () => {
    expect(identities.identify(`Bearer ${secret.text}`)).toEqual({
      id: 'tok_1', name: 'shop', credential: 'tok_1', apiDate: oldestApiDate, role: 'writer', project: 'shop', audience: 'public',
    });
  });

  it.each([['bearer', `bearer ${secret.text}`], ['BEARER', `BEARER ${secret.text}`], ['spaces around it', `Bearer   ${secret.text} `]])('the scheme has no case: %s', (_, header) => {
    expect(identities.identify(header)?.id).toBe('tok_1');
  });
});

describe('anything else is nobody, whatever is wrong with it', () => {
  it.each<[string, string | undefined]>([
    ['nothing', undefined], ['empty', ''], ['the scheme alone', 'Bearer'], ['no secret', 'Bearer '], ['the secret alone', secret.text],
    ['another scheme', `Basic ${secret.text}`], ['another separator', `Bearer:${secret.text}`], ['a tab', `Bearer\t${secret.text}`],
    ['a secret that never was', `Bearer ${newSecret().text}`], ['the hash', `Bearer ${hash}`], ['the id', 'Bearer tok_1'],
    ['one character less', `Bearer ${secret.text.slice(0, -1)}`], ['one more', `Bearer ${secret.text}x`], ['upper case', `Bearer ${secret.text.toUpperCase()}`],
    ['two of them', `Bearer ${secret.text}, Bearer ${secret.text}`], ['very long', `Bearer ${secret.text}${' '.repeat(600)}`], ['__proto__', 'Bearer __proto__'],
  ])('%s', (_, header) => {
    expect(identities.identify(header)).toBeNull();
    // It leaves no trace: the next one is judged the same.
    expect(identities.identify(`Bearer ${secret.text}`)?.id).toBe('tok_1');
    expect(identities.identify(header)).toBeNull();
  });
});

describe('a page may be opened with HTTP Basic', () => {
  const basic = (pair: string, scheme = 'Basic') => `${scheme} ${Buffer.from(pair).toString('base64')}`;

  it.each([`miko:${secret.text}`, `:${secret.text}`, `a user with spaces:${secret.text}`])('the token is the password, whatever the user: %s', pair => {
    expect(identities.identifyInBrowser(basic(pair))?.id).toBe('tok_1');
    expect(identities.identifyInBrowser(basic(pair, 'BASIC'))?.id).toBe('tok_1');
  });

  it('or with the token as everywhere else', () => {
    expect(identities.identifyInBrowser(`Bearer ${secret.text}`)?.id).toBe('tok_1');
  });

  it.each([
    ['nothing', undefined], ['no colon', basic(secret.text)], ['the token as the user', basic(`${secret.text}:`)], ['another password', basic('miko:miko')], ['a space more', basic(`miko:${secret.text} `)],
    ['no base64', `Basic miko:${secret.text}`], ['nothing after the scheme', 'Basic '], ['two of them', `${basic(`miko:${secret.text}`)}, ${basic(`miko:${secret.text}`)}`],
    ['very long', basic(`${'m'.repeat(600)}:${secret.text}`)], ['the token itself', `Basic ${secret.text}`],
  ])('and with nothing else: %s', (_, header) => {
    expect(identities.identifyInBrowser(header)).toBeNull();
  });

  it('but nothing that acts may be: another site could make a browser send it', () => {
    expect(identities.identify(basic(`miko:${secret.text}`))).toBeNull();
  });
});

describe('a token that is taken back', () => {
  it('is nobody at once, and unknown to streams that are open', () => {
    expect(identities.knows('tok_1')).toBe(true);
    identities.remove('tok_1');
    expect(identities.knows('tok_1')).toBe(false);
    expect(identities.identify(`Bearer ${secret.text}`)).toBeNull();
    expect(() => identities.remove('tok_1')).not.toThrow();
  });

  it('takes no other with it', () => {
    const other = newSecret();
    identities.set(token('tok_2'), other.hash.toString('hex'));
    identities.remove('tok_1');
    expect(identities.identify(`Bearer ${other.text}`)?.id).toBe('tok_2');
    identities.clear();
    expect([identities.identify(`Bearer ${other.text}`), identities.knows('tok_2')]).toEqual([null, false]);
  });

  it('whose hash was replaced answers to the new one alone', () => {
    const next = newSecret();
    identities.set(token('tok_1'), next.hash.toString('hex'));
    expect(identities.identify(`Bearer ${next.text}`)?.id).toBe('tok_1');
    expect(identities.identify(`Bearer ${secret.text}`)).toBeNull();
  });
});
