import { expect, test } from 'vitest';
import { answers, breaks, holds, useUpstreams } from '../testing/use-upstreams.ts';
import type { Calling } from '../testing/use-upstreams.ts';
import { eventually } from '../testing/world.ts';

const { serve, deadPort, callsOf } = useUpstreams();
const busy = answers('busy', 503);

/** What a call gives while the test's clock runs. */
async function whileTimePasses<T>({ world }: Calling, promise: Promise<T>): Promise<T> {
  let over = false;
  const watched = promise.finally(() => (over = true));
  await Promise.all([watched.catch(() => undefined), eventually(() => over, 'an answer', () => world.advance(5))]);
  return watched;
}

test.each(['GET', 'PUT', 'DELETE', 'POST', 'PATCH'])('%s goes elsewhere at once when the first refuses the connection, at no cost', async (method) => {
  const web = await serve(answers('ok'));
  const { calls, told } = callsOf([await deadPort(), web.port], { policy: { retry: { budgetTokens: 0 } } });
  expect(await (await calls.fetch('http://web/', { method })).text()).toBe(`${method} ok`);
  expect(told).toEqual(['picked web-0', 'opened web-0', 'retried web-0 refused 2', 'picked web-1']);
});

test.each(['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS'])('%s goes elsewhere when the connection breaks', async (method) => {
  const [broken, web] = [await serve(breaks), await serve(answers('ok'))];
  const { calls } = callsOf([broken.port, web.port]);
  expect((await calls.fetch('http://web/', { method })).status).toBe(200);
  expect([broken.requests.length, web.requests.length]).toEqual([1, 1]);
});

test.each(['POST', 'PATCH'])('%s is not sent again when the connection breaks, for it may have been acted on', async (method) => {
  const [broken, web] = [await serve(breaks), await serve(answers('ok'))];
  const { calls } = callsOf([broken.port, web.port]);
  await expect(calls.fetch('http://web/', { method })).rejects.toMatchObject({ code: 'endpoints_unreachable', cause: expect.any(Error) });
  expect(web.requests).toEqual([]);
});

test('a POST is sent again with an Idempotency-Key, or when the call says that it may be', async () => {
  const [broken, web] = [await serve(breaks), await serve(answers('ok'))];
  const init = { method: 'POST', body: 'x' };
  const keyed = await callsOf([broken.port, web.port]).calls.fetch('http://web/', { ...init, headers: { 'Idempotency-Key': '1' } });
  const said = await callsOf([broken.port, web.port]).calls.fetch('http://web/', { ...init, miko: { idempotent: true } });
  expect([await keyed.text(), await said.text()]).toEqual(['POST ok x', 'POST ok x']);
});

test('a GET is not sent again when the call says that it must not be', async () => {
  const [broken, web] = [await serve(breaks), await serve(answers('ok'))];
  const { calls } = callsOf([broken.port, web.port]);
  await expect(calls.fetch('http://web/', { miko: { idempotent: false } })).rejects.toMatchObject({ code: 'endpoints_unreachable' });
});

test.each([429, 502, 503, 504])('%i is repeated elsewhere', async (status) => {
  const [first, web] = [await serve(answers('no', status)), await serve(answers('ok'))];
  const { calls } = callsOf([first.port, web.port]);
  expect(await (await calls.fetch('http://web/')).text()).toBe('GET ok');
});

test.each([500, 501, 404, 400])('%i is handed on', async (status) => {
  const [first, web] = [await serve(answers('no', status)), await serve(answers('ok'))];
  const { calls } = callsOf([first.port, web.port]);
  expect((await calls.fetch('http://web/')).status).toBe(status);
  expect(web.requests).toEqual([]);
});

test('503 to a POST is handed on', async () => {
  const [first, web] = [await serve(busy), await serve(answers('ok'))];
  const { calls } = callsOf([first.port, web.port]);
  expect((await calls.fetch('http://web/', { method: 'POST' })).status).toBe(503);
  expect(web.requests).toEqual([]);
});

