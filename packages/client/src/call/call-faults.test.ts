import { createReadStream } from 'node:fs';
import { PassThrough } from 'node:stream';
import { request } from 'undici';
import type { Dispatcher } from 'undici';
import { expect, test } from 'vitest';
import { answers, breaks, holds, useUpstreams, webAt } from '../testing/use-upstreams.ts';
import { eventually } from '../testing/world.ts';

const { serve, deadPort, callsOf } = useUpstreams();
const throws = (): never => {
  throw new Error('no trace');
};
const oneAtATime = { bulkhead: { maxInFlight: 1 } };

test('a call whose propagate throws fails with that, wherever its attempt begins, and keeps no place', async () => {
  const web = await serve(answers('ok'));
  let wrong = true;
  const { calls, setList } = callsOf([], { silent: true, propagate: () => (wrong ? throws() : undefined), policy: oneAtATime });
  const waiting = calls.fetch('http://web/');
  setList([webAt(0, web.port)]);
  await expect(waiting).rejects.toMatchObject({ cause: { message: 'no trace' } });
  await expect(calls.fetch('http://web/')).rejects.toMatchObject({ cause: { message: 'no trace' } });
  wrong = false;
  expect((await calls.fetch('http://web/')).status).toBe(200);
});

test('so does one whose repetition or hedge, which begin in timers, cannot be sent', async () => {
  const held = holds();
  const [busy, slow] = [await serve(answers('busy', 503)), await serve(held.listener)];
  for (const { port } of [busy, slow]) {
    let attempts = 0;
    const { calls, world } = callsOf([port, port], { propagate: () => (attempts++ > 0 ? throws() : undefined), policy: { subsetSize: port === busy.port ? 1 : 0, hedgeAfterMs: 50 } });
    let over = false;
    const failed = expect(calls.fetch('http://web/').finally(() => (over = true))).rejects.toMatchObject({ cause: { message: 'no trace' } });
    if (port === slow.port) await eventually(() => held.held.length === 1, 'the first attempt');
    await eventually(() => over, 'the end', () => world.advance(10));
    await failed;
  }
});

test('an address that cannot be one is refused: the call goes elsewhere', async () => {
  const web = await serve(answers('ok'));
  const wrong = { ...webAt(0, 1), url: 'http://not a host:1' };
  const { calls, told, setList } = callsOf([webAt(1, web.port)]);
  setList([wrong, webAt(1, web.port)]);
  expect(await (await calls.fetch('http://web/', { method: 'POST' })).text()).toBe('POST ok');
  expect(told).toContain('retried web-0 refused 2');
});

test('what is outside the subset is not elsewhere: the only one left is asked again after its Retry-After', async () => {
  const servers = await Promise.all([0, 1, 2].map(() => serve(answers('busy', 503, { 'retry-after': '2' }))));
  const { calls, world } = callsOf(servers.map(({ port }) => port), { policy: { subsetSize: 1 } });
  const asked = (): number => servers.reduce((sum, { requests }) => sum + requests.length, 0);
  const answer = calls.fetch('http://web/');
  await eventually(() => asked() === 1, 'the first attempt');
  let waited = 0;
  await eventually(() => asked() === 2, 'the second', () => (world.advance(100), (waited += 100)));
  expect(waited).toBeGreaterThanOrEqual(2_000);
  await eventually(() => asked() === 3, 'the third', () => world.advance(100));
  expect((await answer).status).toBe(503);
});

test('a refused endpoint that is the whole subset is asked again after a wait, which is paid for', async () => {
  const { calls, told } = callsOf([await deadPort(), await deadPort()], { policy: { subsetSize: 1, retry: { budgetTokens: 0 } } });
  await expect(calls.fetch('http://web/')).rejects.toMatchObject({ code: 'endpoints_unreachable' });
  expect(told.filter((word) => word.startsWith('retried'))).toEqual([]);
});

test('a hedge that can go nowhere takes nothing from the budget', async () => {
  const held = holds();
  const servers = await Promise.all([0, 1].map(() => serve(held.listener)));
  const { calls, world } = callsOf(servers.map(({ port }) => port), { policy: { subsetSize: 1, retry: { budgetTokens: 1, budgetRatio: 0 } } });
  const answer = calls.fetch('http://web/', { miko: { hedgeAfterMs: 50 } });
  await eventually(() => held.held.length === 1, 'the attempt');
  world.advance(50);
  held.held[0]?.writeHead(503).end();
  await eventually(() => held.held.length === 2, 'the repetition', () => world.advance(10));
  held.held[1]?.end();
  expect((await answer).status).toBe(200);
});

