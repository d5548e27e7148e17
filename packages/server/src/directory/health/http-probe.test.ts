import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { createServer, type Socket } from 'node:net';
import type { HttpCheck } from '@miko/model';
import { describe, expect, test } from 'vitest';
import type { ProbeResult } from './attempt.ts';
import { probeHttp } from './http-probe.ts';
import { closedByPeer, closedPort, context, onLoopback, selfSigned, silentServer, target } from './loopback.test.support.ts';

const check: HttpCheck = { type: 'http', path: '/healthz', interval_ms: 1_000, timeout_ms: 5_000, rise: 2, fall: 3 };
const hasty: HttpCheck = { ...check, timeout_ms: 100 };

async function probeServer(listener: RequestListener, by: HttpCheck = check): Promise<ProbeResult> {
  const { port } = await onLoopback(createHttpServer(listener));
  return probeHttp(target(port), by, context());
}

async function probeRaw(talk: (socket: Socket) => void, by: HttpCheck = check): Promise<ProbeResult> {
  const { port } = await onLoopback(createServer(talk));
  return probeHttp(target(port), by, context());
}

describe('the status decides', () => {
  const answering =
    (status: number, body = ''): RequestListener =>
    (_request, response) =>
      response.writeHead(status).end(body);

  test('200 is good', async () => {
    expect(await probeServer(answering(200, 'fine'))).toEqual({ good: true, warning: false, text: '200 OK: fine' });
  });

  test('204 is good, without a body', async () => {
    expect(await probeServer(answering(204))).toEqual({ good: true, warning: false, text: '204 No Content' });
  });

  test('429 is a warning', async () => {
    expect(await probeServer(answering(429))).toEqual({ good: true, warning: true, text: '429 Too Many Requests' });
  });

  test('500 is bad', async () => {
    const result = await probeServer(answering(500, 'no database'));
    expect(result).toEqual({ good: false, warning: false, text: '500 Internal Server Error: no database' });
  });

  test('with expect_status only that one is good', async () => {
    expect(await probeServer(answering(401), { ...check, expect_status: 401 })).toMatchObject({ good: true });
    expect(await probeServer(answering(200), { ...check, expect_status: 204 })).toMatchObject({ good: false });
  });

  test('a redirect is bad and is not followed, unless it is what is expected', async () => {
    const paths: string[] = [];
    const redirecting: RequestListener = (request, response) => {
      paths.push(request.url!);
      response.writeHead(302, { location: '/elsewhere' }).end();
    };
    const followed = await probeServer(redirecting);
    expect(followed).toEqual({ good: false, warning: false, text: '302 Found (redirects are not followed)' });
    expect(await probeServer(redirecting, { ...check, expect_status: 302 })).toMatchObject({ good: true, text: '302 Found' });
    expect(paths).toEqual(['/healthz', '/healthz']);
  });
});

describe('the request', () => {
  test('is a GET of the path on a connection of its own, closed afterwards', async () => {
    const seen: unknown[] = [];
    const server = createHttpServer((request, response) => {
      seen.push([request.method, request.url, request.headers.host, request.headers['user-agent'], request.headers.connection]);
      response.end();
    });
    const { port, sockets } = await onLoopback(server);
    await probeHttp(target(port), check, context());
    await probeHttp(target(port), { ...check, path: '/ready?deep=1' }, context());
    const rest = [`127.0.0.1:${port}`, 'miko-health', 'close'];
    expect(seen).toEqual([
      ['GET', '/healthz', ...rest],
      ['GET', '/ready?deep=1', ...rest],
    ]);
    expect(sockets).toHaveLength(2);
    await Promise.all(sockets.map(closedByPeer));
  });

  test('goes over TLS when the protocol is https, whoever signed the certificate', async () => {
    const { port } = await onLoopback(createHttpsServer(selfSigned(), (_request, response) => response.end('secret')));
    expect(await probeHttp(target(port, 'https'), check, context())).toMatchObject({ good: true, text: '200 OK: secret' });
    expect(await probeHttp(target(port, 'http'), check, context())).toMatchObject({ good: false });
  });

  test('resolves names by the guarded look-up', async () => {
    const { port } = await onLoopback(createHttpServer((_request, response) => response.end()));
    const names = context({ 'web.test': ['127.0.0.1'], 'rebound.test': ['169.254.169.254'] });
    expect(await probeHttp(target(port, 'http', 'web.test'), check, names)).toMatchObject({ good: true });
    for (const [host, protocol] of [['rebound.test', 'http'], ['rebound.test', 'https'], ['169.254.169.254', 'http']] as const) {
      const result = await probeHttp(target(port, protocol, host), check, names);
      expect(result).toMatchObject({ good: false, text: expect.stringContaining('is not probed: a link-local address') });
    }
  });

  test('that cannot be made is bad', async () => {
    expect(await probeHttp(target(80), { ...check, path: '/a b' }, context())).toMatchObject({ good: false });
  });
});