test('the last answer is handed on when the attempts are used up, each made on another endpoint', async () => {
  const servers = await Promise.all([0, 1, 2, 3].map((i) => serve(answers(`busy-${i}`, 503))));
  const calling = callsOf(servers.map((server) => server.port));
  const response = await whileTimePasses(calling, calling.calls.fetch('http://web/'));
  expect([response.status, await response.text()]).toEqual([503, 'GET busy-2']);
  expect(servers.map((server) => server.requests.length)).toEqual([1, 1, 1, 0]);
});

test('without an answer the last failure is the cause', async () => {
  const servers = await Promise.all([0, 1].map(() => serve(breaks)));
  const calling = callsOf(servers.map((server) => server.port), { policy: { retry: { attempts: 2 } } });
  await expect(calling.calls.fetch('http://web/')).rejects.toMatchObject({
    code: 'endpoints_unreachable',
    message: expect.stringMatching(/^web: 2 attempts, no answer/),
    cause: expect.objectContaining({ code: 'UND_ERR_SOCKET' }),
  });
});

test('the first repetition elsewhere is made at once, later ones and those at the same endpoint after a wait', async () => {
  const only = await serve(busy);
  const { calls, world } = callsOf([only.port]);
  const answer = calls.fetch('http://web/');
  await eventually(() => only.requests.length === 1, 'the first attempt');
  // The dice say 0: the waits are a fifth shorter, 20 ms and 40 ms.
  await eventually(() => only.requests.length === 2, 'the second attempt', () => world.advance(1));
  await eventually(() => only.requests.length === 3, 'the third attempt', () => world.advance(1));
  expect((await answer).status).toBe(503);
});

test('the budget bounds how many calls are repeated', async () => {
  const [first, second] = [await serve(busy), await serve(busy)];
  const { calls } = callsOf([first.port, second.port], { policy: { retry: { attempts: 2, budgetTokens: 1, budgetRatio: 0 } } });
  await calls.fetch('http://web/');
  expect(first.requests.length + second.requests.length).toBe(2);
  await calls.fetch('http://web/');
  await calls.fetch('http://web/');
  expect(first.requests.length + second.requests.length).toBe(4);
});

test('an endpoint that left the directory meanwhile is not tried', async () => {
  const [gone, web] = [await serve(answers('gone')), await serve(answers('ok'))];
  const held = holds();
  const first = await serve(held.listener);
  const { calls, list, setList } = callsOf([first.port, gone.port, web.port]);
  const answer = calls.fetch('http://web/');
  await eventually(() => held.held.length === 1, 'the first attempt');
  setList(list().filter((endpoint) => endpoint.port !== gone.port));
  held.held[0]?.destroy();
  expect(await (await answer).text()).toBe('GET ok');
  expect(gone.requests).toEqual([]);
});

test('Retry-After pauses the endpoint, for other calls as well', async () => {
  const [first, web] = [await serve(answers('busy', 503, { 'retry-after': '5' })), await serve(answers('ok'))];
  const { calls, told, world } = callsOf([first.port, web.port]);
  for (let i = 0; i < 4; i++) expect(await (await calls.fetch('http://web/')).text()).toBe('GET ok');
  expect(told).toContain('paused web-0');
  expect(first.requests.length).toBe(1);
  world.advance(5_000);
  for (let i = 0; i < 4; i++) await calls.fetch('http://web/');
  expect(first.requests.length).toBeGreaterThan(1);
});

test('where all are paused a repetition waits for the first to come back', async () => {
  let calls503 = 0;
  const only = await serve((request, response) => {
    calls503 += 1;
    if (calls503 === 1) response.writeHead(429, { 'retry-after': '2' }).end();
    else answers('ok')(request, response);
  });
  const { calls, world } = callsOf([only.port]);
  const answer = calls.fetch('http://web/');
  await eventually(() => only.requests.length === 1, 'the first attempt');
  let waited = 0;
  await eventually(() => only.requests.length === 2, 'the second', () => (world.advance(100), (waited += 100)));
  expect(waited).toBeGreaterThanOrEqual(2_000);
  expect(await (await answer).text()).toBe('GET ok');
});

test('a pause that is longer than the policy allows hands the answer on', async () => {
  const only = await serve(answers('busy', 503, { 'retry-after': '11' }));
  const response = await callsOf([only.port]).calls.fetch('http://web/');
  expect([response.status, only.requests.length]).toEqual([503, 1]);
});
