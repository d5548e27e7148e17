import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PageSigner } from './page-token.ts';

const signer = new PageSigner(Buffer.alloc(32, 1));
const list = ['service', 'default', 'name'];
const refusal = (read: () => unknown): unknown => {
  try {
    read();
  } catch (error) {
    return error;
  }
  return null;
};

describe('a page token', () => {
  it('says where to go on, by text and by number', () => {
    for (const after of ['web-1', 812]) expect(signer.read(list, signer.sign(list, after))).toBe(after);
  });

  it('is refused once a character of it was changed, taken away or added', () => {
    const token = signer.sign(list, 'web-1');
    fc.assert(fc.property(fc.nat(token.length - 1), fc.constantFrom('A', 'B', 'x', 'y', 'z', '0', '9', '-', '_', '.', '='), (at, character) => {
      for (const changed of [token.slice(0, at) + character + token.slice(at + 1), token.slice(0, at) + token.slice(at + 1), token.slice(0, at) + character + token.slice(at)]) {
        if (changed !== token) expect(refusal(() => signer.read(list, changed))).toMatchObject({ code: 'invalid_request', flaws: [{ pointer: 'page_token', code: 'bad_page_token' }] });
      }
    }));
  });

  it('is refused where it is none: empty, too long, without a signature', () => {
    const [content] = signer.sign(list, 'web-1').split('.');
    for (const text of ['', '.', 'a.b', content!, `${content}.`, `${signer.sign(list, 'a')}.a`, 'x'.repeat(10_000), 'ü.ü']) expect(refusal(() => signer.read(list, text))).toMatchObject({ code: 'invalid_request' });
  });

  it('is refused for another list, and with another key', () => {
    const token = signer.sign(list, 'web-1');
    expect(refusal(() => signer.read(['service', 'default', 'created_at'], token))).toMatchObject({ message: expect.stringContaining('another list') as string, flaws: [{ pointer: 'page_token' }] });
    expect(refusal(() => new PageSigner(Buffer.alloc(32, 2)).read(list, token))).toMatchObject({ code: 'invalid_request' });
    expect(() => new PageSigner(Buffer.alloc(31))).toThrow('32 bytes');
  });
});
