import { Server, ServerCredentials } from '@grpc/grpc-js';
import type { handleUnaryCall, sendUnaryData } from '@grpc/grpc-js';
import { probe } from '../plan.ts';
import { latestMethod, type QuoteAnswer, type QuoteRequest } from '../quotes.ts';
import { slot } from './parent.ts';
import { runRegistered } from './registered.ts';
import { Traffic } from './traffic.ts';
import { work } from './work.ts';

/** `quotes`: gRPC with JSON messages, and the health service of grpc.health.v1 that Miko's check asks. */
const { service, instance, zone } = slot();
const traffic = new Traffic();
const server = new Server();

const latest: handleUnaryCall<QuoteRequest, QuoteAnswer> = (call, callback) => void answer(call.request, callback);

async function answer({ symbol }: QuoteRequest, send: sendUnaryData<QuoteAnswer>): Promise<void> {
  const done = traffic.begin();
  await work();
  send(null, { symbol, price: 100, instance });
  done();
}

/** `HealthCheckResponse{status: SERVING}` is these two bytes; every service asked for is this one. */
const SERVING = Buffer.from([0x08, 0x01]);
const health: handleUnaryCall<Buffer, Buffer> = (_call, callback) => callback(null, SERVING);
const bytes = (value: Buffer): Buffer => value;

server.addService({ latest: latestMethod }, { latest });
server.addService(
  {
    check: {
      path: '/grpc.health.v1.Health/Check', requestStream: false, responseStream: false,
      requestSerialize: bytes, requestDeserialize: bytes, responseSerialize: bytes, responseDeserialize: bytes,
    },
  },
  { check: health },
);

server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) => {
  if (error !== null) throw error;
  runRegistered({
    options: { service, instance, port, zone, protocol: 'grpc', check: { type: 'grpc', ...probe } },
    traffic,
    leaving: () => {},
    close: () => new Promise(resolve => server.tryShutdown(() => resolve())),
  });
});
