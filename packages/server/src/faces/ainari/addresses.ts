import { isServed, type Audience, type ShownEndpoint } from '@miko/model';

/** What an ainari client is told of a component: full addresses, and the empty text where it may see none or there is none. */
export interface Addresses {
  readonly public_address: string;
  readonly internal_address: string;
}

const NONE: Addresses = { public_address: '', internal_address: '' };

/**
 * The addresses of the one endpoint that stands for a service. `endpoints`: in the order of their names. The first of the
 * best is taken: one that is chosen at all (weight 0 is, only when nothing else is), then the healthiest, then one of
 * the caller's zone. A caller of public addresses is told of those that have one.
 */
export function addressesOf(endpoints: Iterable<ShownEndpoint>, audience: Audience, zone: string | null): Addresses {
  let best: ShownEndpoint | null = null;
  let bestRank = Infinity;
  for (const endpoint of endpoints) {
    if (!isServed(endpoint) || (audience === 'public' && endpoint.public_url === null)) continue;
    const rank = rankOf(endpoint, zone);
    if (rank >= bestRank) continue;
    [best, bestRank] = [endpoint, rank];
    if (rank === 0) break;
  }
  if (best === null) return NONE;
  return { public_address: withoutSlash(best.public_url ?? ''), internal_address: audience === 'internal' ? internalAddress(best) : '' };
}

const HEALTHS: readonly string[] = ['passing', 'warning', 'unknown'];

const rankOf = ({ weight, health, zone: own }: ShownEndpoint, zone: string | null): number =>
  (weight === 0 ? 100 : 0) + HEALTHS.indexOf(health) * 10 + (zone === null || own === zone ? 0 : 1);

/** Those clients put a path behind it that begins with a slash. */
const withoutSlash = (url: string): string => url.replace(/\/+$/, '');

const internalAddress = ({ protocol, host, port }: ShownEndpoint): string => `${protocol}://${host.includes(':') ? `[${host}]` : host}:${port}`;
