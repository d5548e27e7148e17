import { usage } from '../failure.ts';
import { isRecord } from '../unknown.ts';
import { isPlainlyPlaces, readDataSourceName, readHostAndPort, readHostPorts, readUrl, unread, type Protocol, type Reading } from './address.ts';
import { parseFile, type FileFormat } from './formats.ts';
import { objectName, originOf, protocolWord, roleOf, serviceName, stemOf } from './names.ts';

/**
 * Reads the connections out of a file that was written for something else: what could be registered in Miko, and what
 * looked like an address and cannot. Pure. Guarantees: nothing of a user, password, query or fragment of the file is in
 * the result (of a path only that of a public URL); a service never gets two addresses from unrelated keys (that would mix two backends into one).
 */
export interface FoundConnection {
  readonly service: string;
  /** `host:port`, so that reading the same file again registers the same endpoints. */
  readonly instance: string;
  readonly host: string;
  readonly port: number;
  readonly protocol: Protocol;
  /** Only where the file tells a public address from an internal one. */
  readonly public_url: string | null;
  /** The path of keys it was read from. */
  readonly from: string;
}

export interface SkippedConnection {
  readonly from: string;
  readonly reason: string;
}

export interface Connections {
  readonly found: readonly FoundConnection[];
  readonly skipped: readonly SkippedConnection[];
}

export const importLimits = { bytes: 1024 * 1024, found: 1000, skipped: 1000, depth: 64, values: 200_000 } as const;

/** Throws a `usage` failure for a file that is too large or cannot be parsed. */
export async function readConnections(text: string, format: FileFormat): Promise<Connections> {
  if (Buffer.byteLength(text) > importLimits.bytes) throw usage(`The file is larger than ${importLimits.bytes / 1024} KiB`);
  const collector = createCollector();
  for (const document of await parseFile(text, format)) walk(collector, document, []);
  return collector.connections();
}

interface Collector {
  found(path: readonly string[], reading: Reading, more?: { readonly publicUrl?: string | null; readonly protocol?: Protocol | null }): void;
  skipped(path: readonly string[], reason: string): void;
  countValue(): void;
  connections(): Connections;
}

function createCollector(): Collector {
  const found = new Map<string, FoundConnection>();
  /** The one origin each service's addresses come from. */
  const origins = new Map<string, { readonly origin: string; readonly from: string }>();
  const skipped: SkippedConnection[] = [];
  let values = 0;

  const skip = (path: readonly string[], reason: string): void => {
    if (skipped.length < importLimits.skipped) skipped.push({ from: path.join('.'), reason });
    else if (skipped.length === importLimits.skipped) skipped.push({ from: '...', reason: `more than ${importLimits.skipped} are left out; the rest is not listed` });
  };

  return {
    found(path, reading, more = {}) {
      if (reading === null) return;
      if ('reason' in reading) return skip(path, reading.reason);
      let told = false;
      for (const place of reading.places) {
        const service = serviceName(path) ?? objectName(place.host.split('.', 1)[0] ?? '') ?? objectName(`at-${place.host}`);
        if (service === null) return skip(path, 'nothing in it says which service it is');
        const instance = `${place.host.startsWith(':') ? '0' : ''}${place.host}:${place.port}`;
        const key = `${service}/${instance}`;
        const first = found.get(key);
        if (first !== undefined) {
          skip(path, `the same as ${first.from}`);
          continue;
        }
        const origin = originOf(path);
        const owner = origins.get(service);
        if (owner !== undefined && owner.origin !== origin) {
          skip(path, `${service} has another address already, from ${owner.from}: register it by hand if they are the same service`);
          continue;
        }
        if (found.size >= importLimits.found) throw usage(`The file names more than ${importLimits.found} connections`);
        origins.set(service, { origin, from: path.join('.') });
        const protocol = place.protocol === 'tcp' ? (more.protocol ?? place.protocol) : place.protocol;
        found.set(key, { service, instance, host: place.host, port: place.port, protocol, public_url: more.publicUrl ?? null, from: path.join('.') });
        if (reading.hasPath && !told) {
          told = true;
          skip(path, 'its path alone, which is no part of an address: calls must go on to name it');
        }
      }
    },
    skipped: skip,
    countValue() {
      if (++values > importLimits.values) throw usage(`The file holds more than ${importLimits.values} values`);
    },
    connections: () => ({ found: [...found.values()], skipped }),
  };
}

function walk(collector: Collector, value: unknown, path: readonly string[]): void {
  collector.countValue();
  if (path.length > importLimits.depth) return collector.skipped(path, `it lies deeper than ${importLimits.depth} levels`);
  if (Array.isArray(value)) return walkList(collector, value, path);
  if (typeof value === 'object' && value !== null && !(value instanceof Date)) return walkMap(collector, Object.entries(value), path);
  if (typeof value === 'string') readScalar(collector, value, path);
}

/** Lists of `KEY=value` (compose) and of `{name, value}` (Kubernetes) are maps; elements with a `name` go by it, others by their place. */
function walkList(collector: Collector, list: readonly unknown[], path: readonly string[]): void {
  const variables: (readonly [string, unknown])[] = [];
  for (const [at, value] of list.entries()) {
    const variable = variableOf(value);
    if (variable !== null) variables.push(variable);
    else walk(collector, value, [...path, nameOf(value) ?? String(at)]);
  }
  if (variables.length > 0) walkMap(collector, variables, path);
}

