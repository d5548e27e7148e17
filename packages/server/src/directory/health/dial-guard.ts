import { lookup, type LookupAddress } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';

/**
 * Whom a probe may call. Whoever may register an endpoint chooses an address that Miko then connects to, so addresses
 * that lend the caller Miko's own place in the network are refused: link-local ones (cloud metadata lives there), the
 * metadata addresses outside of that range, unspecified, multicast and broadcast. Loopback and private networks are
 * allowed: that is where services live.
 *
 * The rule is applied to the addresses that the connection is then made to, after name resolution and with no second
 * look-up in between, so a name that changes its answer (DNS rebinding) gains nothing. Redirects are not followed.
 */
export class RefusedAddress extends Error {
  readonly code = 'EREFUSEDADDRESS';

  constructor(host: string, address: string, range: string) {
    super(`${host === address ? host : `${host} (${address})`} is not probed: ${range} address`);
    this.name = 'RefusedAddress';
  }
}

/** Throws `RefusedAddress` for a literal address that is refused: for those `net.connect` never asks the look-up. */
export function guardLiteral(host: string): void {
  if (isIP(host) === 0) return;
  const range = refusedRange(host);
  if (range !== null) throw new RefusedAddress(host, host, range);
}

export type Resolve = (host: string, done: Resolved) => void;
type Resolved = (error: Error | null, addresses: readonly LookupAddress[]) => void;

/**
 * A `lookup` for `net.connect` and all that is built on it, which answers with allowed addresses only.
 *
 * Look-ups run in the process's few resolver threads and cannot be called off, so a name is asked for once at a time
 * however many probes want it, and at most `maxUnderway` names are; above that it fails with `ELOOKUPBUSY`.
 */
export function guardedLookup(resolve: Resolve = systemResolve, maxUnderway = 64): LookupFunction {
  const underway = new Map<string, Resolved[]>();

  const resolveOnce = (host: string, done: Resolved): void => {
    const waiting = underway.get(host);
    if (waiting !== undefined) return void waiting.push(done);
    if (underway.size >= maxUnderway) return done(codedError('ELOOKUPBUSY', `${maxUnderway} names are looked up already`), []);
    underway.set(host, [done]);
    resolve(host, (error, addresses) => {
      const waiters = underway.get(host) ?? [];
      underway.delete(host);
      for (const waiter of waiters) waiter(error, addresses);
    });
  };

  return (host, options, callback) => {
    resolveOnce(host.toLowerCase(), (error, found) => {
      if (error !== null) return callback(error, '', 0);
      const family = options.family === 'IPv4' ? 4 : options.family === 'IPv6' ? 6 : (options.family ?? 0);
      const usable = found.filter(entry => family === 0 || entry.family === family);
      const allowed = usable.filter(entry => refusedRange(entry.address) === null);
      const first = allowed[0];
      if (first === undefined) return callback(noneAllowed(host, usable), '', 0);
      return options.all ? callback(null, allowed) : callback(null, first.address, first.family);
    });
  };
}

function noneAllowed(host: string, found: readonly LookupAddress[]): Error {
  const address = found[0]?.address;
  if (address === undefined) return codedError('ENOTFOUND', `${host} has no address`);
  return new RefusedAddress(host, address, refusedRange(address) ?? 'a refused');
}

const codedError = (code: string, message: string): Error => Object.assign(new Error(message), { code });

const systemResolve: Resolve = (host, done) => lookup(host, { all: true }, done);

/** Which refused range an address lies in ("a link-local"), or null. An IPv4 address inside an IPv6 one is judged as itself. */
export function refusedRange(address: string): string | null {
  const bare = address.split('%', 1)[0]!;
  const family = isIP(bare) === 6 ? 'ipv6' : 'ipv4';
  for (const [range, list] of refused) if (list.check(bare, family)) return range;
  return null;
}

/**
 * `BlockList` also finds IPv4 ranges behind IPv4-mapped addresses (::ffff:a.b.c.d); the IPv4-compatible (::/96),
 * NAT64 (64:ff9b::/96, RFC 6052) and 6to4 (2002::/16, RFC 3056) forms of 169.254.0.0/16 are listed by hand.
 */
const refused: readonly (readonly [range: string, list: BlockList])[] = [
  [
    'a link-local',
    blockList(['169.254.0.0', 16], ['fe80::', 10], ['::169.254.0.0', 112], ['64:ff9b::169.254.0.0', 112], ['2002:a9fe::', 32]),
  ],
  // AWS and Google Cloud over IPv6, Alibaba Cloud, Oracle Cloud, Azure's wire server.
  [
    'a cloud metadata',
    blockList(['fd00:ec2::254', 128], ['fd20:ce::254', 128], ['100.100.100.200', 32], ['192.0.0.192', 32], ['168.63.129.16', 32]),
  ],
  ['an unspecified', blockList(['0.0.0.0', 8], ['::', 128])],
  ['a multicast', blockList(['224.0.0.0', 4], ['ff00::', 8])],
  ['a broadcast', blockList(['255.255.255.255', 32])],
];

function blockList(...networks: readonly (readonly [address: string, bits: number])[]): BlockList {
  const list = new BlockList();
  for (const [address, bits] of networks) list.addSubnet(address, bits, isIP(address) === 6 ? 'ipv6' : 'ipv4');
  return list;
}
