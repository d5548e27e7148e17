import { expect, test } from 'vitest';
import { answers, holds, useUpstreams, webAt } from '../testing/use-upstreams.ts';
import { eventually } from '../testing/world.ts';

const { serve, callsOf } = useUpstreams();
const busy = answers('busy', 503);

test('what is left of the deadline goes along, and is less for a repetition', async () => {
  const held = holds();
  const [first, web] = [await serve(held.listener), await serve(answers('ok'))];
  const { calls, world } = callsOf([first.port, web.port]);
  const answer = calls.fetch('http://web/', { miko: { timeoutMs: 2_000 } });
  await eventually(() => held.held.length === 1, 'the first attempt');
  world.advance(500);
  held.held[0]?.destroy();
  await answer;
  expect(first.heads[0]?.headers['miko-timeout-ms']).toBe('2000');
  expect(web.heads[0]?.headers['miko-timeout-ms']).toBe('1500');
});

test('the deadline of the caller is left as it is, and without a deadline none is sent', async () => {
  const web = await serve(answers('ok'));
  const { calls } = callsOf([web.port]);
  await calls.fetch('http://web/', { headers: { 'Miko-Timeout-Ms': '7' } });
  await calls.fetch('http://web/', { miko: { timeoutMs: null } });
  expect(web.heads.map((head) => head.headers['miko-timeout-ms'])).toEqual(['7', undefined]);
});

test('a call that has no answer by its deadline fails, and its connection is cut', async () => {
  const held = holds();
  const web = await serve(held.listener);
  const { calls, world } = callsOf([web.port]);
  const answer = calls.fetch('http://web/');
  const failed = expect(answer).rejects.toMatchObject({ code: 'timeout', message: 'web did not answer within 30000 ms' });
  await eventually(() => held.held.length === 1, 'the attempt');
  world.advance(30_000);
  await failed;
  await eventually(() => web.open() === 0, 'no connection');
});

test('the deadline is of the head: a body may take longer', async () => {
  const held = holds();
  const web = await serve(held.listener);
  const { calls, world } = callsOf([web.port]);
  const answer = calls.fetch('http://web/');
  await eventually(() => held.held.length === 1, 'the attempt');
  held.held[0]?.write('one ');
  const response = await answer;
  world.advance(60_000);
  held.held[0]?.end('two');
  expect(await response.text()).toBe('one two');
});

test('an attempt that takes too long is repeated elsewhere', async () => {
  const held = holds();
  const [slow, web] = [await serve(held.listener), await serve(answers('ok'))];
  const { calls, world, told } = callsOf([slow.port, web.port], { policy: { attemptTimeoutMs: 1_000 } });
  const answer = calls.fetch('http://web/');
  await eventually(() => held.held.length === 1, 'the first attempt');
  world.advance(1_000);
  expect(await (await answer).text()).toBe('GET ok');
  expect(told).toContain('retried web-0 timeout 2');
});

test('a hedge goes elsewhere when no head came; its answer is taken and the other attempt is cut', async () => {
  const held = holds();
  const [slow, web] = [await serve(held.listener), await serve(answers('ok'))];
  const { calls, world, told } = callsOf([slow.port, web.port]);
  const answer = calls.fetch('http://web/', { miko: { hedgeAfterMs: 50 } });
  await eventually(() => held.held.length === 1, 'the first attempt');
  expect(web.requests).toEqual([]);
  world.advance(50);
  expect(await (await answer).text()).toBe('GET ok');
  await eventually(() => slow.open() === 0, 'the loser is cut');
  expect(told).toEqual(['picked web-0', 'picked web-1', 'hedged web-1']);
});

test('of a hedge, the first answer that would not be repeated wins', async () => {
  const held = holds();
  const [slow, second] = [await serve(held.listener), await serve(busy)];
  const { calls, world } = callsOf([slow.port, second.port]);
  const answer = calls.fetch('http://web/', { miko: { hedgeAfterMs: 50 } });
  await eventually(() => held.held.length === 1, 'the first attempt');
  world.advance(50);
  await eventually(() => second.requests.length === 1, 'the hedge');
  await eventually(() => second.open() === 1, 'its answer');
  held.held[0]?.end('slow');
  expect(await (await answer).text()).toBe('slow');
});

test('a POST is not hedged', async () => {
  const held = holds();
  const [slow, web] = [await serve(held.listener), await serve(answers('ok'))];
  const { calls, world } = callsOf([slow.port, web.port]);
  const answer = calls.fetch('http://web/', { method: 'POST', miko: { hedgeAfterMs: 50 } });
  await eventually(() => held.held.length === 1, 'the attempt');
  world.advance(1_000);
  held.held[0]?.end('slow');
  expect(await (await answer).text()).toBe('slow');
  expect(web.requests).toEqual([]);
});

test('the bulkhead lets calls wait in order, and refuses those beyond the queue without an attempt', async () => {
  const held = holds();
  const web = await serve(held.listener);
  const { calls, told } = callsOf([web.port], { policy: { bulkhead: { maxInFlight: 1, maxQueue: 1 } } });
  const first = calls.fetch('http://web/1');
  const second = calls.fetch('http://web/2');
  await expect(calls.fetch('http://web/3')).rejects.toMatchObject({ code: 'overloaded' });
  await eventually(() => held.held.length === 1, 'the first call');
  expect(web.requests).toEqual(['GET /1']);
  held.held[0]?.end();
  await (await first).text();
  await eventually(() => held.held.length === 2, 'the second call');
  held.held[1]?.end();
  await second;
  expect(told).toContain('overloaded');
});

test('a call is in flight until its body was read or let go of', async () => {
  const held = holds();
  const web = await serve(held.listener);
  const { calls } = callsOf([web.port], { policy: { bulkhead: { maxInFlight: 1, maxQueue: 0 } } });
  const answer = calls.fetch('http://web/');
  await eventually(() => held.held.length === 1, 'the call');
  held.held[0]?.write('begin');
  const response = await answer;
  await expect(calls.fetch('http://web/')).rejects.toMatchObject({ code: 'overloaded' });
  await response.body?.cancel();
  const next = calls.fetch('http://web/');
  await eventually(() => held.held.length === 2, 'the next call');
  held.held[1]?.end();
  expect((await next).status).toBe(200);
});

test('a call waits for the first list', async () => {
  const web = await serve(answers('ok'));
  const { calls, setList } = callsOf([], { silent: true });
  const answer = calls.fetch('http://web/');
  setList([webAt(0, web.port)]);
  expect(await (await answer).text()).toBe('GET ok');
});

test('no endpoint, and a closed client, are errors of their own', async () => {
  const { calls } = callsOf([]);
  await expect(calls.fetch('http://web/')).rejects.toMatchObject({ code: 'no_endpoint' });
  await calls.close(0);
  await expect(calls.fetch('http://web/')).rejects.toMatchObject({ code: 'closed' });
});

test('an endpoint that hangs up in the middle of an answer counts as broken, and the caller sees it', async () => {
  const web = await serve((_, response) => {
    response.writeHead(200, { 'content-length': '100' }).write('begin');
    setImmediate(() => response.destroy());
  });
  const { calls, told } = callsOf([web.port], { policy: { outlier: null, breaker: { minRequests: 1 } } });
  const response = await calls.fetch('http://web/');
  await expect(response.text()).rejects.toThrow(TypeError);
  expect(told).toContain('opened web-0');
});