function variableOf(value: unknown): readonly [string, unknown] | null {
  if (typeof value === 'string') {
    const match = /^([A-Za-z_][A-Za-z0-9_]*)=(.*)$/s.exec(value);
    return match === null ? null : [match[1] ?? '', match[2] ?? ''];
  }
  const name = nameOf(value);
  const inner = name === null || !isRecord(value) ? undefined : value['value'];
  return name === null || (typeof inner !== 'string' && typeof inner !== 'number') ? null : [name, inner];
}

function nameOf(value: unknown): string | null {
  if (!isRecord(value)) return null;
  const text = typeof value['name'] === 'string' ? value['name'] : value['service'];
  return typeof text === 'string' && text.length <= 128 && /[a-z]/i.test(text) && !/[:/@\s]/.test(text) ? text : null;
}

type Entries = readonly (readonly [string, unknown])[];

function walkMap(collector: Collector, entries: Entries, path: readonly string[]): void {
  const taken = new Set([...readPublicAndInternal(collector, entries, path), ...readPairs(collector, entries, path)]);
  for (const [key, value] of entries) if (!taken.has(key)) walk(collector, value, [...path, key]);
}

/** ainari's `[endpoints.<name>] public_address, internal_address`: one endpoint with both. */
function readPublicAndInternal(collector: Collector, entries: Entries, path: readonly string[]): readonly string[] {
  const find = (pattern: RegExp): readonly [string, string] | undefined =>
    entries.find((entry): entry is readonly [string, string] => pattern.test(entry[0]) && typeof entry[1] === 'string');
  const internal = find(/^(internal|private)[_-]?(address|url|uri|endpoint)$/i);
  const open = find(/^(public|external)[_-]?(address|url|uri|endpoint)$/i);
  if (open === undefined) return [];
  const keys = internal === undefined ? [open[0]] : [internal[0], open[0]];
  const reading = [internal?.[1], open[1]].map(value => (value === undefined || value === '' ? null : addressReading(value))).find(one => one !== null);
  if (reading === undefined) {
    if (open[1] !== '') collector.skipped([...path, open[0]], 'its host and port cannot be read');
    return keys;
  }
  collector.found(path, reading ?? null, { publicUrl: withoutSecrets(open[1]) });
  return keys;
}

/** Scheme, host, port and path; never a user, password, query or fragment. Null for what has no scheme. */
function withoutSecrets(address: string): string | null {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url === null || !/^https?:$/.test(url.protocol) || url.pathname.includes('@')) return null;
  const text = `${url.protocol}//${url.host}${url.pathname === '/' ? '' : url.pathname}`;
  return text.length > 2000 ? null : text;
}

/** `{host, port}`, `DB_HOST` and `DB_PORT`. Answers the keys it has read. */
function readPairs(collector: Collector, entries: Entries, path: readonly string[]): readonly string[] {
  const ports = new Map(entries.flatMap(([key, value]) => (roleOf(key) === 'port' ? [[stemOf(key), { key, value }] as const] : [])));
  const taken: string[] = [];
  for (const [key, value] of entries) {
    const role = roleOf(key);
    if ((role !== 'host' && role !== 'url') || typeof value !== 'string' || value.trim() === '') continue;
    // A value with a port of its own needs none beside it.
    if (/[/@,\s]/.test(value) || /^[^:]*:\d+$/.test(value)) continue;
    const at = [...path, key];
    const port = ports.get(stemOf(key));
    if (port !== undefined) {
      taken.push(key, port.key);
      // ainari's own listeners: public_ip, internal_ip.
      if (/^(public|internal|listen|bind)[_-]?ip$/i.test(key)) collector.skipped(at, 'an address to listen on, not to call');
      else collector.found(at, readHostAndPort(value, port.value), { protocol: protocolBeside(entries, key) });
    } else if (role === 'host') {
      taken.push(key);
      collector.skipped(at, 'a host without a port beside it');
    }
  }
  return taken;
}

function protocolBeside(entries: Entries, key: string): Protocol | null {
  const said = entries.find(([name]) => /^(protocol|scheme)$/i.test(name))?.[1];
  return (['http', 'https', 'grpc', 'tcp', 'udp'] as const).find(protocol => protocol === said) ?? protocolWord(key);
}

function readScalar(collector: Collector, value: string, path: readonly string[]): void {
  const key = path.findLast(part => !/^\d+$/.test(part)) ?? '';
  const role = roleOf(key);
  const url = readUrl(value);
  if (role === 'ignored') {
    if (url !== null && 'places' in url) collector.skipped(path, 'its key says that it is not called');
    return;
  }
  if (url !== null) return collector.found(path, url);
  const asks = role === 'url' || role === 'host';
  const listed = asks || isPlainlyPlaces(value) ? readHostPorts(value) : null;
  if (listed !== null) return collector.found(path, listed, { protocol: protocolWord(key) });
  collector.found(path, (asks ? readDataSourceName(value) : null) ?? unread(value, asks));
}

const addressReading = (value: string): Reading => readUrl(value) ?? readHostPorts(value);
