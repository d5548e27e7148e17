import { createServer } from 'node:http';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { endpointFromWire } from './endpoint.ts';
import type { Endpoint } from './endpoint.ts';
import { createFailoverFetch } from './failover.ts';
import type { FailoverFetch } from './failover.ts';
import { createPicker } from './picker.ts';
import type { Picker } from './picker.ts';
import { portOf } from './testing/port-of.ts';
import { wireEndpoint } from './testing/fake-miko.ts';
import { createWorld } from './testing/world.ts';

const cleanup: (() => void)[] = [];

afterEach(() => {
  for (const act of cleanup.splice(0)) act();
});

/** A service process; `calls` counts what reached it. */
async function serve(listener: RequestListener): Promise<{ readonly port: number; readonly calls: () => number; readonly stop: () => void }> {
  let calls = 0;
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => {
    calls += 1;
    listener(request, response);
  });
  server.on('connection', (socket) => sockets.add(socket));
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const port = portOf(server);
  const stop = (): void => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  cleanup.push(stop);
  return { port, calls: () => calls, stop };
}

/** A port where nobody listens. */
async function deadPort(): Promise<number> {
  const { port, stop } = await serve(() => undefined);
  stop();
  return port;
}

const answers = (text: string) => (request: IncomingMessage, response: ServerResponse) => {
  request.resume().on('end', () => response.end(`${request.method} ${text}`));
};
const breaks = (request: IncomingMessage): void => void request.socket.destroy();
const unavailable = (_: IncomingMessage, response: ServerResponse): void => void response.writeHead(503).end('busy');

/** The dice always take the first endpoint that is left, so the order of the list is the order of the tries. */
function clientFor(ports: readonly number[], attempts = 3): { readonly fetch: FailoverFetch; readonly picker: Picker; readonly list: Endpoint[] } {
  const list = ports.map((port, i) => endpointFromWire('web', wireEndpoint(`web-${i}`, { port })));
  const { runtime } = createWorld(() => 0);
  const picker = createPicker(runtime);
  return { fetch: createFailoverFetch({ runtime, picker, endpoints: async () => list, current: () => list, attempts }), picker, list };
}

test('a request reaches an endpoint by the name of its service, with path, query, method and body', async () => {
  const web = await serve((request, response) => {
    request.pipe(response.writeHead(201, { 'x-seen': [request.method, request.url, request.headers['x-a']].join(' ') }));
  });
  const { fetch } = clientFor([web.port]);
  const response = await fetch('http://web/a?b=c', { method: 'POST', body: 'text', headers: { 'x-a': '1' } });
  expect([response.status, response.headers.get('x-seen'), await response.text()]).toEqual([201, 'POST /a?b=c 1', 'text']);
});

test.each(['GET', 'PUT', 'DELETE', 'POST', 'PATCH'])('%s goes to another endpoint when the first refuses the connection', async (method) => {
  const web = await serve(answers('ok'));
  const { fetch, picker } = clientFor([await deadPort(), web.port]);
  const response = await fetch('http://web/', { method });
  expect(await response.text()).toBe(`${method} ok`);
  expect(picker.inFlight('ep_web-0') + picker.inFlight('ep_web-1')).toBe(0);
});

test.each(['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS'])('%s goes to another endpoint when the connection breaks', async (method) => {
  const [broken, web] = [await serve(breaks), await serve(answers('ok'))];
  const { fetch } = clientFor([broken.port, web.port]);
  expect((await fetch('http://web/', { method })).status).toBe(200);
  expect([broken.calls(), web.calls()]).toEqual([1, 1]);
});

test.each(['POST', 'PATCH'])('%s is not sent again when the connection breaks: it may have been acted on', async (method) => {
  const [broken, web] = [await serve(breaks), await serve(answers('ok'))];
  const { fetch } = clientFor([broken.port, web.port]);
  await expect(fetch('http://web/', { method })).rejects.toMatchObject({ code: 'endpoints_unreachable', cause: expect.any(TypeError) });
  expect([broken.calls(), web.calls()]).toEqual([1, 0]);
});

test('a body that is a stream is sent once, even when the connection was refused', async () => {
  const web = await serve(answers('ok'));
  const { fetch } = clientFor([await deadPort(), web.port]);
  const body = new Blob(['x']).stream();
  await expect(fetch('http://web/', { method: 'PUT', body, duplex: 'half' })).rejects.toMatchObject({ code: 'endpoints_unreachable' });
  expect(web.calls()).toBe(0);
});

