import { context, propagation, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { request } from 'undici';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { answers, breaks, holds, useUpstreams } from '../testing/use-upstreams.ts';
import { eventually } from '../testing/world.ts';

const { serve, callsOf } = useUpstreams();
const propagate = (headers: Record<string, string>): void => propagation.inject(context.active(), headers);

beforeAll(() => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
});

afterAll(() => {
  context.disable();
  propagation.disable();
});

/** What `act` does within the trace of this number. */
function inTrace<T>(number: number, act: () => T): T {
  const spanContext = { traceId: String(number).repeat(32), spanId: String(number).repeat(16), traceFlags: 1 };
  return context.with(trace.setSpanContext(context.active(), spanContext), act);
}
const traceparent = (number: number): string => `00-${String(number).repeat(32)}-${String(number).repeat(16)}-01`;

test('each attempt carries the trace of its caller, a repetition as well', async () => {
  const [broken, web] = [await serve(breaks), await serve(answers('ok'))];
  const { calls } = callsOf([broken.port, web.port], { propagate });
  await inTrace(1, () => calls.fetch('http://web/', { headers: { 'x-a': '1' } }));
  expect([...broken.heads, ...web.heads].map((head) => head.headers.traceparent)).toEqual([traceparent(1), traceparent(1)]);
  expect(web.heads[0]?.headers).toMatchObject({ 'x-a': '1', 'miko-timeout-ms': '30000' });
});

test('a call that waited behind another carries its own trace', async () => {
  const held = holds();
  const web = await serve(held.listener);
  const { calls } = callsOf([web.port], { propagate, policy: { bulkhead: { maxInFlight: 1 } } });
  const dispatcher = calls.dispatcher();
  const both = [1, 2].map((number) => inTrace(number, () => request('http://web/', { dispatcher })));
  for (const n of [0, 1]) {
    await eventually(() => held.held.length > n, 'a call');
    held.held[n]?.end();
    await (await both[n])?.body.text();
  }
  expect(web.heads.map((head) => head.headers.traceparent)).toEqual([traceparent(1), traceparent(2)]);
});

test('what traces need wins over what the caller copied', async () => {
  const web = await serve(answers('ok'));
  const { calls } = callsOf([web.port], { propagate });
  await inTrace(1, () => request('http://web/', { dispatcher: calls.dispatcher(), headers: ['Traceparent', traceparent(9), 'x-a', '1', 'x-a', '2'] }));
  expect(web.heads[0]?.headers).toMatchObject({ traceparent: traceparent(1), 'x-a': '1, 2' });
});
