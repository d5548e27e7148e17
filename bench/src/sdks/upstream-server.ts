/**
 * The endpoints that are called: a server on bare sockets that gives one prepared answer to each request without a body,
 * and does nothing else, so that the figures are the client's. Run as a process with a channel:
 * `node upstream-server.ts INSTANCES`; writes its ports to stdout, and tells its parent how many requests it answered.
 */
import { createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { answerBody } from './answer.ts';

const instances = Number(process.argv[2]);
const answer = Buffer.from(`HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${answerBody.length}\r\n\r\n${answerBody}`);
const endOfHead = '\r\n\r\n';

let answered = 0;

const servers = await Promise.all(Array.from({ length: instances }, listening));
process.stdout.write(`${servers.map(portOf).join(' ')}\n`);
process.on('message', () => process.send?.(answered));
process.once('SIGTERM', () => process.exit(0));

function listening(): Promise<Server> {
  const server = createServer({ noDelay: true }, serve);
  return new Promise((resolve) => server.listen(0, '127.0.0.1', 4_096, () => resolve(server)));
}

/** Clients send the next request when they have the answer; a request may come in pieces all the same. */
function serve(socket: Socket): void {
  let rest = '';
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk) => {
    rest += chunk.toString('latin1');
    for (let end = rest.indexOf(endOfHead); end >= 0; end = rest.indexOf(endOfHead)) {
      rest = rest.slice(end + endOfHead.length);
      answered += 1;
      socket.write(answer);
    }
  });
}

function portOf(server: Server): number {
  const address = server.address();
  return address === null || typeof address === 'string' ? 0 : address.port;
}
