/** What the keys of a configuration file say. Pure, and about keys only: no value is looked at here. */

/** What a key promises its value to be. */
export type KeyRole = 'url' | 'host' | 'port' | 'ignored' | 'other';

const URL_WORDS = new Set(['url', 'uri', 'urls', 'uris', 'dsn', 'address', 'addresses', 'addr', 'addrs', 'endpoint', 'endpoints', 'target', 'targets', 'upstream', 'upstreams', 'backend', 'backends', 'server', 'servers', 'broker', 'brokers', 'bootstrap', 'seeds', 'nodes', 'peers', 'connection', 'origin', 'base']);
const HOST_WORDS = new Set(['host', 'hostname', 'ip', 'hosts']);
/** Words that look like addresses and are none to call: images, ports to publish, pages for people, own listeners. */
const IGNORED_WORDS = new Set(['image', 'images', 'version', 'schema', 'homepage', 'repository', 'bugs', 'license', 'docs', 'documentation', 'ports', 'expose', 'volumes', 'listen', 'bind', 'cors', 'origins', 'allowed', 'redirect', 'callback', 'logo', 'icon', 'xmlns', 'proxy', 'issuer', 'audience', 'build', 'container', 'networks', 'depends', 'healthcheck', 'test', 'command', 'entrypoint', 'author', 'password', 'secret', 'passphrase']);
/** Words that say how something is given and not what it is: they do not belong in a name. */
const FILLER_WORDS = new Set([...URL_WORDS, ...HOST_WORDS, 'port', 'internal', 'public', 'external', 'private', 'env', 'environment', 'config', 'configuration', 'settings', 'services', 'service', 'connections', 'spec', 'data', 'default', 'http', 'https', 'grpc', 'tcp', 'list', 'string', 'variables', 'vars', 'root', 'jdbc', 'datasource', 'spring', 'app', 'next', 'vite', 'react']);

/** Words that tell one of several apart and name nothing by themselves. */
const QUALIFIERS = new Set(['primary', 'secondary', 'replica', 'master', 'slave', 'main', 'read', 'reader', 'write', 'writer', 'backup', 'api']);

/** `paymentsApiUrl`, `PAYMENTS_API_URL`, `payments-api.url` -> payments, api, url. */
export const wordsOf = (key: string): readonly string[] =>
  key
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter(word => word !== '');

export function roleOf(key: string): KeyRole {
  const words = wordsOf(key);
  if (key.startsWith('$') || words.some(word => IGNORED_WORDS.has(word))) return 'ignored';
  const last = words.at(-1) ?? '';
  if (last === 'port') return 'port';
  if (HOST_WORDS.has(last)) return 'host';
  return words.some(word => URL_WORDS.has(word)) ? 'url' : 'other';
}

/** `DB_HOST` and `DB_PORT` have the same stem. */
export const stemOf = (key: string): string => wordsOf(key).slice(0, -1).join('-');

/**
 * The service that a path of keys names: its last part with a word that says what it is, and the part before where that
 * only tells several apart. Null where no part does.
 * `services.api.environment.DATABASE_URL` -> database; `database.replica.host` -> database-replica.
 */
export function serviceName(path: readonly string[]): string | null {
  let qualifier: readonly string[] = [];
  for (const key of path.toReversed()) {
    const kept = wordsOf(key).filter(word => !FILLER_WORDS.has(word) && !/^\d+$/.test(word));
    if (kept.length === 0) continue;
    if (qualifier.length === 0 && kept.every(word => QUALIFIERS.has(word))) {
      qualifier = kept;
      continue;
    }
    return objectName([...kept, ...qualifier].join('-'));
  }
  return objectName(qualifier.join('-'));
}

/** What stays the same among the elements of one list and among numbered keys: KAFKA_1_URL and KAFKA_2_URL are one. */
export const originOf = (path: readonly string[]): string =>
  path.map(key => wordsOf(key).filter(word => !/^\d+$/.test(word)).join('-')).join('.');

/** The protocol that a key mentions (`GRPC_HOST`), or null. */
export function protocolWord(key: string): 'http' | 'https' | 'grpc' | 'udp' | null {
  return (['grpc', 'https', 'http', 'udp'] as const).find(protocol => wordsOf(key).includes(protocol)) ?? null;
}

/** Made to fit Miko's rule for names; null where nothing is left of it. */
export function objectName(text: string): string | null {
  const name = text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+/, '')
    .slice(0, 63)
    .replace(/-+$/, '');
  return name === '' ? null : name;
}
