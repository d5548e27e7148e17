import { resolve } from 'node:path';

/** What a Miko is started with. Everything else is an object, set through the API. */
export interface Config {
  readonly host: string;
  readonly port: number;
  readonly dataDir: string;
  /** Null: the embedded PostgreSQL under `dataDir`. */
  readonly databaseUrl: string | null;
  readonly tls: { readonly certFile: string; readonly keyFile: string } | null;
  readonly logLevel: string;
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
  return { host, port, dataDir: resolve(env['MIKO_DATA_DIR'] || '.miko'), databaseUrl: database(env['MIKO_DATABASE_URL']), tls, logLevel };
}

function address(text: string): { host: string; port: number } {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]]+)):([0-9]{1,5})$/.exec(text);
  const port = Number(match?.[3]);
  if (match === null || port > 65_535) throw new ConfigError('MIKO_LISTEN', `must be host:port, for example 127.0.0.1:7450, not ${JSON.stringify(text)}`);
  return { host: (match[1] ?? match[2])!, port };
}

function database(text: string | undefined): string | null {
  if (text === undefined || text === '') return null;
  if (/^postgres(ql)?:\/\//.test(text)) return text;
  throw new ConfigError('MIKO_DATABASE_URL', 'must be a postgres:// address');
}

function tlsFiles(certFile: string | undefined, keyFile: string | undefined): Config['tls'] {
  if (!certFile && !keyFile) return null;
  if (!certFile) throw new ConfigError('MIKO_TLS_CERT', 'is needed beside MIKO_TLS_KEY');
  if (!keyFile) throw new ConfigError('MIKO_TLS_KEY', 'is needed beside MIKO_TLS_CERT');
  return { certFile, keyFile };
}

const isLoopback = (host: string): boolean => host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host);