test.each([502, 503])('%i moves a repeatable request on once, and the second answer stands', async (status) => {
  const busy = (_: IncomingMessage, response: ServerResponse): void => void response.writeHead(status).end('busy');
  const [first, second, third] = [await serve(busy), await serve(busy), await serve(answers('ok'))];
  const { fetch } = clientFor([first.port, second.port, third.port]);
  const response = await fetch('http://web/');
  expect([response.status, await response.text()]).toEqual([status, 'busy']);
  expect([first.calls(), second.calls(), third.calls()]).toEqual([1, 1, 0]);
});

test('503 to a POST, and 503 from the only endpoint, are handed on', async () => {
  const [busy, web] = [await serve(unavailable), await serve(answers('ok'))];
  expect((await clientFor([busy.port, web.port]).fetch('http://web/', { method: 'POST' })).status).toBe(503);
  const only = await clientFor([busy.port]).fetch('http://web/');
  expect([only.status, await only.text()]).toEqual([503, 'busy']);
  expect([busy.calls(), web.calls()]).toEqual([2, 0]);
});

test('other answers, 500 and 429 among them, are never repeated', async () => {
  const web = await serve(answers('ok'));
  for (const status of [500, 504, 429, 404]) {
    const failing = await serve((_, response) => void response.writeHead(status).end());
    expect((await clientFor([failing.port, web.port]).fetch('http://web/')).status).toBe(status);
  }
  expect(web.calls()).toBe(0);
});

test('a request is sent to so many endpoints at most, each once', async () => {
  const broken = await Promise.all([0, 1, 2, 3].map(() => serve(breaks)));
  const { fetch } = clientFor(broken.map((server) => server.port));
  await expect(fetch('http://web/')).rejects.toMatchObject({ code: 'endpoints_unreachable', message: expect.stringContaining('web: 3 endpoints tried') });
  expect(broken.map((server) => server.calls())).toEqual([1, 1, 1, 0]);
});

test('an endpoint that refused is not tried again for the next request', async () => {
  const [dead, web] = [await deadPort(), await serve(answers('ok'))];
  const { fetch, picker } = clientFor([dead, web.port]);
  await fetch('http://web/');
  const next = picker.pick(clientFor([dead, web.port]).list);
  expect(next?.endpoint.instance).toBe('web-1');
});

test('an endpoint that left the directory meanwhile is not tried', async () => {
  const [broken, gone, web] = [await serve(breaks), await serve(answers('gone')), await serve(answers('ok'))];
  const { list, picker } = clientFor([broken.port, gone.port, web.port]);
  const after = list.filter((endpoint) => endpoint.port !== gone.port);
  const fetch = createFailoverFetch({ runtime: createWorld().runtime, picker, endpoints: async () => list, current: () => after, attempts: 3 });
  expect(await (await fetch('http://web/')).text()).toBe('GET ok');
  expect(gone.calls()).toBe(0);
});

test('the signal ends the request, and nothing else is tried', async () => {
  const controller = new AbortController();
  const [hangs, web] = [await serve(() => controller.abort(new Error('enough'))), await serve(answers('ok'))];
  const { fetch, picker } = clientFor([hangs.port, web.port]);
  await expect(fetch('http://web/', { signal: controller.signal })).rejects.toThrow('enough');
  expect(web.calls()).toBe(0);
  expect(picker.inFlight('ep_web-0')).toBe(0);
});

test('the signal also ends the wait for a first list', async () => {
  const { runtime } = createWorld();
  const never = new Promise<readonly Endpoint[]>(() => undefined);
  const fetch = createFailoverFetch({ runtime, picker: createPicker(runtime), endpoints: () => never, current: () => [], attempts: 3 });
  const controller = new AbortController();
  const response = fetch('http://web/', { signal: controller.signal });
  controller.abort(new Error('enough'));
  await expect(response).rejects.toThrow('enough');
});

test('wrong arguments fail as they do with fetch', async () => {
  const web = await serve(answers('ok'));
  await expect(clientFor([web.port]).fetch('http://web/', { headers: { 'bad name': 'x' } })).rejects.toThrow(TypeError);
});

test('endpoints of other protocols are passed over', async () => {
  const web = await serve(answers('ok'));
  const { list } = clientFor([1, web.port]);
  const { runtime } = createWorld(() => 0);
  const mixed = list.map((endpoint) => (endpoint.port === 1 ? { ...endpoint, protocol: 'grpc', url: 'grpc://127.0.0.1:1' } : endpoint));
  const over = (endpoints: readonly Endpoint[]): FailoverFetch => createFailoverFetch({ runtime, picker: createPicker(runtime), endpoints: async () => endpoints, current: () => endpoints, attempts: 3 });
  expect(await (await over(mixed)('http://web/')).text()).toBe('GET ok');
  await expect(over(mixed)('https://web/')).rejects.toMatchObject({ code: 'no_endpoint' });
});
