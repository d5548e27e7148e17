import { createServer, type AddressInfo } from 'node:net';
import { relative, resolve } from 'node:path';

/** Where the demo's Miko listens and where everything of it lies. Read from the variables that the server itself reads. */
export interface Settings {
  /** As the server takes it; the port is never 0, so that Miko comes back where it was. */
  readonly listen: string;
  readonly host: string;
  readonly port: number;
  readonly url: string;
  readonly dataDir: string;
  /** Whether the commands of the CLI need to be told where this Miko is. */
  readonly isElsewhere: boolean;
}

/** What stands in the way of a start, in words for the person who started it. */
export class DemoError extends Error {
  override readonly name = 'DemoError';
}

export const DEFAULT_LISTEN = '127.0.0.1:7450';
const DEFAULT_DATA_DIR = '.miko';

/** Throws DemoError when the address cannot be read, or something listens there already. */
export async function readSettings(env: NodeJS.ProcessEnv): Promise<Settings> {
  const asked = env['MIKO_LISTEN'] || DEFAULT_LISTEN;
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]]+)):([0-9]{1,5})$/.exec(asked);
  const host = match?.[1] ?? match?.[2];
  if (match === null || host === undefined || Number(match[3]) > 65_535) {
    throw new DemoError(`MIKO_LISTEN must be host:port, for example ${DEFAULT_LISTEN}, not ${JSON.stringify(asked)}`);
  }
  const port = await freePort(host, Number(match[3]));
  const shownHost = host.includes(':') ? `[${host}]` : host;
  const scheme = env['MIKO_TLS_CERT'] ? 'https' : 'http';
  return {
    listen: `${shownHost}:${port}`,
    host,
    port,
    url: `${scheme}://${shownHost}:${port}`,
    dataDir: resolve(env['MIKO_DATA_DIR'] || DEFAULT_DATA_DIR),
    isElsewhere: asked !== DEFAULT_LISTEN || Boolean(env['MIKO_DATA_DIR']),
  };
}

/** A path as the person sees it: from the folder they are in, when that is shorter. */
export function shownPath(path: string): string {
  const fromHere = relative(process.cwd(), path);
  return fromHere !== '' && fromHere.length < path.length ? fromHere : path;
}

/** The port itself when it is free, another one for 0. */
function freePort(host: string, port: number): Promise<number> {
  return new Promise((found, refuse) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      const why = error.code === 'EADDRINUSE' ? 'something listens there already, perhaps another Miko' : error.message;
      refuse(new DemoError(`Miko cannot listen on ${host}:${port}: ${why}. Stop it, or set MIKO_LISTEN (and MIKO_DATA_DIR) for a second one`));
    });
    server.listen({ host, port, exclusive: true }, () => {
      const { port: own } = server.address() as AddressInfo;
      server.close(() => found(own));
    });
  });
}