describe('an answer that does not come whole', () => {
  test('a closed port is bad', async () => {
    const port = await closedPort();
    const result = await probeHttp(target(port), check, context());
    expect(result).toEqual({ good: false, warning: false, text: `connect ECONNREFUSED 127.0.0.1:${port}` });
  });

  test('a slow service is bad at the deadline, and the connection is let go', async () => {
    const { port, sockets } = await onLoopback(createHttpServer(() => {}));
    expect(await probeHttp(target(port), hasty, context())).toMatchObject({ good: false, text: expect.stringContaining('within 100 ms') });
    await closedByPeer(sockets[0]!);
  });

  test('a half-open peer is bad at the deadline, and the connection is let go', async () => {
    const { port, sockets } = await onLoopback(silentServer());
    for (const protocol of ['http', 'https']) {
      const result = await probeHttp(target(port, protocol), hasty, context());
      expect(result).toMatchObject({ good: false, text: expect.stringContaining('within 100 ms') });
    }
    await Promise.all(sockets.map(closedByPeer));
  });

  test('a body that never ends is bad at the deadline, though the status was good', async () => {
    const result = await probeServer((_request, response) => response.writeHead(200).write('some'), hasty);
    expect(result).toMatchObject({ good: false, text: expect.stringContaining('within 100 ms') });
  });

  test('a body that breaks off is bad', async () => {
    const result = await probeRaw(socket => {
      socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf'));
    });
    expect(result).toEqual({ good: false, warning: false, text: '200, but the answer broke off' });
  });

  test('a connection closed without an answer is bad', async () => {
    expect(await probeRaw(socket => socket.once('data', () => socket.end()))).toMatchObject({ good: false, text: 'socket hang up' });
  });

  test('a switch of protocols is bad', async () => {
    const result = await probeRaw(socket => {
      socket.once('data', () => socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n'));
    });
    expect(result.good).toBe(false);
    expect(result.text).not.toContain('within');
  });

  test('another protocol is bad', async () => {
    expect(await probeRaw(socket => socket.end('SSH-2.0-OpenSSH_9.9\r\n'))).toMatchObject({ good: false });
  });

  test('endless headers are bad', async () => {
    const result = await probeRaw(socket => {
      socket.once('data', () => socket.write(`HTTP/1.1 200 OK\r\nx: ${'y'.repeat(100_000)}`));
    });
    expect(result).toMatchObject({ good: false, text: expect.stringContaining('Header overflow') });
  });
});

describe('the text', () => {
  test('a huge body is read no further than needed', async () => {
    let isLetGo = false;
    const result = await probeServer((_request, response) => {
      const pour = (): void => {
        while (response.write('z'.repeat(1_024)));
      };
      response.on('drain', pour).on('close', () => (isLetGo = true));
      pour();
    });
    expect(result).toMatchObject({ good: true, text: `200 OK: ${'z'.repeat(248)}` });
    await expect.poll(() => isLetGo).toBe(true);
  });

  test('is one printable line', async () => {
    const result = await probeServer((_request, response) => response.end('up\r\n\u0000\u001B[2J since\t3 h\n'));
    expect(result.text).toBe('200 OK: up [2J since 3 h');
  });
});
