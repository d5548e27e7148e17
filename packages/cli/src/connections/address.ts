import { isUnspecified } from '@miko/model';

/**
 * Reads one value of a configuration file as the address of something to call. Pure. What it returns holds hosts, ports
 * and reasons only: users, passwords, paths and queries are dropped here, and no reason quotes the value.
 */
export type Protocol = 'http' | 'https' | 'grpc' | 'tcp' | 'udp';

export interface Place {
  readonly host: string;
  readonly port: number;
  readonly protocol: Protocol;
}

/**
 * `places`: what can be called there, `hasPath` when the file has a path behind one of them; `reason`: an address, but none to
 * register; null: no address at all.
 */
export type Reading = { readonly places: readonly Place[]; readonly hasPath: boolean } | { readonly reason: string } | null;

const schemes: { readonly [scheme: string]: { readonly protocol: Protocol; readonly port: number | null } } = {
  http: { protocol: 'http', port: 80 },
  https: { protocol: 'https', port: 443 },
  ws: { protocol: 'http', port: 80 },
  wss: { protocol: 'https', port: 443 },
  grpc: { protocol: 'grpc', port: null },
  grpcs: { protocol: 'grpc', port: null },
  tcp: { protocol: 'tcp', port: null },
  udp: { protocol: 'udp', port: null },
  postgres: { protocol: 'tcp', port: 5432 },
  postgresql: { protocol: 'tcp', port: 5432 },
  mysql: { protocol: 'tcp', port: 3306 },
  mysql2: { protocol: 'tcp', port: 3306 },
  mariadb: { protocol: 'tcp', port: 3306 },
  sqlserver: { protocol: 'tcp', port: 1433 },
  mssql: { protocol: 'tcp', port: 1433 },
  clickhouse: { protocol: 'tcp', port: 9000 },
  mongodb: { protocol: 'tcp', port: 27_017 },
  redis: { protocol: 'tcp', port: 6379 },
  rediss: { protocol: 'tcp', port: 6379 },
  valkey: { protocol: 'tcp', port: 6379 },
  amqp: { protocol: 'tcp', port: 5672 },
  amqps: { protocol: 'tcp', port: 5671 },
  nats: { protocol: 'tcp', port: 4222 },
  kafka: { protocol: 'tcp', port: 9092 },
  mqtt: { protocol: 'tcp', port: 1883 },
  mqtts: { protocol: 'tcp', port: 8883 },
  memcached: { protocol: 'tcp', port: 11_211 },
  ldap: { protocol: 'tcp', port: 389 },
  ldaps: { protocol: 'tcp', port: 636 },
  smtp: { protocol: 'tcp', port: 25 },
  smtps: { protocol: 'tcp', port: 465 },
  ftp: { protocol: 'tcp', port: 21 },
  sftp: { protocol: 'tcp', port: 22 },
  ssh: { protocol: 'tcp', port: 22 },
};

/** The longest value that is looked at; a longer one is no address. */
const LONGEST = 4096;

