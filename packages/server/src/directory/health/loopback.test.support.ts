import { generateKeyPairSync, sign } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import type { ProbeContext, Target } from './attempt.ts';
import { guardedLookup } from './dial-guard.ts';

/** Listens on a free loopback port until the test ends; `sockets` are all connections it ever took. */
export async function onLoopback(server: Server): Promise<{ readonly port: number; readonly sockets: readonly Socket[] }> {
  const sockets: Socket[] = [];
  server.on('connection', (socket: Socket) => {
    sockets.push(socket);
    socket.on('error', () => {});
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return { port: portOf(server), sockets };
}

/** Takes connections and never says a word: what a stopped process looks like. */
export const silentServer = (): Server => createServer({ allowHalfOpen: true }, socket => socket.resume());

/** A port that was free a moment ago. */
export async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const port = portOf(server);
  server.close();
  await once(server, 'close');
  return port;
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server listens on no port');
  return address.port;
}

/** Resolves when the other side has let go of the connection. */
export async function closedByPeer(socket: Socket): Promise<void> {
  if (socket.readableEnded || socket.destroyed) return;
  await Promise.race([once(socket, 'end'), once(socket, 'close')]);
}

export const target = (port: number, protocol = 'http', host = '127.0.0.1'): Target => ({ host, port, protocol });

/** A context of its own per probe; `names` stands in for the resolver. */
export function context(names: { readonly [host: string]: readonly string[] } = {}): ProbeContext {
  const lookup = guardedLookup((host, done) => {
    const addresses = names[host] ?? [];
    done(null, addresses.map(address => ({ address, family: address.includes(':') ? 6 : 4 })));
  });
  return { lookup, signal: new AbortController().signal };
}

/** A key and a certificate for it (RFC 5280, by hand) that nobody vouches for. */
export function selfSigned(): { readonly key: string; readonly cert: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const algorithm = der(0x30, Buffer.from('06082a8648ce3d040302', 'hex'));
  const commonName = der(0x30, Buffer.from('0603550403', 'hex'), der(0x0c, Buffer.from('nobody')));
  const name = der(0x30, der(0x31, commonName));
  const validity = der(0x30, der(0x17, Buffer.from('200101000000Z')), der(0x17, Buffer.from('491231235959Z')));
  const publicBytes = publicKey.export({ type: 'spki', format: 'der' });
  const body = der(0x30, der(0x02, Buffer.from([1])), algorithm, name, validity, name, publicBytes);
  const signature = der(0x03, Buffer.from([0]), sign('sha256', body, privateKey));
  const bytes = der(0x30, body, algorithm, signature).toString('base64');
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${bytes.replaceAll(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`,
  };
}

function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  const length = body.length < 128 ? [body.length] : [0x82, body.length >> 8, body.length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), body]);
}
