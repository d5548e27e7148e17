import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { Problem } from '@miko/model';
import type { SortKey } from '../../directory/sorted-list.ts';

/**
 * Where the next page of a list begins: the key of the last object that was looked at, bound to the list it was made for
 * and signed, so that nobody can ask by it for what the list itself would not show. It names a place between objects,
 * not one of them: that object may be gone, and others may have come. A token does not run out.
 *
 * `base64url({"v": 1, "of": hash of the list, "after": key}) . base64url(HMAC-SHA256)`, at most 500 characters.
 */
export class PageSigner {
  readonly #key: Buffer;

  /** The key: 32 secret bytes or more, the same at every Miko of one database. */
  constructor(key: Buffer) {
    if (key.length < 32) throw new Error('the key of page tokens needs 32 bytes');
    this.#key = key;
  }

  /** `list`: everything that makes it this list and no other; `after`: the key of the last object looked at. */
  sign(list: readonly unknown[], after: SortKey): string {
    const content = Buffer.from(JSON.stringify({ v: 1, of: hashOf(list), after })).toString('base64url');
    return `${content}.${this.#mac(content)}`;
  }

  /** The key to go on after. Throws Problem `invalid_request` for a token that was not made here, or for another list. */
  read(list: readonly unknown[], token: string): SortKey {
    const [content, mac] = token.length > MOST_CHARACTERS ? [] : token.split('.', 2);
    if (content === undefined || mac === undefined || token !== `${content}.${mac}` || !isSame(mac, this.#mac(content))) throw refused('is not a token that this Miko made');
    // What was signed was made above.
    const { v, of, after } = JSON.parse(Buffer.from(content, 'base64url').toString()) as { v: number; of: string; after: SortKey };
    if (v !== 1 || of !== hashOf(list)) throw refused('was made for another list: keep to the filters and the order of the first page');
    return after;
  }

  #mac(content: string): string {
    return createHmac('sha256', this.#key).update(content).digest('base64url');
  }
}

const MOST_CHARACTERS = 500;

const hashOf = (list: readonly unknown[]): string => createHash('sha256').update(JSON.stringify(list)).digest('base64url').slice(0, 22);

/** As text: several texts of base64 stand for the same bytes. */
function isSame(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}

const refused = (detail: string): Problem =>
  new Problem('invalid_request', `page_token ${detail}`, { flaws: [{ pointer: 'page_token', code: 'bad_page_token', detail }] });