/** `http://web:8080/x`, `postgres://user:password@db/app`, `mongodb://a:1,b:2/x`, `http://a:1,http://b:2`. */
export function readUrl(value: string): Reading {
  const text = value.trim().replace(/^jdbc:/i, '');
  if (text.length > LONGEST) return null;
  const parts = text.split(/,(?=\s*[a-z][a-z0-9+.-]*:\/\/)/i);
  if (parts.length === 1 || !/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return readOneUrl(text);
  // What stands behind a comma may as well be the end of a password or of a token.
  if (/[@?#;]/.test(text)) return { reason: 'a list with a user or a query in it: where an address ends cannot be told' };
  const readings = parts.map(part => readOneUrl(part.trim()));
  const places: Place[] = [];
  for (const reading of readings) {
    if (reading === null) return { reason: 'a list with something in it that is called by no port' };
    if ('reason' in reading) return reading;
    places.push(...reading.places);
  }
  return { places, hasPath: readings.some(reading => reading !== null && 'places' in reading && reading.hasPath) };
}

function readOneUrl(text: string): Reading {
  const match = /^([a-z][a-z0-9+.-]*):\/\/([^/?#;]*)(.*)$/is.exec(text);
  if (match === null) return null;
  // `redis+tls`, `postgresql+asyncpg`: what follows the plus is how, not what.
  const [, written = '', authority = '', rest = ''] = match;
  const scheme = written.toLowerCase();
  if (/^mongodb\+srv$|^dns$|^srv$/.test(scheme)) return { reason: 'a name that is looked up in DNS, not an address' };
  const known = Object.hasOwn(schemes, scheme) ? schemes[scheme] : schemes[scheme.split('+', 1)[0] ?? ''];
  if (known === undefined) return /^(file|unix|sqlite|sqlite3|s3|gs|data|mailto|urn|jar|git|about)/.test(scheme) ? null : { reason: 'a scheme that this reader does not know' };
  // With an unescaped / ? # in a password the host cannot be told from the secret.
  if (rest.includes('@')) return { reason: 'an @ after the host: a password with unescaped characters?' };
  const hosts = authority.slice(authority.lastIndexOf('@') + 1);
  const reading = readHosts(hosts.split(','), known.protocol, known.port);
  // The path of a database is its name, which a driver gets by other means; that of a call is a part of the call.
  return 'places' in reading && known.protocol.startsWith('http') ? { ...reading, hasPath: /^\/[^?#;]/.test(rest) } : reading;
}

/** `db:5432`, `kafka-1:9092,kafka-2:9092`, `[::1]:80`. Only what is wholly so. */
export function readHostPorts(value: string): Reading {
  if (value.length > LONGEST) return null;
  const parts = value.split(',').map(part => part.trim());
  if (!parts.every(part => /^(\[[0-9a-f:.]+\]|[^\s:/@[\]=]*[a-z.][^\s:/@[\]=]*):\d{1,5}$/i.test(part))) return null;
  return readHosts(parts, 'tcp', null);
}

/** Whether it is an address by itself, under whatever key: `10.0.0.1:80`, `localhost:80,localhost:81`. A name without a dot may be anything. */
export const isPlainlyPlaces = (value: string): boolean => value.split(',').every(part => /^\s*(?:[^\s:]*\.[^\s:]*|localhost|\[[0-9a-f:.]+\]):\d{1,5}\s*$/i.test(part));

/** Why that which looks like an address was not read; null where it does not look like one. `asks`: its key promises one. */
export function unread(value: string, asks: boolean): Reading {
  const text = value.trim();
  if (/(?:^|[^a-z0-9+.-])(?:https?|grpcs?|wss?|tcp):\/\//i.test(text)) return { reason: 'an address inside of other text, which this reader does not read' };
  if (/^[a-z][a-z0-9-]*:\d{2,5}(?:\s*,\s*[a-z][a-z0-9-]*:\d{2,5})*$/i.test(text)) return { reason: 'perhaps a host and a port, but its key does not say so, as one that ends in _ADDR would' };
  if (!asks) return null;
  if (/^[a-z0-9.-]+(?:\.[a-z]{2,}|(?:\s*,\s*[a-z0-9.-]+)+)$/i.test(text)) return { reason: 'it has no port' };
  return /:\d{1,5}\b|:\/\//.test(text) ? { reason: 'it cannot be read as a host and a port' } : null;
}

/** Data source names without a scheme: `user:password@tcp(db:3306)/app` is read, `host=db port=5432` is told. */
export function readDataSourceName(value: string): Reading {
  if (value.length > LONGEST) return null;
  const at = value.lastIndexOf('@tcp(');
  if (at !== -1) return readHosts([value.slice(at + 5).split(')', 1)[0] ?? ''], 'tcp', 3306);
  return /(^|\s)host\s*=\s*\S/i.test(value) ? { reason: 'a connection string of keywords, which this reader does not read' } : null;
}

/** A host and a port that stand in two fields; either may be of any type. */
export function readHostAndPort(host: string, port: unknown): Reading {
  const number = typeof port === 'number' ? port : typeof port === 'string' && /^\d{1,5}$/.test(port.trim()) ? Number(port) : null;
  if (number === null) return { reason: variable(String(port)) ? 'its port is a variable' : 'its port is not a number' };
  return placesOf([{ host: host.trim().replace(/^\[(.*)\]$/, '$1'), port: number, protocol: 'tcp' }]);
}

function readHosts(parts: readonly string[], protocol: Protocol, defaultPort: number | null): NonNullable<Reading> {
  const places: Place[] = [];
  for (const part of parts) {
    if (variable(part)) return { reason: 'it contains a variable' };
    const match = /^(?:\[([0-9a-f:.]+)\]|([^:[\]]+))(?::(\d{1,5}))?$/i.exec(part.trim());
    const host = match?.[1] ?? match?.[2];
    if (host === undefined) return { reason: 'its host and port cannot be read' };
    const port = match?.[3] === undefined ? defaultPort : Number(match[3]);
    if (port === null) return { reason: 'it has no port' };
    places.push({ host, port, protocol });
  }
  return placesOf(places);
}

/** The rules of Miko's own schema for a host and a port, and what makes no sense to call. */
function placesOf(places: readonly Place[]): NonNullable<Reading> {
  for (const { host, port } of places) {
    if (variable(host)) return { reason: 'it contains a variable' };
    if (host === '*' || isUnspecified(host)) return { reason: 'an address to listen on, not to call' };
    if (host.length > LONGEST_HOST || !/^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$|^[0-9a-fA-F:.]+$/.test(host)) return { reason: 'its host is not one' };
    if (port < 1 || port > 65_535) return { reason: 'its port is out of range' };
  }
  return { places, hasPath: false };
}

/** The instance is named host:port and may have 128 characters. */
const LONGEST_HOST = 119;

/** `${DB_HOST}`, `$DB_HOST`, `{{ .Values.host }}`, `<host>`: to be filled in elsewhere. */
const variable = (text: string): boolean => /\$|\{\{|[<>]|%[A-Z_]+%/.test(text);
