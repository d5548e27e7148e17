import { createServer, type AddressInfo, type Socket } from 'node:net';
import { readLines } from '../lines.ts';
import { slot, tellParent, underSupervisor } from './parent.ts';
import { Traffic } from './traffic.ts';
import { work } from './work.ts';

/**
 * `cache`: a program that has never heard of Miko. It answers a line `get KEY` with a line of JSON; the supervisor puts it
 * into the directory, and takes it out before it is told to end.
 */
const { instance } = slot();
const traffic = new Traffic();
const sockets = new Set<Socket>();
const MOST_SOCKETS = 1_000;
const IDLE_MS = 10_000;

const server = createServer(socket => {
  sockets.add(socket);
  socket.setTimeout(IDLE_MS, () => socket.destroy());
  socket.on('error', () => socket.destroy());
  socket.on('close', () => sockets.delete(socket));
  readLines(socket, line => void reply(socket, line));
});
server.maxConnections = MOST_SOCKETS;
server.listen(0, '127.0.0.1', () => tellParent({ type: 'listening', port: (server.address() as AddressInfo).port }));

underSupervisor(async () => {
  await traffic.quiet(250, 5_000);
  server.close();
  for (const socket of sockets) socket.destroy();
});

async function reply(socket: Socket, line: string): Promise<void> {
  const done = traffic.begin();
  await work();
  if (socket.writable) socket.write(`${JSON.stringify({ key: line.slice(4, 100), value: 'kept', instance })}\n`);
  done();
}
