import { createServer as createHttpServer } from 'node:http';
import { constants, createServer as createHttp2Server, type ServerHttp2Stream } from 'node:http2';
import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { Server as GrpcServer, ServerCredentials, status, type handleUnaryCall, type ServiceDefinition } from '@grpc/grpc-js';
import type { GrpcCheck } from '@miko/model';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { ProbeResult } from './attempt.ts';
import { probeGrpc } from './grpc-probe.ts';
import { closedByPeer, closedPort, context, onLoopback, selfSigned, silentServer, target } from './loopback.test.support.ts';

const check: GrpcCheck = { type: 'grpc', interval_ms: 1_000, timeout_ms: 5_000, rise: 2, fall: 3 };
const hasty: GrpcCheck = { ...check, timeout_ms: 100 };

const asIs = (bytes: Buffer): Buffer => bytes;
const healthService: ServiceDefinition = {
  Check: {
    path: '/grpc.health.v1.Health/Check',
    requestStream: false,
    responseStream: false,
    requestSerialize: asIs,
    requestDeserialize: asIs,
    responseSerialize: asIs,
    responseDeserialize: asIs,
  },
};

/** A real server; without a handler it has no health service. */
async function grpcServer(handler?: handleUnaryCall<Buffer, Buffer>): Promise<number> {
  const server = new GrpcServer();
  if (handler !== undefined) server.addService(healthService, { Check: handler });
  onTestFinished(() => server.forceShutdown());
  return new Promise((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) => (error ? reject(error) : resolve(port)));
  });
}

const saying =
  (...bytes: number[]): handleUnaryCall<Buffer, Buffer> =>
  (_call, answer) =>
    answer(null, Buffer.from(bytes));

describe('a server with grpc.health.v1', () => {
  test('is good when it says SERVING', async () => {
    const port = await grpcServer(saying(8, 1));
    expect(await probeGrpc(target(port, 'grpc'), check, context())).toEqual({ good: true, warning: false, text: 'SERVING' });
  });

  test.each([
    ['NOT_SERVING', [8, 2]],
    ['SERVICE_UNKNOWN', [8, 3]],
    ['UNKNOWN', []],
  ])('is bad when it says %s', async (text, bytes) => {
    const port = await grpcServer(saying(...bytes));
    expect(await probeGrpc(target(port, 'grpc'), check, context())).toEqual({ good: false, warning: false, text });
  });

  test('is asked for the service named in the check, under the name of the endpoint', async () => {
    const asked: unknown[] = [];
    const port = await grpcServer((call, answer) => {
      asked.push([call.request.toString('hex'), call.getHost(), String(call.metadata.get('user-agent')).split(' ')[0]]);
      answer(null, Buffer.from([8, 1]));
    });
    const names = context({ 'shop.test': ['127.0.0.1'] });
    await probeGrpc(target(port, 'grpc'), check, context());
    await probeGrpc(target(port, 'grpc', 'shop.test'), { ...check, service: 'web' }, names);
    expect(asked).toEqual([
      ['', `127.0.0.1:${port}`, 'miko-health'],
      ['0a03776562', `shop.test:${port}`, 'miko-health'],
    ]);
  });

  test('is bad when it does not know the service', async () => {
    const port = await grpcServer((_call, answer) => answer({ code: status.NOT_FOUND, details: 'unknown\nservice' }));
    const result = await probeGrpc(target(port, 'grpc'), check, context());
    expect(result).toEqual({ good: false, warning: false, text: 'NOT_FOUND: unknown service' });
  });

  test('is bad when it is unavailable for a reason of its own', async () => {
    const port = await grpcServer((_call, answer) => answer({ code: status.UNAVAILABLE, details: 'connect ENETUNREACH' }));
    const result = await probeGrpc(target(port, 'grpc'), check, context());
    expect(result).toEqual({ good: false, warning: false, text: 'UNAVAILABLE: connect ENETUNREACH' });
  });

  test('is bad when its answer is malformed or too long', async () => {
    const malformed = await grpcServer(saying(8));
    expect(await probeGrpc(target(malformed, 'grpc'), check, context())).toMatchObject({ good: false, text: expect.stringContaining('malformed') });
    const long = await grpcServer(saying(...Array.from({ length: 5_000 }, () => 0)));
    const result = await probeGrpc(target(long, 'grpc'), check, context());
    expect(result).toEqual({ good: false, warning: false, text: 'the answer is longer than 4096 bytes' });
  });

  test('is bad at the deadline when it does not answer', async () => {
    const port = await grpcServer(() => {});
    const result = await probeGrpc(target(port, 'grpc'), hasty, context());
    expect(result).toMatchObject({ good: false, text: expect.stringContaining('within 100 ms') });
  });
});