test('a stream of the caller that fails while a connection is made ends the call, and blames no endpoint', async () => {
  const [first, web] = [await serve(answers('ok')), await serve(answers('ok'))];
  const { calls, told } = callsOf([first.port, web.port]);
  const body = createReadStream('/nowhere/at/all');
  await expect(request('http://web/', { dispatcher: calls.dispatcher(), method: 'PUT', body })).rejects.toMatchObject({ code: 'ENOENT' });
  expect(told).toEqual(['picked web-0']);
});

test('so does one that fails after it began, whatever its error looks like', async () => {
  const web = await serve((incoming) => void incoming.resume());
  const { calls, told } = callsOf([web.port], { policy: { outlier: null, breaker: { minRequests: 1 } } });
  const reset = Object.assign(new Error('of the caller'), { code: 'ECONNRESET' });
  const body = new PassThrough();
  body.write('begin');
  const answer = request('http://web/', { dispatcher: calls.dispatcher(), method: 'PUT', body });
  const failed = expect(answer).rejects.toBe(reset);
  await eventually(() => web.requests.length === 1, 'the request');
  body.destroy(reset);
  await failed;
  expect(told).toEqual(['picked web-0']);
});

test('a stream of which nothing was sent goes elsewhere, and is closed when nobody takes it', async () => {
  const web = await serve(answers('ok'));
  const sent = await request('http://web/', { dispatcher: callsOf([await deadPort(), web.port]).calls.dispatcher(), method: 'PUT', body: new PassThrough().end('text') });
  expect(await sent.body.text()).toBe('PUT ok text');
  const lost = new PassThrough();
  const failing = callsOf([await deadPort()], { policy: { retry: { attempts: 1 } } }).calls.dispatcher();
  await expect(request('http://web/', { dispatcher: failing, method: 'PUT', body: lost })).rejects.toMatchObject({ code: 'endpoints_unreachable' });
  expect(lost.destroyed).toBe(true);
});

test('an upload that waits for its next piece is closed when the answer is over', async () => {
  const web = await serve((_, response) => void response.end('enough'));
  const body = new PassThrough();
  body.write('begin');
  const answer = await request('http://web/', { dispatcher: callsOf([web.port]).calls.dispatcher(), method: 'PUT', body });
  expect(await answer.body.text()).toBe('enough');
  await eventually(() => body.destroyed, 'closed');
});

test('an endpoint with which no TLS can be agreed on is refused', async () => {
  const web = await serve(answers('ok'));
  const { calls, told } = callsOf([webAt(0, web.port, { protocol: 'https' })], { policy: { retry: { attempts: 1 } } });
  await expect(calls.fetch('http://web/')).rejects.toMatchObject({ code: 'endpoints_unreachable' });
  expect(told).toEqual(['picked web-0', 'opened web-0']);
});

test('an answer that was let go of and does not end is cut after a second', async () => {
  const endless = await serve((_, response) => void response.writeHead(503).write('begin'));
  const web = await serve(answers('ok'));
  const { calls, world } = callsOf([endless.port, web.port]);
  expect((await calls.fetch('http://web/')).status).toBe(200);
  expect(endless.open()).toBe(1);
  world.advance(1_000);
  await eventually(() => endless.open() === 0, 'no connection');
});

test('a handler hears once of the end, also when it aborts after it', async () => {
  const web = await serve(breaks);
  const dispatcher = callsOf([web.port], { policy: { retry: { attempts: 1 } } }).calls.dispatcher();
  const ends: unknown[] = [];
  let controller: Dispatcher.DispatchController | null = null;
  dispatcher.dispatch(
    { origin: 'http://web', path: '/', method: 'GET' },
    {
      onRequestStart: (given) => void (controller = given),
      onResponseError: (given, error) => {
        ends.push(error);
        given.abort(new Error('late'));
      },
    },
  );
  await eventually(() => ends.length > 0, 'the end');
  (controller as Dispatcher.DispatchController | null)?.abort(new Error('later still'));
  expect(ends).toHaveLength(1);
});
