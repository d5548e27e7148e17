import type { Case } from './case.ts';

const of = (text: string, hash?: number): Case => ({ says: text.length > 40 ? `${text.length} characters` : JSON.stringify(text), input: { text }, ...(hash === undefined ? {} : { by_hand: { hash } }) });

/** Published values of MurmurHash3_x86_32 with seed 0 first, then each length of a tail, and characters of two, three and four bytes. */
export const murmur3Cases: readonly Case[] = [
  of('', 0), of('a', 0x3c2569b2), of('abc', 0xb3dd93fa), of('test', 0xba6bd213), of('hello', 0x248bfa47), of('hello, world', 0x149bbb7f), of('Hello, world!', 0xc0363e43),
  of('19 Jan 2038 at 3:14:07 AM', 0xe31e8a70), of('The quick brown fox jumps over the lazy dog.', 0xd5c48bfc), of('The quick brown fox jumps over the lazy dog', 0x2e4ff723),
  ...['web-1#0', 'web-1#63', 'owner/web-1', '10.0.0.1:web:web-1/web-2', 'ü', 'zürich', '日本語', '😀', '\u0000', '\u007f\u0080\u07ff\u0800'].map(text => of(text)),
  of('x'.repeat(1_000)), of('é'.repeat(333)),
];
