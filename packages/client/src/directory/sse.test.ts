import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createSseDecoder } from './sse.ts';
import type { SseEvent } from './sse.ts';

const BODY = [
  'retry: 1500\n',
  ': a comment\n\n',
  'event: snapshot\nid: c1\ndata: {"revision":1}\n\n',
  'event: delta\r\nid: c2\r\ndata: {"a":\r\ndata: 2}\r\n\r\n',
  'event: bookmark\rdata:{"revision":3}\r\r',
  'data: no name: a colon: more\n\n',
].join('');

const EVENTS: SseEvent[] = [
  { event: 'snapshot', data: '{"revision":1}', id: 'c1' },
  { event: 'delta', data: '{"a":\n2}', id: 'c2' },
  { event: 'bookmark', data: '{"revision":3}', id: 'c2' },
  { event: 'message', data: 'no name: a colon: more', id: 'c2' },
];

function decode(pieces: readonly string[]): SseEvent[] {
  const decoder = createSseDecoder(10_000);
  return pieces.flatMap((piece) => decoder.push(piece));
}

test('line feeds, carriage returns and pairs of them all end a line; an event without data is none', () => {
  expect(decode([BODY])).toEqual(EVENTS);
});

test('the same events come out wherever the body is cut', () => {
  const cuts = fc.array(fc.integer({ min: 0, max: BODY.length }), { maxLength: 20 });
  fc.assert(
    fc.property(cuts, (at) => {
      const edges = [0, ...at.toSorted((a, b) => a - b), BODY.length];
      expect(decode(edges.slice(1).map((edge, i) => BODY.slice(edges[i], edge)))).toEqual(EVENTS);
    }),
  );
});

test('an event whose blank line has not come does not count, and neither does its id', () => {
  expect(decode(['event: delta\nid: c7\ndata: {"revision":7}\n'])).toEqual([]);
  expect(decode(['id: c1\ndata: 1\n\nid: c2\ndata: 2'])).toEqual([{ event: 'message', data: '1', id: 'c1' }]);
});

test('a byte order mark at the start is passed over', () => {
  expect(decode(['\uFEFFdata: 1\n\n'])).toEqual([{ event: 'message', data: '1', id: null }]);
});

test.each([
  ['retry: 250\n', 250],
  ['retry: soon\n', null],
  ['retry: -1\n', null],
  ['data: x\n', null],
])('retry in %j is %j', (body, expected) => {
  const decoder = createSseDecoder(100);
  decoder.push(body);
  expect(decoder.retryMs()).toBe(expected);
});

test('an event over the bound is refused, in one piece or in many, and the bound is for one event', () => {
  expect(() => decode([`data: ${'x'.repeat(10_001)}\n\n`])).toThrow(/longer than 10000/);
  const decoder = createSseDecoder(100);
  for (let i = 0; i < 50; i++) decoder.push('data: 0123456789\n\n');
  expect(() => Array.from({ length: 20 }, () => decoder.push('data: 0123456789\n'))).toThrow(/longer than 100/);
});
