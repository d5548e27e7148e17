import { join, resolve } from 'node:path';
import type { S3Place } from './record/s3-target.ts';

/** What a Miko is started with. Everything else is an object, set through the API. */
export interface Config {
  readonly host: string;
  readonly port: number;
  readonly dataDir: string;
  /** Null: the embedded PostgreSQL under `dataDir`. */
  readonly databaseUrl: string | null;
  readonly tls: { readonly certFile: string; readonly keyFile: string } | null;
  readonly logLevel: string;
  /** Days that the record of objects and refusals stays in the database, to be read at once. */
  readonly auditDays: number;
  /** Where the record goes after that: a directory, or storage that speaks S3. Null: nowhere, it stays. */
  readonly archive: string | S3Place | null;
}

export class ConfigError extends Error {
  readonly variable: string;

  constructor(variable: string, message: string) {
    super(`${variable}: ${message}`);
    this.name = 'ConfigError';
    this.variable = variable;
  }
}

const LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'silent'];

/** Reads the environment; throws ConfigError that names the variable. */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  const { host, port } = address(env['MIKO_LISTEN'] ?? '127.0.0.1:7450');
  const tls = tlsFiles(env['MIKO_TLS_CERT'], env['MIKO_TLS_KEY']);
  if (tls === null && !isLoopback(host)) {
    throw new ConfigError('MIKO_LISTEN', `${host} is not loopback, and there Miko speaks no plaintext: set MIKO_TLS_CERT and MIKO_TLS_KEY`);
  }
  const logLevel = env['MIKO_LOG_LEVEL'] ?? 'info';
  if (!LEVELS.includes(logLevel)) throw new ConfigError('MIKO_LOG_LEVEL', `must be one of ${LEVELS.join(', ')}`);
  const dataDir = resolve(env['MIKO_DATA_DIR'] || '.miko');
  const databaseUrl = database(env['MIKO_DATABASE_URL']);
  return {
    host, port, dataDir, databaseUrl, tls, logLevel, auditDays: days('MIKO_AUDIT_DAYS', env['MIKO_AUDIT_DAYS'] || '90'),
    // Another Miko on the same database does not see what lies in this one's data directory.
    archive: env['MIKO_ARCHIVE'] ? archive(env, env['MIKO_ARCHIVE']) : databaseUrl === null ? join(dataDir, 'archive') : null,
  };
}

function days(variable: string, text: string): number {
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text);
  throw new ConfigError(variable, `must be a number of days from 1 to 9999, not ${JSON.stringify(text)}`);
}

/** `MIKO_ARCHIVE`: a directory, or `s3://bucket/prefix`, whose endpoint and key stand in the variables that AWS's own tools read. */
function archive(env: NodeJS.ProcessEnv, text: string): string | S3Place {
  if (!text.includes('://')) return resolve(text);
  const match = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/([\w./-]*))?$/.exec(text);
  if (match === null) throw new ConfigError('MIKO_ARCHIVE', 'must be a directory, or s3://bucket/prefix');
  const needed = (variable: string): string => {
    const value = env[variable];
    if (!value) throw new ConfigError(variable, 'is needed beside an archive at s3://');
    return value;
  };
  const region = needed('AWS_REGION');
  const endpoint = (env['AWS_ENDPOINT_URL_S3'] || `https://s3.${region}.amazonaws.com`).replace(/\/+$/, '');
  if (!/^https?:$/.test(URL.parse(endpoint)?.protocol ?? '')) throw new ConfigError('AWS_ENDPOINT_URL_S3', 'must be an http(s) address');
  const prefix = (match[2] ?? '').replace(/^\/+|\/+$/g, '');
  // An address takes them for steps up and down, or drops them: files would lie elsewhere, and no signature would fit.
  if (prefix !== '' && prefix.split('/').some(part => ['', '.', '..'].includes(part))) throw new ConfigError('MIKO_ARCHIVE', 'has an empty part, . or .. in its prefix');
  return {
    endpoint, region, bucket: match[1]!, prefix: prefix === '' ? '' : `${prefix}/`,
    credentials: { accessKeyId: needed('AWS_ACCESS_KEY_ID'), secretAccessKey: needed('AWS_SECRET_ACCESS_KEY'), sessionToken: env['AWS_SESSION_TOKEN'] || null },
  };
}

function address(text: string): { host: string; port: number } {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]]+)):([0-9]{1,5})$/.exec(text);
  const port = Number(match?.[3]);
  if (match === null || port > 65_535) throw new ConfigError('MIKO_LISTEN', `must be host:port, for example 127.0.0.1:7450, not ${JSON.stringify(text)}`);
  return { host: (match[1] ?? match[2])!, port };
}

function database(text: string | undefined): string | null {
  if (text === undefined || text === '') return null;
  if (!/^postgres(ql)?:\/\//.test(text) || !URL.canParse(text)) throw new ConfigError('MIKO_DATABASE_URL', 'must be a postgres:// address');
  const { pathname, search, hash } = new URL(text);
  // A / or # of a password ends the host too early: what is left of it would be asked of a name server, and shown.
  if (`${pathname}${search}${hash}`.includes('@')) throw new ConfigError('MIKO_DATABASE_URL', 'has an @ behind the host: write /, ?, # and @ in a password as %2F, %3F, %23 and %40');
  return text;
}

function tlsFiles(certFile: string | undefined, keyFile: string | undefined): Config['tls'] {
  if (!certFile && !keyFile) return null;
  if (!certFile) throw new ConfigError('MIKO_TLS_CERT', 'is needed beside MIKO_TLS_KEY');
  if (!keyFile) throw new ConfigError('MIKO_TLS_KEY', 'is needed beside MIKO_TLS_CERT');
  return { certFile, keyFile };
}

const isLoopback = (host: string): boolean => host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host);
