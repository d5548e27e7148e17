import type { IncomingHttpHeaders } from 'node:http2';
import { expect, test } from 'vitest';
import { judgeAnswer, type GrpcAnswer } from './grpc-answer.ts';

const bytes = (...values: number[]): Buffer => Buffer.from(values);
const serving = bytes(0, 0, 0, 0, 2, 8, 1);
const whole: GrpcAnswer = { httpStatus: 200, headers: {}, trailers: { 'grpc-status': '0' }, body: serving };

test('SERVING under status 0 is good', () => {
  expect(judgeAnswer(whole)).toEqual({ good: true, warning: false, text: 'SERVING' });
});

test.each<[string, Partial<GrpcAnswer>]>([
  ['the connection was closed without an answer', { httpStatus: null, trailers: {}, body: bytes() }],
  ['HTTP status 503', { httpStatus: 503 }],
  ['the answer ended without a gRPC status', { trailers: {} }],
  ['INTERNAL', { headers: { 'grpc-status': '0' }, trailers: { 'grpc-status': '13' } }],
  ['INTERNAL', { trailers: { 'grpc-status': ['13', '0'] } }],
])('bad: %s', (text, part) => {
  expect(judgeAnswer({ ...whole, ...part })).toEqual({ good: false, warning: false, text });
});

test.each<[string, IncomingHttpHeaders]>([
  ['UNIMPLEMENTED: no such service', { 'grpc-status': '12', 'grpc-message': 'no such service' }],
  ['UNAUTHENTICATED', { 'grpc-status': '16' }],
  ['NOT_FOUND: straße, two lines', { 'grpc-status': '5', 'grpc-message': 'stra%C3%9Fe,%0Atwo%20lines' }],
  ['NOT_FOUND: 100 % sure', { 'grpc-status': '5', 'grpc-message': '100 % sure' }],
  ['gRPC status 17: odd', { 'grpc-status': '17', 'grpc-message': 'odd' }],
  ['gRPC status 00', { 'grpc-status': '00' }],
  ['gRPC status none', { 'grpc-status': 'none' }],
])('a status of its own, in trailers or in headers alone, is bad: %s', (text, status) => {
  expect(judgeAnswer({ ...whole, trailers: status })).toEqual({ good: false, warning: false, text });
  expect(judgeAnswer({ ...whole, headers: status, trailers: {}, body: bytes() })).toEqual({ good: false, warning: false, text });
});

test.each<[string, Buffer]>([
  ['NOT_SERVING', bytes(0, 0, 0, 0, 2, 8, 2)],
  ['UNKNOWN', bytes(0, 0, 0, 0, 0)],
  ['the answer holds no message', bytes()],
  ['the answer holds no message', serving.subarray(0, 4)],
  ['the message is compressed, which was not offered', bytes(1, 0, 0, 0, 2, 8, 1)],
  ['the answer is not one whole message', serving.subarray(0, 6)],
  ['the answer is not one whole message', Buffer.concat([serving, serving])],
  ['the message is malformed: the message ends inside a number', bytes(0, 0, 0, 0, 1, 8)],
])('a body under status 0 is bad: %s', (text, body) => {
  expect(judgeAnswer({ ...whole, body })).toEqual({ good: false, warning: false, text });
});
