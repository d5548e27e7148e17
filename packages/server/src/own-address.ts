import { createServer } from 'node:net';
import { ConfigError } from './config.ts';

/**
 * Looks whether Miko may listen there, before anything is made that would have to be left again. Rejects with ConfigError that
 * says what stands in the way.
 */
export async function ownAddress(host: string, port: number): Promise<void> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port, exclusive: true }, resolve);
  }).catch((error: NodeJS.ErrnoException) => Promise.reject(notOurs(error, host, port)));
  await new Promise(resolve => server.close(resolve));
}

function notOurs(error: NodeJS.ErrnoException, host: string, port: number): ConfigError {
  const address = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  const why = error.code === 'EADDRINUSE' ? `something listens on ${address} already, perhaps another Miko` : `Miko cannot listen on ${address} (${error.code ?? error.message})`;
  return new ConfigError('MIKO_LISTEN', `${why}: set another host:port`);
}
