import { createServer } from 'node:http2';
import { expect, test } from 'vitest';
import { portOf } from '../testing/port-of.ts';
import { answers, holds, useUpstreams, webAt } from '../testing/use-upstreams.ts';
import { eventually } from '../testing/world.ts';

const { serve, callsOf, cleanUp } = useUpstreams();

test('connections are kept alive and used again', async () => {
  const web = await serve(answers('ok'));
  const { fetch } = callsOf([web.port]).calls;
  for (let i = 0; i < 20; i++) await (await fetch('http://web/')).text();
  // Undici may open a second one when a call comes before the connection of the last is free again.
  expect(web.opened()).toBeLessThanOrEqual(2);
});

test('at most so many connections are open to one endpoint', async () => {
  const held = holds();
  const web = await serve(held.listener);
  const { fetch } = callsOf([web.port], { policy: { pool: { maxConnections: 2 } } }).calls;
  const calls = [1, 2, 3, 4].map((n) => fetch(`http://web/${n}`));
  for (let answered = 0; answered < 4; answered++) {
    await eventually(() => held.held.length > answered, 'a request');
    held.held[answered]?.end();
  }
  await Promise.all(calls.map(async (call) => (await call).text()));
  expect(web.opened()).toBe(2);
});

test('a new endpoint of a service that was called gets its first connection ahead', async () => {
  const [web, fresh] = [await serve(answers('ok')), await serve(answers('new'))];
  const { calls, list, setList } = callsOf([web.port]);
  await (await calls.fetch('http://web/')).text();
  setList([...list(), webAt(1, fresh.port)]);
  await eventually(() => fresh.open() === 1, 'a connection');
  expect(fresh.requests).toEqual([]);
  for (let i = 0; i < 4; i++) await (await calls.fetch('http://web/')).text();
  expect(fresh.requests.length).toBeGreaterThan(0);
});

test('a connection that was opened ahead and is not used is closed again', async () => {
  const [web, fresh] = [await serve(answers('ok')), await serve(answers('new'))];
  const { calls, list, setList, world } = callsOf([web.port]);
  await (await calls.fetch('http://web/')).text();
  setList([...list(), webAt(1, fresh.port)]);
  await eventually(() => fresh.open() === 1, 'a connection');
  await eventually(() => fresh.open() === 0, 'none', () => world.advance(1_000));
});

test('an endpoint that leaves keeps its attempts in flight, gets no new ones, and loses its connections after them', async () => {
  const held = holds();
  const [leaving, web] = [await serve(held.listener), await serve(answers('ok'))];
  const { calls, list, setList } = callsOf([leaving.port, web.port]);
  const answer = calls.fetch('http://web/');
  await eventually(() => held.held.length === 1, 'the attempt');
  setList(list().slice(1));
  for (let i = 0; i < 4; i++) await (await calls.fetch('http://web/')).text();
  held.held[0]?.write('one ');
  const response = await answer;
  held.held[0]?.end('two');
  expect(await response.text()).toBe('one two');
  expect(leaving.requests.length).toBe(1);
  await eventually(() => leaving.open() === 0, 'no connection');
});

test('an endpoint that drains loses its idle connections, and one that is only unhealthy keeps them', async () => {
  const [first, second, third] = [await serve(answers('1')), await serve(answers('2')), await serve(answers('3'))];
  const { calls, setList } = callsOf([first.port, second.port, third.port]);
  for (let i = 0; i < 3; i++) await (await calls.fetch('http://web/')).text();
  setList([webAt(2, third.port)], [webAt(0, first.port, { state: 'draining' }), webAt(1, second.port, { health: 'critical' })]);
  await eventually(() => first.open() === 0, 'no connection');
  expect([second.open(), third.open()].every((open) => open > 0)).toBe(true);
});

test('lists that are exchanged under load cost no call', async () => {
  const servers = await Promise.all(['a', 'b', 'c', 'd'].map((name) => serve(answers(name))));
  const endpoints = servers.map((server, i) => webAt(i, server.port));
  const { calls, setList } = callsOf(endpoints, { realTime: true });
  let left = 600;
  const statuses = new Set<number>();
  const work = async (): Promise<void> => {
    while (left-- > 0) {
      const response = await calls.fetch('http://web/', { method: 'POST', body: 'x' });
      await response.text();
      statuses.add(response.status);
      if (left % 7 === 0) setList(endpoints.filter((_, i) => i !== left % 4));
    }
  };
  await Promise.all(Array.from({ length: 16 }, work));
  expect([...statuses]).toEqual([200]);
});

test('closing the client waits for what is in flight, and cuts what is left after that', async () => {
  const held = holds();
  const web = await serve(held.listener);
  const { calls, world } = callsOf([web.port]);
  const quick = calls.fetch('http://web/quick');
  const slow = calls.fetch('http://web/slow');
  const failed = expect(slow).rejects.toMatchObject({ code: 'closed' });
  await eventually(() => held.held.length === 2, 'two calls');
  let closed = false;
  const closing = calls.close(5_000).then(() => (closed = true));
  held.held[web.requests.indexOf('GET /quick')]?.end('quick');
  expect(await (await quick).text()).toBe('quick');
  expect(closed).toBe(false);
  world.advance(5_000);
  await closing;
  await failed;
});

test('HTTP/2 with prior knowledge where the endpoint has the tag h2: many calls on one connection', async () => {
  let sessions = 0;
  const server = createServer((request, response) => response.end(`${request.httpVersion} ${request.url} ${request.headers[':authority']}`));
  server.on('session', () => (sessions += 1));
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  cleanUp(() => server.close());
  const port = portOf(server);
  const { fetch } = callsOf([webAt(0, port, { tags: ['h2'] })]).calls;
  const bodies = await Promise.all([1, 2, 3, 4, 5].map(async (n) => (await fetch(`http://web/${n}`)).text()));
  expect(bodies).toEqual([1, 2, 3, 4, 5].map((n) => `2.0 /${n} 127.0.0.1:${port}`));
  expect(sessions).toBe(1);
});

test('a connection for HTTP/2 is opened ahead like any other', async () => {
  const web = await serve(answers('ok'));
  let sessions = 0;
  const server = createServer((_, response) => response.end('h2'));
  server.on('session', () => (sessions += 1));
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  cleanUp(() => server.close());
  const { calls, list, setList } = callsOf([web.port]);
  await (await calls.fetch('http://web/')).text();
  setList([...list(), webAt(1, portOf(server), { tags: ['h2'] })]);
  await eventually(() => sessions === 1, 'a connection');
  const texts: string[] = [];
  for (let i = 0; i < 4; i++) texts.push(await (await calls.fetch('http://web/')).text());
  expect(texts).toContain('h2');
  expect(sessions).toBe(1);
});

test('no more connections are opened ahead than may be open', async () => {
  const [web, fresh] = [await serve(answers('ok')), await serve(answers('new'))];
  const { calls, list, setList } = callsOf([web.port], { policy: { pool: { maxConnections: 2, warm: 9 } } });
  await (await calls.fetch('http://web/')).text();
  setList([...list(), webAt(1, fresh.port), webAt(2, fresh.port)]);
  await eventually(() => fresh.open() === 2, 'two connections');
  for (let i = 0; i < 6; i++) await (await calls.fetch('http://web/')).text();
  expect(fresh.opened()).toBe(2);
});
