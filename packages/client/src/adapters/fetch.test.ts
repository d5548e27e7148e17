import { expect, test } from 'vitest';
import { answers, breaks, useUpstreams, webAt } from '../testing/use-upstreams.ts';

const { serve, deadPort, callsOf } = useUpstreams();

test('a request reaches an endpoint by the name of its service, with path, query, method, headers and body', async () => {
  const web = await serve((request, response) => {
    request.pipe(response.writeHead(201, { 'x-seen': [request.method, request.url, request.headers['x-a'], request.headers.host].join(' ') }));
  });
  const { fetch } = callsOf([web.port]).calls;
  const response = await fetch('http://web/a?b=c#d', { method: 'POST', body: 'text', headers: { 'x-a': '1' } });
  expect([response.status, response.headers.get('x-seen'), await response.text()]).toEqual([201, `POST /a?b=c 1 127.0.0.1:${web.port}`, 'text']);
});

test('the target is a text, a URL, the two parts, or a Request', async () => {
  const web = await serve(answers('ok'));
  const { fetch } = callsOf([web.port]).calls;
  await fetch(new URL('http://web/url'));
  await fetch({ service: 'web', path: '/parts?x' });
  const response = await fetch(new Request('http://web/request', { method: 'PUT', body: 'text', headers: { 'x-a': '1' } }));
  expect(await response.text()).toBe('PUT ok text');
  expect(web.requests).toEqual(['GET /url', 'GET /parts?x', 'PUT /request']);
  expect(web.heads[2]?.headers['x-a']).toBe('1');
});

test.each([
  ['/path', /no URL/],
  ['ftp://web/', /use http or https/],
  ['http://web:8080/', /without a port/],
  ['http://me:pw@web/', /user or password/],
  ['http://10.0.0.1/', /no name of a service/],
  [{ service: 'web', path: 'x' }, /begin with a slash/],
  [{ service: 'web.example', path: '/' }, /no name of a service/],
])('%j is refused', async (target, message) => {
  const { fetch } = callsOf([1]).calls;
  await expect(fetch(target)).rejects.toMatchObject({ code: 'invalid_argument', message: expect.stringMatching(message) });
});

const form = (): FormData => {
  const data = new FormData();
  data.append('a"b', 'one\ntwo');
  data.append('file', new File(['text'], 'x.txt', { type: 'text/plain' }));
  return data;
};
const bodies: [string, () => RequestInit['body'], string, string | null][] = [
  ['a text', () => 'text', 'text', 'text/plain;charset=UTF-8'],
  ['bytes', () => new TextEncoder().encode('text'), 'text', null],
  ['an ArrayBuffer', () => new TextEncoder().encode('text').buffer, 'text', null],
  ['a Blob', () => new Blob(['te', 'xt'], { type: 'text/x' }), 'text', 'text/x'],
  ['parameters', () => new URLSearchParams({ a: 'b c' }), 'a=b+c', 'application/x-www-form-urlencoded;charset=UTF-8'],
];

test.each(bodies)('%s as a body is sent again when the connection breaks', async (_, body, text, type) => {
  const [broken, web] = [await serve(breaks), await serve(answers('ok'))];
  const { fetch } = callsOf([broken.port, web.port]).calls;
  const response = await fetch('http://web/', { method: 'PUT', body: body() ?? null });
  expect(await response.text()).toBe(`PUT ok ${text}`);
  expect([web.heads[0]?.headers['content-type'] ?? null, web.heads[0]?.headers['content-length']]).toEqual([type, String(text.length)]);
});

test('a form is sent again when the connection breaks, and says what was filled in', async () => {
  const seen: FormData[] = [];
  const web = await serve((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const read = new Response(Buffer.concat(chunks), { headers: { 'content-type': request.headers['content-type'] ?? '' } });
      void read.formData().then((data) => {
        seen.push(data);
        response.end();
      });
    });
  });
  const broken = await serve(breaks);
  await callsOf([broken.port, web.port]).calls.fetch('http://web/', { method: 'PUT', body: form() });
  const file = seen[0]?.get('file');
  expect(seen[0]?.get('a"b')).toBe('one\r\ntwo');
  expect(file).toMatchObject({ name: 'x.txt', type: 'text/plain' });
  expect(file instanceof File ? await file.text() : null).toBe('text');
});

test('a body that is a stream is sent once; where nothing was sent, it goes elsewhere', async () => {
  const [broken, web] = [await serve(breaks), await serve(answers('ok'))];
  const stream = (): RequestInit => ({ method: 'PUT', body: new Blob(['text']).stream(), duplex: 'half' });
  await expect(callsOf([broken.port, web.port]).calls.fetch('http://web/', stream())).rejects.toMatchObject({ code: 'endpoints_unreachable' });
  expect(web.requests).toEqual([]);
  const response = await callsOf([await deadPort(), web.port]).calls.fetch('http://web/', stream());
  expect(await response.text()).toBe('PUT ok text');
});

