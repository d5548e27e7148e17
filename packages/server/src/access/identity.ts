import { createHash, hash, randomBytes } from 'node:crypto';
import type { Actor, Stored, TokenSpec, TokenStatus } from '@miko/model';

/**
 * Who calls: bearer tokens, looked up by the hash of their secret. A secret has 256 random bits, so one round of
 * SHA-256 is enough, and looking up by hash compares no secret byte by byte. Raw secrets are never kept.
 */
export class Identities {
  readonly #byHash = new Map<string, Actor>();
  readonly #hashOf = new Map<string, string>();

  set(token: Stored, hash: string): void {
    const spec = token.spec as unknown as TokenSpec;
    this.remove(token.id);
    const status = token.status as unknown as TokenStatus;
    this.#byHash.set(hash, {
      id: token.id, name: token.name, credential: token.id, apiDate: status.api_date, role: spec.role, project: spec.project, audience: spec.audience,
    });
    this.#hashOf.set(token.id, hash);
  }

  remove(tokenId: string): void {
    const hash = this.#hashOf.get(tokenId);
    if (hash !== undefined) this.#byHash.delete(hash);
    this.#hashOf.delete(tokenId);
  }

  clear(): void {
    this.#byHash.clear();
    this.#hashOf.clear();
  }

  /** Whether the credential still stands: a stream asks again and again. */
  knows(actorId: string): boolean {
    return this.#hashOf.has(actorId);
  }

  /** The caller of an `Authorization` header (RFC 6750, section 2.1), or null. */
  identify(authorization: string | undefined): Actor | null {
    const secret = bearerOf(authorization);
    return secret === null ? null : this.actorOf(secret);
  }

  /**
   * The same, and HTTP Basic (RFC 7617) with the token as password and any user: for pages that a browser opens, and for
   * them alone. A browser adds a Basic credential to whatever another site makes it send, so nothing that acts may take it.
   */
  identifyInBrowser(authorization: string | undefined): Actor | null {
    const encoded = authorization === undefined || authorization.length > 512 ? undefined : /^basic +([A-Za-z0-9+/]+={0,2}) *$/i.exec(authorization)?.[1];
    if (encoded === undefined) return this.identify(authorization);
    const pair = Buffer.from(encoded, 'base64').toString('utf8');
    const colon = pair.indexOf(':');
    return colon < 0 ? null : this.actorOf(pair.slice(colon + 1));
  }

  /** The caller who knows this secret, or null. */
  actorOf(secret: string): Actor | null {
    // In one call: a hash object for each request costs a fifth of the rate of lists.
    return this.#byHash.get(hash('sha256', secret, 'hex')) ?? null;
  }
}

/** The secret in an `Authorization` header, whether or not it stands; null: there is none. */
export function bearerOf(authorization: string | undefined): string | null {
  if (authorization === undefined || authorization.length > 512) return null;
  const scheme = authorization.slice(0, 7);
  if (scheme !== 'Bearer ' && scheme.toLowerCase() !== 'bearer ') return null;
  return authorization.slice(7).trim();
}

export interface Secret {
  /** Shown once. */
  readonly text: string;
  readonly hash: Buffer;
}

export function newSecret(): Secret {
  const text = `miko_${randomBytes(32).toString('base64url')}`;
  return { text, hash: createHash('sha256').update(text).digest() };
}
