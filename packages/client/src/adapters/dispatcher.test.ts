import { Readable } from 'node:stream';
import { fetch as undiciFetch, request } from 'undici';
import type { Dispatcher } from 'undici';
import { expect, test } from 'vitest';
import { answers, breaks, holds, useUpstreams } from '../testing/use-upstreams.ts';
import { eventually } from '../testing/world.ts';

const { serve, deadPort, callsOf } = useUpstreams();

test('undici.request goes to a service by its name', async () => {
  const web = await serve(answers('ok'));
  const dispatcher = callsOf([web.port]).calls.dispatcher();
  const { statusCode, headers, body } = await request('http://web/a?b=c', { dispatcher, method: 'POST', body: 'text', headers: ['x-a', '1'] });
  expect([statusCode, headers['x-instance'], await body.text()]).toEqual([200, 'ok', 'POST ok text']);
  expect(web.requests).toEqual(['POST /a?b=c']);
  expect(web.heads[0]?.headers).toMatchObject({ 'x-a': '1', 'miko-timeout-ms': '30000', host: `127.0.0.1:${web.port}` });
});

test('undici fetch and that of Node take it', async () => {
  const web = await serve(answers('ok'));
  const dispatcher = callsOf([web.port]).calls.dispatcher();
  expect(await (await undiciFetch('http://web/', { dispatcher, method: 'PUT', body: 'text' })).text()).toBe('PUT ok text');
  // Its types are those of the undici within Node.
  const init = { dispatcher, method: 'PUT', body: 'text' } as object as RequestInit;
  expect(await (await fetch('http://web/', init)).text()).toBe('PUT ok text');
});

test('its options hold for each call', async () => {
  const [broken, web] = [await serve(breaks), await serve(answers('ok'))];
  const { calls } = callsOf([broken.port, web.port]);
  const { body } = await request('http://web/', { dispatcher: calls.dispatcher({ idempotent: true, timeoutMs: 500 }), method: 'POST', body: Buffer.from('x') });
  expect(await body.text()).toBe('POST ok x');
  expect(web.heads[0]?.headers['miko-timeout-ms']).toBe('500');
  expect(() => calls.dispatcher({ timeoutMs: -1 })).toThrow(expect.objectContaining({ code: 'invalid_argument' }));
});

test('a stream is sent once, and elsewhere only where nothing was sent', async () => {
  const [broken, web] = [await serve(breaks), await serve(answers('ok'))];
  const put = (dispatcher: Dispatcher) => request('http://web/', { dispatcher, method: 'PUT', body: Readable.from(['te', 'xt']) });
  await expect(put(callsOf([broken.port, web.port]).calls.dispatcher())).rejects.toMatchObject({ code: 'endpoints_unreachable' });
  const { body } = await put(callsOf([await deadPort(), web.port]).calls.dispatcher());
  expect(await body.text()).toBe('PUT ok text');
});

test.each(['http://127.0.0.1:80/', 'http://web.example/', 'http://web:81/'])('%s is no service', async (url) => {
  const dispatcher = callsOf([1]).calls.dispatcher();
  await expect(request(url, { dispatcher })).rejects.toMatchObject({ code: 'invalid_argument' });
});

test('a signal ends a call before and after its head, and the connection with it', async () => {
  const held = holds();
  const web = await serve(held.listener);
  const dispatcher = callsOf([web.port]).calls.dispatcher();
  const before = new AbortController();
  const waiting = request('http://web/', { dispatcher, signal: before.signal });
  await eventually(() => held.held.length === 1, 'the call');
  before.abort(new Error('enough'));
  await expect(waiting).rejects.toThrow('enough');
  const after = new AbortController();
  const answer = request('http://web/', { dispatcher, signal: after.signal });
  await eventually(() => held.held.length === 2, 'the call');
  held.held[1]?.write('begin');
  const { body } = await answer;
  after.abort(new Error('enough'));
  await expect(body.text()).rejects.toThrow('enough');
  await eventually(() => web.open() === 0, 'no connection');
});