test('a long answer is read piece by piece', async () => {
  const web = await serve((_, response) => {
    for (let i = 0; i < 64; i++) response.write(Buffer.alloc(64 * 1024, i));
    response.end();
  });
  const response = await callsOf([web.port]).calls.fetch('http://web/');
  let bytes = 0;
  for await (const chunk of response.body ?? []) bytes += chunk.length;
  expect(bytes).toBe(64 * 64 * 1024);
});

test('the signal ends the call, and nothing else is tried', async () => {
  const controller = new AbortController();
  const [hangs, web] = [await serve(() => controller.abort(new Error('enough'))), await serve(answers('ok'))];
  const { fetch } = callsOf([hangs.port, web.port]).calls;
  await expect(fetch('http://web/', { signal: controller.signal })).rejects.toThrow('enough');
  expect(web.requests).toEqual([]);
});

test('the signal also ends the wait for a first list', async () => {
  const controller = new AbortController();
  const response = callsOf([], { silent: true }).calls.fetch('http://web/', { signal: controller.signal });
  controller.abort(new Error('enough'));
  await expect(response).rejects.toThrow('enough');
});

test('the signal also ends a body that is being read', async () => {
  const controller = new AbortController();
  const web = await serve((_, response) => void response.write('begin'));
  const response = await callsOf([web.port]).calls.fetch('http://web/', { signal: controller.signal });
  controller.abort(new Error('enough'));
  await expect(response.text()).rejects.toThrow('enough');
});

test('wrong arguments fail as they do with fetch', async () => {
  const { fetch } = callsOf([await deadPort()]).calls;
  await expect(fetch('http://web/', { headers: { 'bad name': 'x' } })).rejects.toThrow(TypeError);
  await expect(fetch('http://web/', { miko: { timeoutMs: 0 } })).rejects.toMatchObject({ code: 'invalid_argument', message: expect.stringMatching(/timeoutMs/) });
});

test('a redirect to a service is a call of its own, and one to an address goes there', async () => {
  const other = await serve(answers('other'));
  const web = await serve((request, response) => {
    const there = request.url === '/there' ? `http://127.0.0.1:${other.port}/x` : '/again';
    if (request.url === '/again') response.end('again');
    else response.writeHead(302, { location: there }).end();
  });
  const { fetch } = callsOf([web.port]).calls;
  expect(await (await fetch('http://web/here')).text()).toBe('again');
  expect(await (await fetch('http://web/there')).text()).toBe('GET other');
});

test('a redirect leaves the call as much time as there is left', async () => {
  const web = await serve((request, response) => {
    if (request.url === '/there') response.end('there');
    else {
      world.advance(60);
      response.writeHead(302, { location: '/there' }).end();
    }
  });
  const { calls, world } = callsOf([web.port]);
  await (await calls.fetch('http://web/here', { miko: { timeoutMs: 9_000 } })).text();
  expect(web.heads.map(({ headers }) => headers['miko-timeout-ms'])).toEqual(['9000', '8940']);
});

test('endpoints of other protocols are passed over, and only those with TLS are taken for https', async () => {
  const web = await serve(answers('ok'));
  const { fetch } = callsOf([webAt(0, 1, { protocol: 'grpc' }), webAt(1, web.port)]).calls;
  expect(await (await fetch('http://web/')).text()).toBe('GET ok');
  await expect(fetch('https://web/')).rejects.toMatchObject({ code: 'no_endpoint' });
});

test('the path of a public address goes before that of the call', async () => {
  const web = await serve(answers('ok'));
  const endpoint = webAt(0, 1, { host: null, port: null, public_url: `http://127.0.0.1:${web.port}/base/` });
  await callsOf([endpoint]).calls.fetch('http://web/x?y');
  expect(web.requests).toEqual(['GET /base/x?y']);
});

test('bytes are sent as they were at the call, by every attempt', async () => {
  const bytes = new TextEncoder().encode('text');
  const web = await serve(answers('ok'));
  const broken = await serve((request) => void request.resume().on('end', () => (bytes.fill(120), request.socket.destroy())));
  for (const body of [bytes, bytes.buffer]) {
    bytes.set(new TextEncoder().encode('text'));
    const response = await callsOf([broken.port, web.port]).calls.fetch('http://web/', { method: 'PUT', body });
    expect(await response.text()).toBe('PUT ok text');
  }
});

test('what is undefined in init leaves the method, the headers and the signal of a Request', async () => {
  const controller = new AbortController();
  const web = await serve(answers('ok'));
  const { fetch } = callsOf([web.port]).calls;
  const request = (): Request => new Request('http://web/', { method: 'PUT', body: 'text', headers: { 'x-a': '1' }, signal: controller.signal });
  const nothing = { method: undefined, headers: undefined, body: undefined, signal: undefined } as unknown as RequestInit;
  expect(await (await fetch(request(), nothing)).text()).toBe('PUT ok text');
  expect(web.heads[0]?.headers['x-a']).toBe('1');
  controller.abort(new Error('enough'));
  await expect(fetch(request(), nothing)).rejects.toThrow('enough');
});