describe('a server without it', () => {
  test('UNIMPLEMENTED is bad', async () => {
    const port = await grpcServer();
    const result = await probeGrpc(target(port, 'grpc'), check, context());
    expect(result).toMatchObject({ good: false, text: expect.stringMatching(/^UNIMPLEMENTED: /) });
    expect(result.lost).toBeUndefined();
  });

  test('a closed port is bad', async () => {
    const port = await closedPort();
    const result = await probeGrpc(target(port, 'grpc'), check, context());
    expect(result).toMatchObject({ good: false, text: expect.stringContaining(`ECONNREFUSED 127.0.0.1:${port}`) });
    expect(result.lost).toBeUndefined();
  });

  test('one that speaks HTTP/1 or TLS is bad', async () => {
    const http1 = await onLoopback(createHttpServer((_request, response) => response.end()));
    const result = await probeGrpc(target(http1.port, 'grpc'), check, context());
    expect(result).toMatchObject({ good: false, text: expect.stringContaining('does not speak plaintext HTTP/2') });
    const tls = await onLoopback(createTlsServer(selfSigned()));
    expect(await probeGrpc(target(tls.port, 'grpc'), check, context())).toMatchObject({ good: false });
  });

  test('one of plain HTTP/2 is bad', async () => {
    const { port } = await onLoopback(createHttp2Server((_request, response) => response.writeHead(404).end('no such page')));
    const result = await probeGrpc(target(port, 'grpc'), check, context());
    expect(result).toEqual({ good: false, warning: false, text: 'HTTP status 404' });
  });

  test('metadata and link-local addresses are refused, spelled out or behind a name', async () => {
    const names = context({ 'rebound.test': ['169.254.169.254'] });
    for (const host of ['169.254.169.254', 'fe80::1', 'rebound.test']) {
      const result = await probeGrpc(target(80, 'grpc', host), check, names);
      expect(result).toMatchObject({ good: false, text: expect.stringContaining('is not probed: a link-local address') });
    }
  });
});

describe('an answer that does not come whole', () => {
  const http2Server = (talk: (stream: ServerHttp2Stream) => void): ReturnType<typeof createHttp2Server> =>
    createHttp2Server().on('stream', stream => {
      stream.on('error', () => {});
      talk(stream);
    });
  const ask = async (server: Server): Promise<ProbeResult> => {
    const { port } = await onLoopback(server);
    return probeGrpc(target(port, 'grpc'), hasty, context());
  };

  test.each<[string, (socket: Socket) => void]>([
    ['at once', socket => socket.end()],
    ['after the question', socket => socket.once('data', () => socket.destroy())],
  ])('a connection closed %s is bad', async (_when, talk) => {
    expect(await ask(createServer(talk))).toEqual({ good: false, warning: false, text: 'the connection was closed without an answer' });
  });

  test('a reset connection and a refused call are bad', async () => {
    expect(await ask(createServer(socket => socket.once('data', () => socket.resetAndDestroy())))).toMatchObject({ good: false });
    const refusing = http2Server(stream => stream.close(constants.NGHTTP2_REFUSED_STREAM));
    expect(await ask(refusing)).toMatchObject({ good: false, text: expect.stringContaining('REFUSED_STREAM') });
  });

  test('SERVING without trailers is bad: the connection broke off', async () => {
    const result = await ask(
      http2Server(stream => {
        stream.respond({ ':status': 200, 'content-type': 'application/grpc' });
        stream.write(Buffer.from([0, 0, 0, 0, 2, 8, 1]), () => stream.session?.destroy());
      }),
    );
    expect(result).toEqual({ good: false, warning: false, text: 'the answer ended without a gRPC status' });
  });

  test('a body that dribbles is bad at the deadline, one that never ends is read no further than needed', async () => {
    const dribbling = http2Server(stream => {
      stream.respond({ ':status': 200 });
      const drops = setInterval(() => stream.write('x'), 5);
      stream.on('close', () => clearInterval(drops));
    });
    expect(await ask(dribbling)).toMatchObject({ good: false, text: expect.stringContaining('within 100 ms') });
    const endless = http2Server(stream => {
      stream.respond({ ':status': 200 });
      const pour = (): void => {
        while (stream.write(Buffer.alloc(1_024)));
      };
      stream.on('drain', pour);
      pour();
    });
    expect(await ask(endless)).toEqual({ good: false, warning: false, text: 'the answer is longer than 4096 bytes' });
  });
});

describe('no connection outlives its probe', () => {
  test('of a server that answers: each probe has its own', async () => {
    const server = createHttp2Server().on('stream', stream => {
      stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' })).resume();
      stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
      stream.end(Buffer.from([0, 0, 0, 0, 2, 8, 1]));
    });
    const { port, sockets } = await onLoopback(server);
    for (let count = 0; count < 2; count += 1) {
      expect(await probeGrpc(target(port, 'grpc'), check, context())).toMatchObject({ good: true, text: 'SERVING' });
    }
    expect(sockets).toHaveLength(2);
    await Promise.all(sockets.map(closedByPeer));
  });

  test('of a stopped process, which takes connections and never speaks', async () => {
    const { port, sockets } = await onLoopback(silentServer());
    for (let count = 0; count < 3; count += 1) {
      const result = await probeGrpc(target(port, 'grpc'), hasty, context());
      expect(result).toMatchObject({ good: false, text: expect.stringContaining('within 100 ms') });
    }
    expect(sockets).toHaveLength(3);
    await Promise.all(sockets.map(closedByPeer));
  });
});
