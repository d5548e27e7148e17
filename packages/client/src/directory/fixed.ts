import { invalid } from '../arguments.ts';
import { isServiceName } from '../service-name.ts';
import type { Answer, Endpoint } from './endpoint.ts';

/**
 * What was hard-coded before there was Miko, as a net under it: the addresses answer for a service while Miko does not
 * know it. The report tells which entries were never needed, and can be deleted.
 */
export type FixedConnections = {
  /** The answer that counts: Miko's where Miko knows the service, and else the fixed list; null where neither is. */
  readonly under: (service: string, answer: Answer | null) => Answer | null;
  /** Whether there are addresses for the service. */
  readonly has: (service: string) => boolean;
  /** A call was begun with that answer. */
  readonly called: (answer: Answer | null) => void;
  readonly report: () => readonly FixedReport[];
};

/** How much one entry of `fixed` was needed by this client. */
export type FixedReport = {
  readonly service: string;
  readonly urls: readonly string[];
  readonly callsByMiko: number;
  readonly callsByFixed: number;
  readonly lastFixedAt: Date | null;
};

/** By service, addresses as `http://10.0.0.1:8080`: protocol, host and port. */
export type FixedOptions = Readonly<Record<string, readonly string[]>>;

type Known = Answer & { readonly state: 'known' };
type Entry = { readonly answer: Known; readonly urls: readonly string[]; hasMoved: boolean; byMiko: number; byFixed: number; lastFixedAt: number | null };

const MAX_SERVICES = 1_000;
const MAX_ADDRESSES = 1_000;
const WEIGHT = 100;
const DEFAULT_PORT: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443 };
const PROTOCOLS: ReadonlySet<string> = new Set(['http:', 'https:', 'grpc:', 'tcp:', 'udp:']);

/** Throws `invalid_argument`, which names the entry as "fixed.web[0]". */
export function createFixedConnections(options: FixedOptions, wallNow: () => number): FixedConnections {
  const entries = new Map(readFixed(options).map((answer) => [answer.service, newEntry(answer, options)]));

  return {
    under: (service, answer) => {
      const entry = entries.get(service);
      if (entry === undefined) return answer;
      if (answer?.state === 'known') entry.hasMoved = true;
      return answer !== null && knows(answer, entry.hasMoved) ? answer : entry.answer;
    },
    has: (service) => entries.has(service),
    called: (answer) => {
      const entry = answer === null ? undefined : entries.get(answer.service);
      if (entry === undefined) return;
      if (answer !== entry.answer) entry.byMiko += 1;
      else {
        entry.byFixed += 1;
        entry.lastFixedAt = wallNow();
      }
    },
    report: () => [...entries.values()].map(reportOf),
  };
}

function newEntry(answer: Known, options: FixedOptions): Entry {
  return { answer, urls: [...(options[answer.service] ?? [])], hasMoved: false, byMiko: 0, byFixed: 0, lastFixedAt: null };
}

function reportOf({ answer, urls, byMiko, byFixed, lastFixedAt }: Entry): FixedReport {
  return { service: answer.service, urls, callsByMiko: byMiko, callsByFixed: byFixed, lastFixedAt: lastFixedAt === null ? null : new Date(lastFixedAt) };
}

/** A service of which nothing ever registered, or was ready yet, is not known yet: its move is not done. */
function knows(answer: Answer, hasMoved: boolean): boolean {
  if (answer.state !== 'empty') return answer.state === 'known';
  return answer.cause !== 'never_registered' && (answer.cause !== 'starting' || hasMoved);
}

function readFixed(options: FixedOptions): Known[] {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) throw invalid('fixed', 'must be an object of addresses by service');
  const services = Object.entries(options);
  if (services.length > MAX_SERVICES) throw invalid('fixed', `has more than ${MAX_SERVICES} services`);
  return services.map(([service, urls]) => {
    const path = `fixed.${service.slice(0, 100)}`;
    if (!isServiceName(service)) throw invalid(path, 'is no name of a service');
    if (!Array.isArray(urls) || urls.length === 0 || urls.length > MAX_ADDRESSES) throw invalid(path, `must be a list of 1 to ${MAX_ADDRESSES} addresses`);
    const endpoints = urls.map((url, i) => fixedEndpoint(service, url, i, `${path}[${i}]`));
    return { state: 'known', service, revision: 0, endpoints, unusable: [], source: 'fixed' };
  });
}

function fixedEndpoint(service: string, text: unknown, index: number, path: string): Endpoint {
  const url = typeof text === 'string' && URL.canParse(text) ? new URL(text) : null;
  if (url === null || !PROTOCOLS.has(url.protocol) || url.hostname === '') throw invalid(path, 'must be an address as "http://10.0.0.1:8080"');
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '' || url.pathname.length > 1) throw invalid(path, 'must hold protocol, host and port alone');
  const port = url.port === '' ? DEFAULT_PORT[url.protocol] : Number(url.port);
  if (port === undefined || port === 0) throw invalid(path, 'needs a port');
  const protocol = url.protocol.slice(0, -1);
  const instance = `fixed-${index + 1}`;
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const address = `${url.hostname}:${port}`;
  return Object.freeze({
    id: `fixed:${service}:${index + 1}`,
    service,
    instance,
    host,
    port,
    protocol,
    publicUrl: null,
    zone: null,
    weight: WEIGHT,
    tags: [],
    labels: {},
    health: 'unknown',
    state: 'active',
    held: false,
    revision: 0,
    address,
    url: `${protocol}://${address}`,
  });
}