test('a signal that was aborted before ends the call without an attempt', async () => {
  const web = await serve(answers('ok'));
  const dispatcher = callsOf([web.port]).calls.dispatcher();
  await expect(request('http://web/', { dispatcher, signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough');
  expect(web.requests).toEqual([]);
});

test('a slow reader holds the endpoint back', async () => {
  let written = 0;
  const chunk = Buffer.alloc(256 * 1024);
  const web = await serve((_, response) => {
    const more = (): void => {
      while (written < 64 * 1024 * 1024 && response.write(chunk)) written += chunk.length;
    };
    response.on('drain', more);
    more();
  });
  const { body } = await request('http://web/', { dispatcher: callsOf([web.port]).calls.dispatcher() });
  const first = await body[Symbol.asyncIterator]().next();
  expect(first.done).toBe(false);
  expect(written).toBeLessThan(64 * 1024 * 1024);
  body.destroy();
});

test('a handler sees one request, however many attempts are made, and heads that only inform', async () => {
  const busy = await serve(answers('busy', 503));
  const web = await serve((_, response) => {
    response.writeEarlyHints({ link: '</x>; rel=preload' });
    response.end('ok');
  });
  const dispatcher = callsOf([busy.port, web.port]).calls.dispatcher();
  const told: string[] = [];
  await new Promise<void>((resolve, reject) => {
    dispatcher.dispatch(
      { origin: 'http://web', path: '/', method: 'GET' },
      {
        onRequestStart: () => told.push('start'),
        onResponseStart: (_, status) => told.push(`head ${status}`),
        onResponseData: (_, chunk) => told.push(String(chunk)),
        onResponseEnd: () => resolve(void told.push('end')),
        onResponseError: (_, error) => reject(error),
      },
    );
  });
  expect(told).toEqual(['start', 'head 103', 'head 200', 'ok', 'end']);
});

test('an upgrade goes through, and is in flight until the connection ends', async () => {
  const web = await serve(answers('ok'));
  const { calls } = callsOf([web.port]);
  const { createServer } = await import('node:http');
  const server = createServer();
  server.on('upgrade', (_, socket) => void socket.end('HTTP/1.1 101 Switching Protocols\r\nupgrade: echo\r\nconnection: upgrade\r\n\r\nhello'));
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { portOf } = await import('../testing/port-of.ts');
  const upgraded = await callsOf([portOf(server)]).calls.dispatcher().upgrade({ origin: 'http://web', path: '/', protocol: 'echo' } as Dispatcher.UpgradeOptions);
  let text = '';
  for await (const chunk of upgraded.socket) text += String(chunk);
  expect(text).toBe('hello');
  server.close();
  await calls.close(0);
});

test('close waits for what is under way and refuses what comes later; other dispatchers go on', async () => {
  const held = holds();
  const web = await serve(held.listener);
  const { calls } = callsOf([web.port]);
  const dispatcher = calls.dispatcher();
  const answer = request('http://web/', { dispatcher });
  await eventually(() => held.held.length === 1, 'the call');
  let closed = false;
  const closing = dispatcher.close().then(() => (closed = true));
  await expect(request('http://web/', { dispatcher })).rejects.toMatchObject({ code: 'UND_ERR_CLOSED' });
  expect(closed).toBe(false);
  held.held[0]?.end('ok');
  expect(await (await answer).body.text()).toBe('ok');
  await closing;
  const other = request('http://web/', { dispatcher: calls.dispatcher() });
  await eventually(() => held.held.length === 2, 'the other call');
  held.held[1]?.end();
  expect((await other).statusCode).toBe(200);
});

test('destroy ends what is under way', async () => {
  const held = holds();
  const web = await serve(held.listener);
  const dispatcher = callsOf([web.port]).calls.dispatcher();
  const answers = [request('http://web/1', { dispatcher }), request('http://web/2', { dispatcher })];
  const failed = Promise.all(answers.map((answer) => expect(answer).rejects.toMatchObject({ code: 'UND_ERR_DESTROYED' })));
  await eventually(() => held.held.length === 2, 'two calls');
  await dispatcher.destroy();
  await failed;
});
