import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo, Server } from 'node:net';
import { Server as GrpcServer, ServerCredentials, type ServiceDefinition } from '@grpc/grpc-js';
import { onTestFinished } from 'vitest';

/** A service under check: answers as told, counts the questions, and can be killed and brought back at its port. Ends with the test. */
export async function startWeb() {
  const server = createServer((_request, response) => {
    web.asked += 1;
    web.answer(response);
  });
  const web = {
    port: 0,
    asked: 0,
    answer: (response: ServerResponse): void => void response.end('fine'),
    start: async () => { web.port = await listen(server, web.port); },
    kill: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
  onTestFinished(() => server.closeAllConnections());
  await web.start();
  return web;
}

/** On a free port, or the one given, until the test ends. */
export async function listen(server: Server, port = 0): Promise<number> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

const asIs = (bytes: Buffer): Buffer => bytes;
const healthService: ServiceDefinition = {
  Check: {
    path: '/grpc.health.v1.Health/Check', requestStream: false, responseStream: false,
    requestSerialize: asIs, requestDeserialize: asIs, responseSerialize: asIs, responseDeserialize: asIs,
  },
};

/** A real gRPC server whose health answers are these bytes of a HealthCheckResponse. */
export async function startGrpc(response: () => Buffer): Promise<number> {
  const server = new GrpcServer();
  server.addService(healthService, { Check: (_call: unknown, answer: (error: null, bytes: Buffer) => void) => answer(null, response()) });
  onTestFinished(() => server.forceShutdown());
  return new Promise((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) => (error ? reject(error) : resolve(port)));
  });
}
