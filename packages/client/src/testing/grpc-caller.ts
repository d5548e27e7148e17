import { parentPort, workerData } from 'node:worker_threads';
import { Client as GrpcClient, credentials } from '@grpc/grpc-js';
import { registerMikoResolver } from '../adapters/grpc.ts';
import type { Answer } from '../directory/endpoint.ts';
import { endpointFromWire } from '../directory/endpoint.ts';
import { wireEndpoint } from './fake-miko.ts';

/** What the worker is given: where the endpoints are, and the method to call. */
export type GrpcCallerData = { readonly ports: readonly number[]; readonly path: string };
/** Each turn of its timer is told, so that it shows when timers run no more; and who answered each call, null: nobody. */
export type GrpcCallerSaid = { readonly beat: number } | { readonly answered: string | null };

const TURN_MS = 20;

/**
 * A worker that calls `quotes` in each turn of a timer, over a list that never changes: in a thread of its own, so that
 * a test goes on where this one is stuck.
 */
const { ports, path } = workerData as GrpcCallerData;
const endpoints = ports.map((port, i) => endpointFromWire('quotes', wireEndpoint(`quotes-${i}`, { port, protocol: 'grpc' })));
const list: Answer = { state: 'known', service: 'quotes', revision: 1, endpoints, unusable: [], source: 'miko' };
const watch = (_: string, listener?: (answer: Answer) => void): (() => void) => {
  listener?.(list);
  return () => undefined;
};
registerMikoResolver({ watch: watch as Parameters<typeof registerMikoResolver>[0]['watch'] });
const client = new GrpcClient('miko:///quotes', credentials.createInsecure(), { 'grpc.enable_http_proxy': 0, 'grpc.initial_reconnect_backoff_ms': 50, 'grpc.max_reconnect_backoff_ms': 100 });

let beat = 0;
setInterval(() => {
  say({ beat: ++beat });
  client.makeUnaryRequest(path, () => Buffer.from('"x"'), (bytes) => String(JSON.parse(bytes.toString())), 'x', { deadline: Date.now() + 1_000 } as never, (error, answer) => {
    say({ answered: error === null ? (answer ?? null) : null });
  });
}, TURN_MS);

function say(said: GrpcCallerSaid): void {
  parentPort?.postMessage(said, []);
}
