import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { probe } from '../plan.ts';
import { slot } from './parent.ts';
import { runRegistered } from './registered.ts';
import { Traffic } from './traffic.ts';
import { work } from './work.ts';

/** `web`, `orders` and `billing`: each answers any path with who it is, after a moment's work. */
const { service, instance, zone } = slot();
const traffic = new Traffic();
const CLOSE_LIMIT_MS = 1_000;
let isLeaving = false;

const server = createServer((request, response) => {
  if (isLeaving) response.setHeader('connection', 'close');
  if (request.url === '/healthz') {
    response.end('ok\n');
    return;
  }
  const done = traffic.begin();
  response.once('close', done);
  void work().then(() => answer(response, { service, instance, path: request.url }));
});

server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  runRegistered({
    options: { service, instance, port, zone, check: { type: 'http', path: '/healthz', ...probe } },
    traffic,
    leaving: () => {
      isLeaving = true;
    },
    close: () => new Promise(resolve => {
      server.close(() => resolve());
      server.closeIdleConnections();
      setTimeout(() => server.closeAllConnections(), CLOSE_LIMIT_MS);
    }),
  });
});

function answer(response: ServerResponse, body: unknown): void {
  const text = JSON.stringify(body);
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
  response.end(text);
}
